"""TMF641 Service Ordering Management v4.1: the contract of orders and cancellations, and the official samples."""

from typing import ClassVar

import pytest

from ordering.models import CancelServiceOrder, ServiceOrder
from tests.assurance.samples import PARTY, differing, official
from tests.caller import Caller
from tests.ordering.contract import DATE, FINAL, CancelTests, OrderTests
from tests.ordering.samples import APPOINTMENT, SERVICE
from tests.samples import NOTE, TYPED, reference
from tmfsite import operations
from tmfsite.events.models import Event

API = "/tmf-api/serviceOrdering/v4"
ITEM = {"id": "1", "action": "add", "quantity": 1, "state": "acknowledged", "service": {"state": "active"}}
ITEM_REF = {"itemId": "1", "serviceOrderId": "o-1", "serviceOrderHref": "https://elsewhere.example.com/o-1"}
ERROR = {
    "code": "E-1",
    "reason": "No port",
    "message": "All ports are taken",
    "status": "409",
    "referenceError": "https://elsewhere.example.com/e-1",
    "timestamp": "2026-02-01T12:00:00Z",
}
MILESTONE = {
    "id": "m-1",
    "name": "Cabled",
    "description": "The line is there",
    "message": "Done by noon",
    "milestoneDate": "2026-02-01T12:00:00Z",
    "status": "reached",
    "serviceOrderItem": [ITEM_REF],
}
ALERT = {
    "id": "j-1",
    "name": "Late",
    "alertDate": "2026-02-01T12:00:00Z",
    "exception": "Storm",
    "jeopardyType": "delay",
    "message": "A day late",
    "serviceOrderItem": [ITEM_REF],
}


class TestServiceOrder(OrderTests):
    model = ServiceOrder
    route = f"{API}/serviceOrder"
    items = "serviceOrderItem"
    item: ClassVar = ITEM
    minimal: ClassVar = {"serviceOrderItem": [ITEM]}
    mandatory = ("serviceOrderItem",)
    defaults: ClassVar = {"priority": "4", "state": "acknowledged"}
    stamped = ("orderDate",)
    server_set: ClassVar = {
        "orderDate": DATE,
        "startDate": DATE,
        "completionDate": DATE,
        "expectedCompletionDate": DATE,
        "state": "completed",
        "errorMessage": [ERROR],
        "milestone": [MILESTONE],
        "jeopardyAlert": [ALERT],
    }
    unpatchable: ClassVar = {
        "orderDate": DATE,
        "startDate": DATE,
        "completionDate": DATE,
        "category": "Other",
        "cancellationDate": DATE,
        "cancellationReason": "Other",
        "errorMessage": [ERROR],
        "milestone": [MILESTONE],
        "jeopardyAlert": [ALERT],
    }
    full: ClassVar = {
        **TYPED,
        "category": "B2B",
        "description": "Access for a branch",
        "externalId": "SO-1",
        "priority": "1",
        "notificationContact": "ann@example.com",
        "requestedStartDate": "2026-02-01T12:00:00.000Z",
        "requestedCompletionDate": "2026-02-02T12:00:00+01:00",
        "cancellationDate": "2026-02-04T12:00:00Z",
        "cancellationReason": "None yet",
        "orderRelationship": [reference("o-0", "ServiceOrder", relationshipType="dependsOn")],
        "externalReference": [reference("x-1", "Order", externalReferenceType="BSS")],
        "note": [NOTE],
        "relatedParty": [PARTY],
        "serviceOrderItem": [
            {
                **ITEM,
                "service": SERVICE,
                "serviceOrderItemRelationship": [{"relationshipType": "reliesOn", "orderItem": ITEM_REF}],
                "serviceOrderItem": [{**ITEM, "id": "1.1"}],
                "appointment": APPOINTMENT,
                "errorMessage": [ERROR],
            }
        ],
    }
    patch: ClassVar = {"priority": "0", "note": [NOTE, {"text": "Hurry"}]}
    moves: ClassVar = {
        "acknowledged": ("inProgress", "pending", "rejected", "assessingCancellation", "cancelled"),
        "inProgress": ("pending", "held", "assessingCancellation", "completed", "failed", "partial", "cancelled"),
        "pending": ("inProgress", "assessingCancellation", "cancelled"),
        "held": ("inProgress", "assessingCancellation", "cancelled"),
        "assessingCancellation": ("pendingCancellation", "acknowledged", "inProgress", "held", "pending"),
        "pendingCancellation": ("cancelled",),
        **dict.fromkeys(FINAL, ()),
    }
    events = (
        "Create", "AttributeValueChange", "StateChange", "Delete", "InformationRequired", "Milestone", "Jeopardy",
    )  # fmt: skip

    def test_dates_of_the_states(self) -> None:
        document = self.set(self.order("a", "b"), a="inProgress", b="inProgress").body
        assert document["startDate"] and "completionDate" not in document
        document = self.set(document, a="completed", b="failed").body
        assert (document["state"], "completionDate" in document) == ("partial", True)
        cancelled = self.api.patch(self.url(self.order("a")), {"state": "cancelled"}).body
        assert {"cancellationDate", "completionDate"} <= cancelled.keys()
        assert "startDate" not in cancelled

    def test_milestones_and_warnings_are_announced(self) -> None:
        document = self.create()
        for name, entries, kind in (
            ("milestone", [MILESTONE], "Milestone"),
            ("milestone", [MILESTONE, {**MILESTONE, "id": "m-2"}], "Milestone"),
            ("milestone", [MILESTONE], None),
            ("jeopardyAlert", [ALERT], "Jeopardy"),
        ):
            Event.objects.all().delete()
            change = {name: entries}
            operations.update(
                ServiceOrder,
                document["id"],
                lambda present, change=change: {**present, **change},
                actor=operations.SYSTEM,
                trusted=True,
            )
            kinds = ["AttributeValueChange", *([kind] if kind else [])]
            assert self.happened() == [f"ServiceOrder{each}Event" for each in kinds], name


class TestCancelServiceOrder(CancelTests):
    model = CancelServiceOrder
    route = f"{API}/cancelServiceOrder"
    minimal: ClassVar = {"serviceOrder": {"id": "o-1"}}
    mandatory = ("serviceOrder",)
    defaults: ClassVar = {"state": "accepted"}
    server_set: ClassVar = {
        "state": "done",
        "effectiveCancellationDate": DATE,
        "completionMessage": "Done",
        "errorMessage": {name: value for name, value in ERROR.items() if name != "timestamp"},
    }
    full: ClassVar = {
        **TYPED,
        "cancellationReason": "Ordered twice",
        "requestedCancellationDate": "2026-02-01T12:00:00.000Z",
        "serviceOrder": reference("o-1", "ServiceOrder"),
    }
    moves: ClassVar = {
        "accepted": ("inProgress",),
        "inProgress": ("done", "terminatedWithError"),
        "done": (),
        "terminatedWithError": (),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("sample", official(641).values(), ids=official(641))
def test_official_sample(sample) -> None:
    call = Caller("all")
    resource = sample["@type"][0].lower() + sample["@type"][1:]
    made = call.post(f"{API}/{resource}", sample)
    assert made.status == 201, made.response.content
    ours = ("state", "orderDate", "startDate", "completionDate", "expectedCompletionDate", "effectiveCancellationDate")
    assert differing(sample, made.body, *ours) == {}
    assert differing(sample, call.get(f"{API}/{resource}/{made.body['id']}").body, *ours) == {}
