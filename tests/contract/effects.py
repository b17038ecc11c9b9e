"""What a write leaves behind: moves, events, history, links."""

from typing import get_args

import pytest
from django.db.models import QuerySet

from tests.contract.declaration import Declaration
from tests.contract.samples import leaves
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.events.models import Event
from tmfsite.fields import Reference, json
from tmfsite.fields.json import Document
from tmfsite.resources.errors import Conflict
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of
from tmfsite.wire import href_of


class Effects(Declaration):
    """What a write leaves behind: moves, events, history, links."""

    def test_every_move(self) -> None:
        if self.state is None:
            pytest.skip("no lifecycle")
        states = list(self.moves)
        assert {to for targets in self.moves.values() for to in targets} <= set(states)
        for old in states:
            for new in states:
                document = self.create()
                instance = self.model.objects.get(uid=document["id"])
                if old != document[self.state]:
                    field = self.attribute(self.state).name
                    self.model.objects.filter(pk=instance.pk).update(**{field: old})
                allowed = new == old or new in self.moves[old]
                if "P" in self.verbs:
                    answer = self.api.patch(self.url(document), {self.state: new})
                    if allowed:
                        assert (answer.status, answer.body[self.state]) == (200, new), (old, new)
                    else:
                        answer.refused(409, "stateTransition", about=old)
                elif allowed:
                    assert operations.transition(instance, new, actor=operations.SYSTEM).document[self.state] == new
                else:
                    with pytest.raises(Conflict):
                        operations.transition(instance, new, actor=operations.SYSTEM)

    def test_a_state_cannot_be_taken_away(self) -> None:
        if self.state is None or "P" not in self.verbs:
            pytest.skip("no lifecycle to patch")
        document = self.create()
        assert self.api.patch(self.url(document), {self.state: None}).status in (400, 409)
        assert self.read(document).body == document

    def create_full(self) -> Document:
        """Create one in a request that can be told from others."""
        if "C" not in self.verbs:
            return self.create(self.full)
        return self.api.post(self.route, self.full, headers={"X-Request-ID": "request-1"}).body  # type: ignore[no-any-return]

    def own_events(self) -> QuerySet[Event]:
        """The events in this API and of this path; others may publish the resource as well."""
        return Event.objects.filter(api=f"tmf{self.number()}", resource_path=self.key).order_by("id")

    def happened(self) -> list[str]:
        return list(self.own_events().values_list("event_type", flat=True))

    def test_events(self) -> None:
        document = self.create_full()
        assert self.happened() == self.is_event("Create")
        request = "request-1" if "C" in self.verbs else None
        if "Create" in self.events:
            event = self.own_events().get()
            assert json.loads(event.payload) == document
            assert (event.resource_path, event.resource_uid, event.correlation_id) == (
                self.key,
                document["id"],
                request,
            )
            assert (event.api, event.dispatched_at) == (f"tmf{self.number()}", None)
        if "P" in self.verbs:
            Event.objects.all().delete()
            after = self.api.patch(self.url(document), self.patch).body
            assert self.happened() == self.is_event("AttributeValueChange")
            assert all(json.loads(each.payload) == after for each in self.own_events())
        if "D" in self.verbs:
            last = self.read(document).body
            Event.objects.all().delete()
            self.api.delete(self.url(document))
            assert self.happened() == self.is_event("Delete")
            assert all(json.loads(each.payload) == last for each in self.own_events())

    def test_events_of_a_move(self) -> None:
        if self.state is None or "P" not in self.verbs:
            pytest.skip("no lifecycle to patch")
        document = self.create()
        first = document[self.state]
        then = self.moves[first][0]
        Event.objects.all().delete()
        self.api.patch(self.url(document), {self.state: then})
        assert self.happened() == self.is_event("StateChange")
        Event.objects.all().delete()
        self.api.patch(self.url(document), {self.state: self.moves[then][0], **self.patch})
        assert self.happened() == self.is_event("StateChange", "AttributeValueChange")

    def test_history(self) -> None:
        document = self.create_full()
        change = Change.objects.get(resource_uid=document["id"])
        made_by = ("request-1", "client", "tests") if "C" in self.verbs else (None, "system", "system")
        assert (change.action, change.revision, change.resource_uid) == ("create", 1, document["id"])
        assert (change.request_id, change.actor_kind, change.actor_name) == made_by
        assert change.resource_type.model_class() is self.model
        if "P" in self.verbs:
            after = self.api.patch(self.url(document), self.patch).body
            change = Change.objects.filter(resource_uid=document["id"]).latest("id")
            assert (change.action, change.revision) == ("update", 2)
            shown = {name: pair for name, pair in change.changes.items() if name not in self.stamped}
            assert shown == {name: [document.get(name), after[name]] for name in self.patch}
        if "D" in self.verbs:
            last = self.read(document).body
            self.api.delete(self.url(document))
            change = Change.objects.filter(resource_uid=document["id"]).latest("id")
            last["href"] = href_of(self.model(uid=last["id"]))  # of the API that the resource has its address from
            assert (change.action, change.changes) == ("delete", {"": [last, None]})

    def test_links(self) -> None:
        document = self.create(self.full)
        pk = self.model.objects.get(uid=document["id"]).pk
        kind = schema_of(self.model).content_type_id()
        found = {(each.path, each.target_uid) for each in Link.objects.filter(source_type=kind, source_id=pk)}
        declared, keys = schema_of(self.model).links, schema_of(self.model).keys
        expected = {
            (path if path in keys else path.removesuffix(".id"), value)
            for path, value in leaves(document)
            if path in keys or (path.endswith(".id") and path.removesuffix(".id") in declared)
        }
        assert found == expected
        assert {name for name, _ in self.nested() if issubclass(self.item_type(name), Reference)} <= set(declared)

    def item_type(self, name: str) -> type:
        value_type = self.attribute(name).field.value_type
        return value_type if isinstance(value_type, type) else get_args(value_type)[0]
