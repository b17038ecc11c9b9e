"""TMF669 Party Role Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from party.admin.party import first_contact
from party.models.role import PartyRole
from party.values import role as values
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin

describe(
    values.AccountRef,
    fields=("name", "id", "@referredType"),
    more=("description",),
    labels={"id": "ID", "@referredType": "Kind of account"},
    suggestions={"@referredType": ("BillingAccount", "PartyAccount", "SettlementAccount", "FinancialAccount")},
    item="account",
    layout="table",
)


class RoleAdmin(ResourceAdmin):
    """What party roles and customers have in common."""

    list_display: Sequence[Any] = ("name", "state", "party", "contact", "updated")
    list_filter = ("status",)
    labels: ClassVar[dict[str, str]] = {
        "status": "State", "status_reason": "Reason of the state", "valid_for": "Valid", "engaged_party": "Party",
        "account": "Accounts", "agreement": "Agreements", "characteristic": "Characteristics",
        "contact_medium": "Contact", "credit_profile": "Credit", "payment_method": "Means of payment",
        "related_party": "Related parties",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": ["name", "engaged_party", "status_reason", "valid_for"],
        "Contact": ["contact_medium"],
        "Accounts": ["account", "payment_method"],
        "Agreements": ["agreement"],
        "Credit": ["credit_profile"],
        "Relations": ["related_party"],
        "Characteristics": ["characteristic"],
    }

    @display(description="Party")
    def party(self, role: Any) -> str:
        """Name of the party that plays the role."""
        party = role.engaged_party or {}
        return str(party.get("name") or party.get("id") or "—")

    @display(description="Reached at")
    def contact(self, role: Any) -> str:
        """Email address or telephone number."""
        return first_contact(role, "emailAddress", "phoneNumber")


@admin.register(PartyRole)
class PartyRoleAdmin(RoleAdmin):
    """The parts that parties play."""

    icon = "theater_comedy"
    sidebar_order = 10
