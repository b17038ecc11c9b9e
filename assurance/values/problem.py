"""TMF656 Service Problem Management: value types."""

from typing import ClassVar

from tmfsite.fields.values import (
    DateTime,
    Entity,
    Extensible,
    LooseReference,
    Reference,
    RelatedCharacteristic,
    Text,
)


class RelatedPlace(LooseReference):
    """A place and its part in the matter."""

    role: Text | None = None


class ExternalIdentifier(Entity):
    """What the problem is called in another system."""

    id: Text
    external_identifier_type: Text | None = None
    owner: Text | None = None


class ImpactPattern(Entity):
    """How the problem affects services."""

    description: Text | None = None
    characteristic: list[RelatedCharacteristic] | None = None


class ServiceProblemRef(Reference):
    """Another service problem."""

    target: ClassVar = "assurance.serviceproblem"


class EventRef(Reference):
    """An event that has to do with the problem."""

    event_time: DateTime | None = None


class SLAViolationRef(Reference):
    """A violated service level agreement."""


class TrackingRecord(Extensible):
    """Who did what about the problem, and when."""

    id: Text | None = None
    description: Text | None = None
    system_id: Text | None = None
    time: DateTime | None = None
    user: Text | None = None
    characteristic: list[RelatedCharacteristic] | None = None


class Notification(Extensible):
    """What was announced, in the form in which hubs got it."""

    event_id: Text | None = None
    event_type: Text | None = None
    event_time: DateTime | None = None


class TroubleTicketRef(Reference):
    """A ticket about the problem."""

    target: ClassVar = "assurance.troubleticket"


class EntityRef(Reference):
    """Any entity."""


class ResourceAlarmRef(Reference):
    """An alarm below the problem."""

    target: ClassVar = "assurance.alarm"
    change_request: EntityRef | None = None
