"""TMF676 Payment Management: the contract of payments and refunds, and their official samples."""

from typing import Any, ClassVar

import pytest

from party.models import Payment, Refund
from tests.caller import Answer, Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import ACCOUNT, AMOUNT, PARTY
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED, reference
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields.json import Document, RawFloat
from tmfsite.operations import SYSTEM
from tmfsite.resources.errors import Conflict

BASE = "/payment/v4"

TRANSFER: Document = {
    **TYPED,
    "name": "February",
    "description": "Paid at the counter",
    "authorizationCode": "A-1",
    "correlatorId": "c-1",
    "account": ACCOUNT,
    "amount": AMOUNT,
    "taxAmount": AMOUNT,
    "totalAmount": AMOUNT,
    "channel": reference("w-1", "Channel"),
    "paymentMethod": reference(
        "pm-1",
        "BankCard",
        description="The blue one",
        isPreferred=True,
        status="Active",
        statusDate="2026-01-01T00:00:00Z",
        account=[ACCOUNT],
        relatedParty=PARTY,
        validFor=PERIOD,
    ),
}


class TransferTests(ResourceTests):
    """What payments and refunds share."""

    __test__ = False
    minimal: ClassVar = {"account": {"id": "1"}, "paymentMethod": {}, "totalAmount": {}}
    mandatory = ("account", "paymentMethod", "totalAmount")
    defaults: ClassVar = {"status": "done"}
    stamped: ClassVar[tuple[str, ...]] = ("statusDate",)
    server_set: ClassVar = {"status": "denied", "statusDate": "2001-01-01T00:00:00.000Z"}
    verbs = "LGC"
    state = "status"


class TestPayment(TransferTests):
    __test__ = True
    model = Payment
    route = f"{BASE}/payment"
    full: ClassVar = {
        **TRANSFER,
        "payer": PARTY,
        "paymentItem": [
            {
                "id": "1",
                "item": reference("cb-1", "CustomerBill"),
                "amount": AMOUNT,
                "taxAmount": AMOUNT,
                "totalAmount": AMOUNT,
            }
        ],
    }
    stamped = ("statusDate", "paymentDate")
    server_set: ClassVar = {**TransferTests.server_set, "paymentDate": "2001-01-01T00:00:00.000Z"}
    moves: ClassVar = {
        "pendingAuthorization": ("authorized", "denied", "failed", "canceled"),
        "authorized": ("captured", "canceled", "failed"),
        "captured": ("done", "failed"),
        "done": (),
        "denied": (),
        "failed": (),
        "canceled": (),
    }


class TestRefund(TransferTests):
    __test__ = True
    model = Refund
    route = f"{BASE}/refund"
    full: ClassVar = {
        **TRANSFER,
        "refundDate": "2026-01-01T00:00:00.000Z",
        "requestor": PARTY,
        "payment": reference("pa-1", "Payment"),
    }
    moves: ClassVar = {
        "pendingAuthorization": ("authorized", "denied", "failed"),
        "authorized": ("done", "denied", "failed"),
        "done": (),
        "denied": (),
        "failed": (),
    }


@pytest.mark.django_db
def test_both_base_paths_lead_here() -> None:
    call = Caller("all")
    document = call.post("/tmf-api/payment/v4/payment", TransferTests.minimal).body
    assert document["href"] == f"http://testserver{BASE}/payment/{document['id']}"
    for base in (BASE, f"/tmf-api{BASE}"):
        assert call.get(f"{base}/payment/{document['id']}").body == document


@pytest.mark.django_db
def test_a_gateway_says_what_becomes_of_a_payment(settings: Any) -> None:
    settings.TMF_PAYMENT_GATEWAY = True
    call = Caller("all")
    document = call.post(f"{BASE}/payment", TransferTests.minimal).body
    assert document["status"] == "pendingAuthorization"
    payment = Payment.objects.get()
    with pytest.raises(Conflict):
        operations.transition(payment, "done", actor=SYSTEM)
    Event.objects.all().delete()
    for status in ("authorized", "captured", "done"):
        operations.transition(payment, status, actor=SYSTEM)
    after = call.get(f"{BASE}/payment/{document['id']}").body
    assert after["status"] == "done" and after["statusDate"] > document["statusDate"]
    assert list(Event.objects.values_list("event_type", flat=True)) == ["PaymentStateChangeEvent"] * 3


def pay(value: str) -> str:
    """Note a payment; return its id."""
    body = {**TransferTests.minimal, "totalAmount": {"unit": "EUR", "value": RawFloat(value)}}
    return str(Caller("all").post(f"{BASE}/payment", body).body["id"])


def give_back(payment: str, value: str, unit: str = "EUR") -> Answer:
    """Ask for a refund of a payment."""
    amount = {"unit": unit, "value": RawFloat(value)}
    body = {**TransferTests.minimal, "totalAmount": amount, "payment": {"id": payment}}
    return Caller("all").post(f"{BASE}/refund", body)


@pytest.mark.django_db
def test_no_more_is_refunded_than_was_paid() -> None:
    payment = pay("0.30")
    assert give_back(payment, "0.10").status == 201
    give_back(payment, "0.21").refused(409, "409", about="0.20 EUR")
    assert give_back(payment, "0.20").status == 201
    give_back(payment, "0.01").refused(409, "409", about=payment)
    assert Refund.objects.count() == 2


@pytest.mark.django_db
def test_a_refund_that_failed_gives_nothing_back(settings: Any) -> None:
    payment = pay("5.00")
    settings.TMF_PAYMENT_GATEWAY = True
    first = give_back(payment, "5.00").body
    give_back(payment, "5.00").refused(409, "409")
    operations.transition(Refund.objects.get(uid=first["id"]), "denied", actor=SYSTEM)
    assert give_back(payment, "5.00").status == 201


@pytest.mark.django_db
def test_refunds_are_in_the_currency_of_the_payment() -> None:
    give_back(pay("5.00"), "1.00", "USD").refused(400, "24", about="EUR")


@pytest.mark.django_db
def test_only_money_that_came_is_given_back(settings: Any) -> None:
    settings.TMF_PAYMENT_GATEWAY = True
    give_back(pay("5.00"), "1.00").refused(409, "409", about="pendingAuthorization")
    assert give_back("kept-elsewhere", "1.00").status == 201


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize(("sample", "model"), [("Payment", Payment), ("Payment2", Payment), ("Refund", Refund)])
def test_official_samples(sample: str, model: Any) -> None:
    replay(f"TMF676/{sample}.example.json", model)
