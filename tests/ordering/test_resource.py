"""TMF652 Resource Ordering Management v4.0: the contract of orders and cancellations, and the official samples."""

from typing import ClassVar

import pytest

from ordering.models import CancelResourceOrder, ResourceOrder
from tests.assurance.samples import PARTY, differing, official
from tests.caller import Caller
from tests.ordering.contract import DATE, FINAL, CancelTests, OrderTests
from tests.ordering.samples import APPOINTMENT, RESOURCE
from tests.samples import NOTE, TYPED, reference
from tmfsite.events.models import Event

API = "/tmf-api/resourceOrderingManagement/v4"
ITEM = {"id": "1", "action": "add", "quantity": 1, "state": "acknowledged"}


class TestResourceOrder(OrderTests):
    model = ResourceOrder
    route = f"{API}/resourceOrder"
    items = "orderItem"
    item: ClassVar = ITEM
    minimal: ClassVar = {}
    defaults: ClassVar = {"priority": 4, "state": "acknowledged"}
    stamped = ("orderDate",)
    server_set: ClassVar = {"orderDate": DATE, "startDate": DATE, "completionDate": DATE, "state": "completed"}
    unpatchable: ClassVar = {"orderDate": DATE, "completionDate": DATE}
    full: ClassVar = {
        **TYPED,
        "name": "Seven kilometres",
        "category": "B2B",
        "orderType": "build",
        "description": "Cable for a branch",
        "externalId": "RO-1",
        "priority": 1,
        "requestedStartDate": "2026-02-01T12:00:00.000Z",
        "requestedCompletionDate": "2026-02-02T12:00:00+01:00",
        "expectedCompletionDate": "2026-02-02T12:00:00Z",
        "externalReference": [{"id": "x-1", "owner": "Acme", "entityType": "Order"}],
        "note": [NOTE],
        "relatedParty": [PARTY],
        "orderItem": [
            {
                **ITEM,
                "resource": RESOURCE,
                "resourceSpecification": {**reference("rs-1", "ResourceSpecification"), "version": "1.0"},
                "orderItemRelationship": [
                    {
                        "relationshipType": "reliesOn",
                        "orderItem": {
                            "itemId": "2",
                            "resourceOrderId": "o-1",
                            "resourceOrderHref": "https://elsewhere.example.com/o-1",
                        },
                    }
                ],
                "appointment": APPOINTMENT,
            }
        ],
    }
    patch: ClassVar = {"priority": 0, "note": [NOTE, {"text": "Hurry"}]}
    moves: ClassVar = {
        "acknowledged": ("inProgress", "rejected", "assessingCancellation"),
        "inProgress": ("pending", "held", "completed", "failed", "partial", "assessingCancellation"),
        "pending": ("inProgress", "cancelled", "assessingCancellation"),
        "held": ("inProgress", "cancelled", "assessingCancellation"),
        "assessingCancellation": ("acknowledged", "inProgress", "pending", "held", "pendingCancellation"),
        "pendingCancellation": ("cancelled",),
        **dict.fromkeys(FINAL, ()),
    }
    events = ("Create", "AttributeValueChange", "Delete", "StateChange", "InformationRequired")

    def test_items_without_ids_go_by_their_place(self) -> None:
        item = {"action": "add", "state": "acknowledged"}
        document = self.create({"orderItem": [item, item]})
        items = [{**item, "state": "inProgress"}, item]
        document = self.api.patch(self.url(document), {"orderItem": items}).body
        assert (document["state"], document["orderItem"]) == ("inProgress", items)
        assert document["startDate"]

    def test_events_of_an_order_without_items(self) -> None:
        document = self.create()
        Event.objects.all().delete()
        self.api.patch(self.url(document), {"state": "inProgress"})
        assert self.happened() == ["ResourceOrderStateChangeEvent"]


class TestCancelResourceOrder(CancelTests):
    model = CancelResourceOrder
    route = f"{API}/cancelResourceOrder"
    minimal: ClassVar = {"resourceOrder": {"id": "o-1"}}
    mandatory = ("resourceOrder",)
    defaults: ClassVar = {"state": "acknowledged"}
    server_set: ClassVar = {"state": "done", "effectiveCancellationDate": DATE}
    full: ClassVar = {
        **TYPED,
        "cancellationReason": "Ordered twice",
        "requestedCancellationDate": "2026-02-01T12:00:00.000Z",
        "resourceOrder": reference("o-1", "ResourceOrder"),
    }
    moves: ClassVar = {
        "acknowledged": ("inProgress",),
        "inProgress": ("done", "terminatedWithError"),
        "done": (),
        "terminatedWithError": (),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", official(652))
def test_official_sample(name: str) -> None:
    call, sample = Caller("all"), official(652)[name]
    resource = name[0].lower() + name[1:]
    made = call.post(f"{API}/{resource}", sample)
    assert made.status == 201, made.response.content
    ours = ("state", "orderDate", "startDate", "completionDate", "effectiveCancellationDate")
    assert differing(sample, made.body, *ours) == {}
    assert differing(sample, call.get(f"{API}/{resource}/{made.body['id']}").body, *ours) == {}
