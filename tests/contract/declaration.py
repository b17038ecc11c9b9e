"""What a resource test declares, and what its tests are made of."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest

from tests.caller import Answer, Caller, footprint
from tests.contract.samples import (
    VERB_OF,
)
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.resources.models import Resource
from tmfsite.resources.schema import Attribute, schema_of


@pytest.mark.django_db
class Declaration:
    """Set these in a subclass of `tests.resource.ResourceTests` named `Test<Model>`."""

    model: ClassVar[type[Resource]]
    route: ClassVar[str]
    minimal: ClassVar[Document]
    full: ClassVar[Document]
    patch: ClassVar[Document] = {}
    """A merge patch that changes something, but no state."""
    mandatory: ClassVar[tuple[str, ...]] = ()
    defaults: ClassVar[Document] = {}
    """What the server adds to the minimal body, apart from id, href, @type and `stamped`."""
    stamped: ClassVar[tuple[str, ...]] = ()
    """Date-times that the server sets at creation, and histories that it begins."""
    server_set: ClassVar[Document] = {}
    """Values a client may send in vain."""
    unpatchable: ClassVar[Document] = {}
    """Attributes, besides those that no API lets change, which refuse a new value."""
    derived: ClassVar[tuple[str, ...]] = ()
    """Attributes that show what other resources hold: without any there is no attribute, not an empty list."""
    given: ClassVar[tuple[str, ...]] = ()
    """Nested attributes, by dotted path, that the server sets; the sample has no values for them."""
    verbs: ClassVar[str] = "LGCPD"
    state: ClassVar[str | None] = None
    states: ClassVar[tuple[str, ...]] = ()
    """Attributes with lifecycles of their own besides `state`."""
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    events: ClassVar[tuple[str, ...]] = ("Create", "AttributeValueChange", "StateChange", "Delete")
    reads: ClassVar[Mapping[str, int]] = {"one": 1, "list": 2}
    """SQL statements of a GET."""

    @pytest.fixture(autouse=True)
    def _caller(self, db: None) -> None:
        self.api = Caller("all")
        self.api.get(self.route)  # the token is known from here on

    def create(self, body: Document | None = None, **more: Any) -> Document:
        """Create one through the API, or as the system does where the API has no POST."""
        wanted = {**(self.minimal if body is None else body), **more}
        if "C" not in self.verbs:
            return self.read(operations.create(self.model, wanted, actor=operations.SYSTEM).document).body  # type: ignore[no-any-return]
        answer = self.api.post(self.route, wanted)
        assert answer.status == 201, answer.response.content
        return answer.body  # type: ignore[no-any-return]

    def url(self, document: Document) -> str:
        return f"{self.route}/{document['id']}"

    def read(self, document: Document) -> Answer:
        return self.api.get(self.url(document))

    def unchanged(self, before: dict[str, int]) -> None:
        assert footprint(self.model) == before

    def is_event(self, *kinds: str) -> list[str]:
        """Return the events of a write that changes these; an API with a `Change` has one event for all of it."""
        words = {
            "StateChange": ("StateChange", "StatusChange", "ExecutionStateChange", "Change"),
            "AttributeValueChange": ("AttributeValueChange", "Change"),
        }
        wanted = dict.fromkeys(word for kind in kinds for word in words.get(kind, (kind,)))
        return [f"{self.type_name}{kind}Event" for kind in wanted if kind in self.events]

    @property
    def type_name(self) -> str:
        """Name of the resource in this API."""
        return self.key[:1].upper() + self.key[1:]

    @property
    def key(self) -> str:
        return self.route.rsplit("/", 1)[-1]

    def attribute(self, wire: str) -> Attribute:
        return schema_of(self.model).attributes[wire]

    def nested(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in self.full.items() if isinstance(value, dict | list))

    def needs(self, verb: str) -> None:
        if verb not in self.verbs:
            pytest.skip(f"{self.key} offers no {VERB_OF[verb]}")
