"""What the contract of every kind of order adds to that of a resource."""

from typing import Any, ClassVar

from tests.resource import ResourceTests
from tmfsite.events.models import Event
from tmfsite.fields.json import Document

FINAL = ("rejected", "cancelled", "completed", "failed", "partial")
DATE = "2001-01-01T00:00:00.000Z"


class OrderTests(ResourceTests):
    """Set `items`, the wire name of the attribute that holds the items, and `item`, one that is acknowledged."""

    items: ClassVar[str]
    item: ClassVar[Document]
    state = "state"

    def order(self, *ids: str) -> Document:
        """Create an order of items with these ids."""
        return self.create({**self.minimal, self.items: [{**self.item, "id": each} for each in ids]})

    def item_states(self, document: Document) -> dict[str, str]:
        return {each["id"]: each["state"] for each in document[self.items]}

    def set(self, document: Document, **states: str) -> Any:
        """Patch the states of items, and of the order as `order`."""
        items = [{**each, "state": states.get(each["id"], each["state"])} for each in document[self.items]]
        own = {"state": states["order"]} if "order" in states else {}
        return self.api.patch(self.url(document), {self.items: items, **own})

    def test_items_start_acknowledged(self) -> None:
        sent = [{**self.item, "state": "completed"}, {**self.item, "id": "2", "state": "cancelled"}]
        document = self.create(**{self.items: sent, "state": "completed"})
        assert (document["state"], self.item_states(document)) == (
            "acknowledged",
            {"1": "acknowledged", "2": "acknowledged"},
        )

    def test_an_order_moves_its_unfinished_items(self) -> None:
        document = self.order("a", "b")
        document = self.api.patch(self.url(document), {"state": "inProgress"}).body
        assert self.item_states(document) == {"a": "inProgress", "b": "inProgress"}
        document = self.set(document, a="completed").body
        assert (document["state"], self.item_states(document)) == ("inProgress", {"a": "completed", "b": "inProgress"})
        document = self.api.patch(self.url(document), {"state": "held"}).body
        assert (document["state"], self.item_states(document)) == ("held", {"a": "completed", "b": "held"})

    def test_items_move_their_order(self) -> None:
        document = self.order("a", "b")
        for states, expected in (
            ({"a": "inProgress"}, "inProgress"),
            ({"a": "held"}, "held"),
            ({"a": "inProgress", "b": "inProgress"}, "inProgress"),
            ({"a": "completed"}, "inProgress"),
            ({"b": "failed"}, "partial"),
        ):
            document = self.set(document, **states).body
            assert document["state"] == expected, states
        assert self.item_states(document) == {"a": "completed", "b": "failed"}

    def test_a_rejected_item_rejects_the_order(self) -> None:
        document = self.set(self.order("a", "b"), a="rejected").body
        assert (document["state"], self.item_states(document)) == ("rejected", {"a": "rejected", "b": "rejected"})

    def test_items_move_as_orders_do(self) -> None:
        document = self.order("a", "b")
        self.set(document, a="completed").refused(409, "stateTransition", about="item a cannot move from acknowledged")
        document = self.set(document, a="inProgress", b="inProgress").body
        document = self.set(document, a="completed", b="completed").body
        self.set(document, a="inProgress").refused(409, "stateTransition", about="item a")
        assert self.read(document).body == document

    def test_items_are_fixed_once_work_has_begun(self) -> None:
        document = self.order("a", "b")
        changed = [{**document[self.items][0], "quantity": 7}]
        document = self.api.patch(self.url(document), {self.items: changed}).body
        assert document[self.items] == changed
        document = self.api.patch(self.url(document), {"state": "inProgress"}).body
        for items in ([], [{**changed[0], "quantity": 8}], [*document[self.items], {**self.item, "id": "c"}]):
            answer = self.api.patch(self.url(document), {self.items: items})
            if items or self.items not in self.mandatory:
                answer.refused(409, "stateTransition", about="cannot be changed once it is inProgress")
        assert self.read(document).body == document

    def test_items_keep_states_that_a_patch_leaves_out(self) -> None:
        document = self.set(self.order("a", "b"), a="inProgress").body
        bare = [{name: value for name, value in each.items() if name != "state"} for each in document[self.items]]
        answer = self.api.patch(self.url(document), {self.items: bare})
        assert (answer.body, answer.headers["ETag"]) == (document, '"2"')
        again = self.api.patch(self.url(document), {self.items: bare, "description": "x"}).body
        assert self.item_states(again) == {"a": "inProgress", "b": "acknowledged"}

    def test_events_of_a_move(self) -> None:
        """States of items and dates go with a move; an order that waits asks for information."""
        document = self.order("a", "b")
        name = self.model.__name__
        for change, kinds in (
            ({"order": "inProgress"}, ["StateChange"]),
            ({"order": "pending"}, ["StateChange", "InformationRequired"]),
            ({"order": "inProgress"}, ["StateChange"]),
            ({"a": "completed"}, ["AttributeValueChange"]),
            ({"b": "completed"}, ["StateChange"]),
        ):
            Event.objects.all().delete()
            if "order" in change:
                document = self.api.patch(self.url(document), {"state": change["order"]}).body
            else:
                document = self.set(document, **change).body
            assert self.happened() == [f"{name}{kind}Event" for kind in kinds], change
        assert document["state"] == "completed"

    def test_events_of_a_move_with_other_changes(self) -> None:
        document = self.order("a")
        Event.objects.all().delete()
        self.api.patch(self.url(document), {"state": "inProgress", **self.patch})
        assert self.happened() == self.is_event("StateChange", "AttributeValueChange")

    def test_going_back_from_the_assessment(self) -> None:
        document = self.set(self.order("a", "b", "c"), a="inProgress", b="inProgress").body
        document = self.set(document, b="completed").body
        document = self.api.patch(self.url(document), {"state": "assessingCancellation"}).body
        assert self.item_states(document) == {
            "a": "assessingCancellation",
            "b": "completed",
            "c": "assessingCancellation",
        }
        document = self.api.patch(self.url(document), {"state": "inProgress"}).body
        assert self.item_states(document) == {"a": "inProgress", "b": "completed", "c": "acknowledged"}
        assert "resumption" not in document

    def test_an_unfinished_order_may_be_imported_in_any_state(self) -> None:
        from tmfsite import operations

        sent = {**self.minimal, "state": "inProgress", self.items: [{**self.item, "state": "held"}]}
        document = operations.create(self.model, sent, actor=operations.SYSTEM, trusted=True).document
        assert (document["state"], document[self.items][0]["state"]) == ("inProgress", "held")


class CancelTests(ResourceTests):
    """The contract of a request to cancel; set `order`, the name of the attribute that names the order."""

    verbs = "LGC"
    state = "state"
    events = ("Create", "StateChange", "InformationRequired")
