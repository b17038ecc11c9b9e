"""TMF622 Product Ordering Management v4.0: the contract of orders and cancellations, and the official samples."""

from typing import ClassVar

import pytest

from ordering.models import CancelProductOrder, ProductOrder
from tests.assurance.samples import PARTY, differing, official
from tests.caller import Caller
from tests.ordering.contract import DATE, FINAL, CancelTests, OrderTests
from tests.ordering.samples import ACCOUNT, APPOINTMENT, ORDER_PRICE, PRODUCT
from tests.samples import NOTE, TYPED, reference

API = "/tmf-api/productOrderingManagement/v4"
ITEM = {"id": "1", "action": "add", "quantity": 1, "state": "acknowledged"}
QUALIFICATION = reference("q-1", "ProductOfferingQualification")


class TestProductOrder(OrderTests):
    model = ProductOrder
    route = f"{API}/productOrder"
    items = "productOrderItem"
    item: ClassVar = ITEM
    minimal: ClassVar = {"productOrderItem": [ITEM]}
    mandatory = ("productOrderItem",)
    defaults: ClassVar = {"priority": "4", "state": "acknowledged"}
    stamped = ("orderDate",)
    server_set: ClassVar = {
        "orderDate": DATE,
        "state": "completed",
        "completionDate": DATE,
        "expectedCompletionDate": DATE,
    }
    unpatchable: ClassVar = {"orderDate": DATE}
    full: ClassVar = {
        **TYPED,
        "category": "B2C",
        "description": "Move to another town",
        "externalId": "PO-1",
        "priority": "1",
        "notificationContact": "ann@example.com",
        "requestedStartDate": "2026-02-01T12:00:00.000Z",
        "requestedCompletionDate": "2026-02-02T12:00:00+01:00",
        "cancellationDate": "2026-02-04T12:00:00Z",
        "cancellationReason": "None yet",
        "billingAccount": ACCOUNT,
        "agreement": [reference("ag-1", "Agreement")],
        "payment": [reference("pay-1", "Payment")],
        "channel": [reference("w-1", "Channel", role="capture")],
        "quote": [reference("qu-1", "Quote")],
        "productOfferingQualification": [QUALIFICATION],
        "note": [NOTE],
        "relatedParty": [PARTY],
        "orderTotalPrice": [ORDER_PRICE],
        "productOrderItem": [
            {
                **ITEM,
                "productOffering": reference("po-1", "ProductOffering"),
                "product": PRODUCT,
                "itemPrice": [ORDER_PRICE],
                "itemTotalPrice": [ORDER_PRICE],
                "itemTerm": [
                    {"name": "A year", "description": "Commitment", "duration": {"amount": 12, "units": "month"}}
                ],
                "productOrderItemRelationship": [{"id": "2", "relationshipType": "reliesOn"}],
                "productOrderItem": [{**ITEM, "id": "1.1"}],
                "billingAccount": ACCOUNT,
                "payment": [reference("pay-1", "Payment")],
                "appointment": APPOINTMENT,
                "quoteItem": reference(
                    "qi-1", "QuoteItem", quoteId="qu-1", quoteHref="https://elsewhere.example.com/qu-1", quoteName="Q"
                ),
                "productOfferingQualificationItem": reference(
                    "qi-2",
                    "QualificationItem",
                    productOfferingQualificationId="q-1",
                    productOfferingQualificationHref="https://elsewhere.example.com/q-1",
                    productOfferingQualificationName="Check",
                ),
                "qualification": [QUALIFICATION],
            }
        ],
    }
    patch: ClassVar = {"priority": "0", "note": [NOTE, {"text": "Hurry"}]}
    moves: ClassVar = {
        "acknowledged": ("inProgress", "pending", "rejected", "assessingCancellation", "cancelled"),
        "inProgress": ("pending", "held", "assessingCancellation", "completed", "failed", "partial"),
        "pending": ("inProgress", "assessingCancellation", "cancelled"),
        "held": ("inProgress", "assessingCancellation", "cancelled"),
        "assessingCancellation": ("pendingCancellation", "inProgress", "held", "pending"),
        "pendingCancellation": ("cancelled",),
        **dict.fromkeys(FINAL, ()),
    }
    events = ("Create", "AttributeValueChange", "Delete", "StateChange", "InformationRequired")

    def test_dates_of_the_states(self) -> None:
        document = self.set(self.order("a"), a="inProgress").body
        assert "completionDate" not in document
        document = self.set(document, a="completed").body
        assert document["completionDate"] == self.api.get(self.url(document)).body["completionDate"]
        cancelled = self.api.patch(self.url(self.order("a")), {"state": "cancelled"}).body
        assert "cancellationDate" in cancelled and "completionDate" not in cancelled

    def test_an_item_is_never_partial(self) -> None:
        document = self.set(self.order("a"), a="inProgress").body
        self.set(document, a="partial").refused(409, "stateTransition", about="item a")

    def test_items_in_items_go_along(self) -> None:
        inner = {**ITEM, "id": "a.1"}
        document = self.create({"productOrderItem": [{**ITEM, "id": "a", "productOrderItem": [inner]}]})
        document = self.api.patch(self.url(document), {"state": "inProgress"}).body
        [item] = document["productOrderItem"]
        assert (item["state"], item["productOrderItem"][0]["state"]) == ("inProgress", "inProgress")

    def test_unknown_actions_are_refused(self) -> None:
        self.api.post(self.route, {"productOrderItem": [{**ITEM, "action": "buy"}]}).refused(
            400, "24", about="productOrderItem[0].action"
        )


class TestCancelProductOrder(CancelTests):
    model = CancelProductOrder
    route = f"{API}/cancelProductOrder"
    minimal: ClassVar = {"productOrder": {"id": "o-1"}}
    mandatory = ("productOrder",)
    defaults: ClassVar = {"state": "acknowledged"}
    server_set: ClassVar = {"state": "done", "effectiveCancellationDate": DATE}
    full: ClassVar = {
        **TYPED,
        "cancellationReason": "Ordered twice",
        "requestedCancellationDate": "2026-02-01T12:00:00.000Z",
        "productOrder": reference("o-1", "ProductOrder"),
    }
    moves: ClassVar = {
        "acknowledged": ("inProgress",),
        "inProgress": ("done", "terminatedWithError"),
        "done": (),
        "terminatedWithError": (),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("sample", official(622).values(), ids=official(622))
def test_official_sample(sample) -> None:
    call = Caller("all")
    resource = sample["@type"][0].lower() + sample["@type"][1:]
    made = call.post(f"{API}/{resource}", sample)
    assert made.status == 201, made.response.content
    ours = ("state", "orderDate", "completionDate", "expectedCompletionDate", "effectiveCancellationDate")
    expected = {**sample}
    if "productOrderItem" in sample:
        expected["productOrderItem"] = [{**each, "state": "acknowledged"} for each in sample["productOrderItem"]]
    assert differing(expected, made.body, *ours) == {}
    assert differing(expected, call.get(f"{API}/{resource}/{made.body['id']}").body, *ours) == {}
