"""TMF678 Customer Bill Management: the contract of bills and charges, bills on demand, and the official samples."""

from typing import Any, ClassVar

import pytest

from party.models import AppliedCustomerBillingRate, BillingAccount, CustomerBill, CustomerBillOnDemand
from party.services.make_bill import make_bill, make_due_bills
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import AMOUNT, CHARACTERISTIC, METHOD
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import ATTACHMENT, PERIOD, TYPED, reference
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.fields.json import Document, RawFloat
from tmfsite.operations import SYSTEM

BASE = "/tmf-api/customerBillManagement/v4"

ACCOUNT = reference("ba-1", "BillingAccount")
PARTY = reference("p-1", "Individual", role="payer")
TAX: Document = {"taxCategory": "VAT", "taxRate": RawFloat("20.0"), "taxAmount": AMOUNT}
BILL: Document = {
    **TYPED,
    "billNo": "007",
    "category": "normal",
    "runType": "offCycle",
    "state": "validated",
    "billDate": "2026-02-01T00:00:00.000Z",
    "nextBillDate": "2026-03-01T00:00:00.000Z",
    "paymentDueDate": "2026-02-15T00:00:00.000Z",
    "billingPeriod": PERIOD,
    "amountDue": AMOUNT,
    "remainingAmount": AMOUNT,
    "taxExcludedAmount": AMOUNT,
    "taxIncludedAmount": AMOUNT,
    "taxItem": [TAX],
    "appliedPayment": [{"appliedAmount": AMOUNT, "payment": reference("pa-1", "Payment")}],
    "billingAccount": ACCOUNT,
    "financialAccount": reference(
        "fa-1",
        "FinancialAccount",
        accountBalance=[{"balanceType": "ReceivableBalance", "amount": AMOUNT, "validFor": PERIOD}],
    ),
    "paymentMethod": METHOD,
    "relatedParty": [PARTY],
    "billDocument": [{**ATTACHMENT, "@referredType": "Document"}],
}


class TestCustomerBill(ResourceTests):
    model = CustomerBill
    route = f"{BASE}/customerBill"
    minimal: ClassVar = {"billNo": "008"}
    defaults: ClassVar = {"state": "new", "runType": "onCycle"}
    stamped = ("lastUpdate",)
    server_set: ClassVar = {"lastUpdate": "2001-01-01T00:00:00.000Z"}
    full: ClassVar = BILL
    patch: ClassVar = {"xRemark": "looked at"}
    unpatchable: ClassVar = {
        name: {"x": 1} if isinstance(value, dict) else [] if isinstance(value, list) else "2027-01-01T00:00:00.000Z"
        for name, value in BILL.items()
        if name != "state" and not name.startswith("@")
    } | {"lastUpdate": "2001-01-01T00:00:00.000Z"}
    verbs = "LGP"
    state = "state"
    moves: ClassVar = {
        "new": ("validated", "onHold"),
        "onHold": ("new", "validated"),
        "validated": ("sent", "onHold"),
        "sent": ("partiallyPaid", "settled"),
        "partiallyPaid": ("settled",),
        "settled": (),
    }
    events = ("Create", "StateChange")


class TestCustomerBillOnDemand(ResourceTests):
    model = CustomerBillOnDemand
    route = f"{BASE}/customerBillOnDemand"
    minimal: ClassVar = {"billingAccount": {"id": "ba-1"}}
    defaults: ClassVar = {"state": "inProgress"}
    stamped = ("lastUpdate",)
    server_set: ClassVar = {
        "state": "done",
        "lastUpdate": "2001-01-01T00:00:00.000Z",
        "customerBill": reference("cb-1", "CustomerBill"),
    }
    full: ClassVar = {
        **TYPED,
        "name": "Now",
        "description": "The customer leaves",
        "billingAccount": ACCOUNT,
        "relatedParty": PARTY,
    }
    verbs = "LGC"
    state = "state"
    moves: ClassVar = {
        "inProgress": ("done", "rejected", "terminatedWithError"),
        "done": (),
        "rejected": (),
        "terminatedWithError": (),
    }
    events = ("Create", "StateChange")


class TestAppliedCustomerBillingRate(ResourceTests):
    model = AppliedCustomerBillingRate
    route = f"{BASE}/appliedCustomerBillingRate"
    minimal: ClassVar = {"name": "Monthly fee"}
    full: ClassVar = {
        **TYPED,
        "name": "Monthly fee",
        "description": "February",
        "type": "recurring",
        "date": "2026-02-01T00:00:00.000Z",
        "isBilled": True,
        "periodCoverage": PERIOD,
        "taxExcludedAmount": AMOUNT,
        "taxIncludedAmount": AMOUNT,
        "appliedTax": [TAX],
        "billingAccount": ACCOUNT,
        "bill": reference("cb-1", "CustomerBill"),
        "product": reference("pr-1", "Product"),
        "characteristic": [CHARACTERISTIC],
    }
    verbs = "LG"
    events = ()


def rate(value: str, **more: Any) -> AppliedCustomerBillingRate:
    """Rate a charge of account ba-1, plus a tenth of tax."""
    document = {
        "name": "Fee",
        "billingAccount": {"id": "ba-1"},
        "isBilled": False,
        "taxExcludedAmount": {"unit": "EUR", "value": RawFloat(value)},
        "taxIncludedAmount": {"unit": "EUR", "value": RawFloat(f"{float(value) * 1.1:.3f}")},
        "appliedTax": [
            {
                "taxCategory": "VAT",
                "taxRate": 10,
                "taxAmount": {"unit": "EUR", "value": RawFloat(f"{float(value) / 10:.3f}")},
            }
        ],
        "periodCoverage": {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-01-31T00:00:00Z"},
        **more,
    }
    return operations.create(AppliedCustomerBillingRate, document, actor=SYSTEM).instance


def ask(**body: Any) -> tuple[Caller, Document]:
    """Ask for a bill of account ba-1 and let the worker run; return the request as it then is."""
    call = Caller("all")
    document = call.post(f"{BASE}/customerBillOnDemand", {"billingAccount": ACCOUNT, **body}).body
    assert document["state"] == "inProgress"
    assert make_due_bills() == 1
    return call, call.get(f"{BASE}/customerBillOnDemand/{document['id']}").body


@pytest.mark.django_db
def test_open_charges_become_a_bill() -> None:
    account = {
        "id": "ba-1",
        "name": "Home",
        "relatedParty": [{"id": "p-9", "name": "Jo Doe", "@referredType": "Individual"}],
        "defaultPaymentMethod": METHOD,
        "financialAccount": reference("fa-1", "FinancialAccount"),
        "billStructure": {"cycleSpecification": {"name": "Monthly", "paymentDueDateOffset": 14}},
    }
    operations.create(BillingAccount, account, actor=SYSTEM, trusted=True)
    period = {"startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-02-28T00:00:00Z"}
    rates = [rate("0.10"), rate("0.20", periodCoverage=period)]
    foreign = rate("5.00", billingAccount={"id": "ba-2"})
    Event.objects.all().delete()

    call, order = ask()

    assert order["state"] == "done"
    bill = call.get(f"{BASE}/customerBill/{order['customerBill']['id']}").body
    assert order["customerBill"]["href"].endswith(f"{BASE}/customerBill/{bill['id']}")
    assert json.dumps(bill["taxExcludedAmount"]) == '{"unit":"EUR","value":0.30}'
    for name in ("taxIncludedAmount", "amountDue", "remainingAmount"):
        assert json.dumps(bill[name]) == '{"unit":"EUR","value":0.330}', name
    assert json.dumps(bill["taxItem"]) == (
        '[{"taxCategory":"VAT","taxRate":10,"taxAmount":{"unit":"EUR","value":0.030}}]'
    )
    assert bill["billingPeriod"] == {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2026-02-28T00:00:00Z"}
    assert (bill["state"], bill["runType"], bill["billingAccount"]) == ("new", "offCycle", ACCOUNT)
    assert (bill["relatedParty"], bill["paymentMethod"]) == (account["relatedParty"], METHOD)
    assert bill["financialAccount"]["id"] == "fa-1" and bill["paymentDueDate"] > bill["billDate"]
    for each in rates:
        billed = call.get(f"{BASE}/appliedCustomerBillingRate/{each.uid}").body
        assert (billed["isBilled"], billed["bill"]["id"]) == (True, bill["id"])
    assert call.get(f"{BASE}/appliedCustomerBillingRate/{foreign.uid}").body["isBilled"] is False
    assert list(Event.objects.order_by("id").values_list("event_type", flat=True)) == [
        "CustomerBillOnDemandCreateEvent",
        "CustomerBillCreateEvent",
        "CustomerBillOnDemandStateChangeEvent",
    ]


@pytest.mark.django_db
def test_a_charge_is_billed_once() -> None:
    rate("1.00")
    ask()
    _, order = ask()
    assert order["state"] == "rejected" and "customerBill" not in order
    assert "no charges" in Change.objects.latest("id").reason
    assert CustomerBill.objects.count() == 1


@pytest.mark.django_db
def test_an_order_worked_by_two_workers_makes_one_bill() -> None:
    rate("1.00")
    operations.create(CustomerBillOnDemand, {"billingAccount": {"id": "ba-1"}}, actor=SYSTEM)
    one, other = CustomerBillOnDemand.objects.get(), CustomerBillOnDemand.objects.get()
    make_bill(order=one)
    rate("2.00")
    make_bill(order=other)
    assert CustomerBill.objects.count() == 1
    assert AppliedCustomerBillingRate.objects.filter(is_billed=False).count() == 1


@pytest.mark.django_db
def test_charges_in_two_currencies_make_no_bill() -> None:
    rate("1.00")
    rate("1.00", taxExcludedAmount={"unit": "USD", "value": 1}, taxIncludedAmount={"unit": "USD", "value": 1})
    _, order = ask()
    assert order["state"] == "terminatedWithError" and "customerBill" not in order
    assert CustomerBill.objects.count() == 0
    assert not AppliedCustomerBillingRate.objects.filter(is_billed=True).exists()


@pytest.mark.django_db
def test_a_bill_needs_an_account() -> None:
    call = Caller("all")
    call.post(f"{BASE}/customerBillOnDemand", {"relatedParty": PARTY})
    make_due_bills()
    assert call.get(f"{BASE}/customerBillOnDemand").body[0]["state"] == "rejected"


def mend_bill(sample: Document) -> None:
    """Measure the document in a unit, and drop references without an id."""
    sample["billDocument"][0]["size"] = {"amount": sample["billDocument"][0]["size"], "units": "byte"}
    del sample["paymentMethod"], sample["relatedParty"]


def mend_rate(sample: Document) -> None:
    """Give the characteristic its value."""
    sample["characteristic"][0]["value"] = "a value"


@needs_specifications
@pytest.mark.django_db
def test_official_samples() -> None:
    """The folder also holds bill cycles and their specifications, which this API does not have."""
    replay("TMF678/CustomerBill.example.json", CustomerBill, mend_bill)
    replay("TMF678/CustomerBillOnDemand.example.json", CustomerBillOnDemand)
    replay("TMF678/AppliedCustomerBillingRate.example.json", AppliedCustomerBillingRate, mend_rate)
