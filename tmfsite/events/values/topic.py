"""TMF688 Event: what is posted to topics."""

from typing import Any

from tmfsite.fields import values
from tmfsite.fields.values import DateTime, Extensible, Reference, RelatedParty, Text


class CharacteristicRelationship(Extensible):
    """How one characteristic stands to another."""

    id: Text | None = None
    relationship_type: Text | None = None


class Characteristic(values.Characteristic):
    """A named value, and how it stands to others."""

    characteristic_relationship: list[CharacteristicRelationship] | None = None


class EntityRef(Reference):
    """A reference to an entity of any kind."""


class Event(Extensible):
    """What happened, and to what."""

    event_id: Text | None = None
    event_time: DateTime | None = None
    event_type: Text | None = None
    correlation_id: Text | None = None
    domain: Text | None = None
    title: Text | None = None
    description: Text | None = None
    priority: Text | None = None
    time_ocurred: DateTime | None = None
    event: Any = None
    source: EntityRef | None = None
    reporting_system: EntityRef | None = None
    related_party: list[RelatedParty] | None = None
    analytic_characteristic: list[Characteristic] | None = None
