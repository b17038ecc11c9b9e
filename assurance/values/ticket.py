"""TMF621 Trouble Ticket Management: value types."""

from typing import ClassVar

from tmfsite.fields.values import DateTime, Extensible, LooseReference, Text


class StatusChange(Extensible):
    """One step in the history of a ticket's status."""

    status: Text | None = None
    change_date: DateTime | None = None
    change_reason: Text | None = None


class TroubleTicketRelationship(LooseReference):
    """A tie to another ticket, such as a dependency."""

    target: ClassVar = "assurance.troubleticket"
    relationship_type: Text | None = None
