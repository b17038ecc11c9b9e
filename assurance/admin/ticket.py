"""TMF621 Trouble Ticket Management: admin."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from assurance.models import TroubleTicket
from assurance.values import ticket as values
from assurance.values.references import RelatedEntity
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention

describe(RelatedEntity, fields=("id", "name", "role", "@referredType"), labels={"@referredType": "Kind"}, item="entity")
describe(
    values.StatusChange,
    fields=("status", "changeDate", "changeReason"),
    labels={"changeDate": "When", "changeReason": "Reason"},
    item="step",
    layout="table",
)
describe(
    values.TroubleTicketRelationship,
    fields=("id", "relationshipType"),
    more=(),
    labels={"relationshipType": "Kind"},
    suggestions={"relationshipType": ("isChildOf", "isParentOf", "dependency", "duplicates")},
    item="ticket",
)


@admin.register(TroubleTicket)
class TroubleTicketAdmin(ResourceAdmin):
    """Tickets about trouble, from report to resolution."""

    icon = "confirmation_number"
    sidebar_order = 10
    list_display = ("title", "state", "ticket_type", "severity", "priority", "creation_date", "updated")
    list_filter = ("status", "severity", "priority", "ticket_type")
    search_fields = ("name", "description", "external_id", "uid")
    attention = (
        Attention(
            "critical and open",
            {"severity__iexact": "critical", "status__in": "acknowledged,inProgress,pending,held"},
            urgent=True,
        ),
        Attention("waiting for an answer", {"status__exact": "pending"}),
    )
    date_hierarchy = "creation_date"
    labels: ClassVar[dict[str, str]] = {
        "ticket_type": "Kind of ticket", "status_change_reason": "Reason of the status", "status_change": "Steps",
        "external_id": "Number elsewhere", "expected_resolution_date": "Expected", "requested_resolution_date": "Wanted",
        "resolution_date": "Resolved", "creation_date": "Reported", "status_change_date": "Status since",
        "related_party": "Parties", "related_entity": "About", "trouble_ticket_relationship": "Related tickets",
        "note": "Notes", "attachment": "Attachments",
    }  # fmt: skip
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "severity": ("Critical", "Major", "Minor"),
        "priority": ("High", "Medium", "Low"),
        "ticket_type": ("Complaint", "Bill dispute", "Incident", "Request"),
    }
    tabs: ClassVar = {
        "Overview": [
            "name", "description", ("ticket_type", "severity", "priority"), "channel", "external_id",
            "status_change_reason", ("requested_resolution_date", "expected_resolution_date", "resolution_date"),
        ],
        "About": ["related_entity", "related_party", "trouble_ticket_relationship"],
        "Notes": ["note", "attachment"],
        "Steps": ["creation_date", "status_change_date", "status_change"],
    }  # fmt: skip

    @display(description="Ticket", ordering="name")
    def title(self, ticket: TroubleTicket) -> str:
        """Name, or the beginning of the description."""
        return str(ticket.name or (ticket.description or "")[:80] or ticket.uid)
