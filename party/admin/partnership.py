"""TMF668 Partnership Management: admin."""

from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from party.models.partnership import Partnership, PartnershipSpecification
from party.values import partnership as values
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin

describe(
    values.PartnershipRoleSpecification,
    fields=("name", "requiresBilling", "requiresSettlement", "description", "agreementSpecification"),
    more=(),
    labels={
        "name": "Role", "requiresBilling": "Is billed", "requiresSettlement": "Shares revenue",
        "agreementSpecification": "Has to agree to",
    },
    widths={"name": 6, "requiresBilling": 3, "requiresSettlement": 3},
    item="role",
)  # fmt: skip
describe(
    values.Partner,
    fields=("name", "status", "engagedParty", "account", "agreement", "contactMedium"),
    more=("statusReason", "paymentMethod", "creditProfile", "relatedParty", "characteristic", "validFor", "id"),
    labels={
        "engagedParty": "Party", "account": "Accounts", "agreement": "Agreements", "contactMedium": "Reached at",
        "statusReason": "Reason of the status", "paymentMethod": "Means of payment", "creditProfile": "Credit",
        "relatedParty": "Related parties", "characteristic": "Characteristics", "validFor": "Valid", "id": "ID",
    },
    widths={"name": 8, "status": 4},
    item="partner",
    collapsed=True,
)  # fmt: skip


@admin.register(Partnership)
class PartnershipAdmin(ResourceAdmin):
    """Parties that do business together."""

    icon = "diversity_3"
    sidebar_order = 10
    list_display = ("name", "kind", "partners", "updated")
    search_fields = ("name", "description", "uid")
    labels: ClassVar[dict[str, str]] = {"specification": "Kind of partnership", "partner": "Partners"}
    tabs: ClassVar = {"Overview": ["name", "description", "specification"], "Partners": ["partner"]}

    @display(description="Kind")
    def kind(self, partnership: Partnership) -> str:
        """Name of the specification."""
        specification = partnership.specification or {}
        return str(specification.get("name") or specification.get("id") or "—")

    @display(description="Partners")
    def partners(self, partnership: Partnership) -> str:
        """Names of the partners."""
        names = [str(each.get("name")) for each in partnership.partner or []]
        return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "") or "—"


@admin.register(PartnershipSpecification)
class PartnershipSpecificationAdmin(ResourceAdmin):
    """Kinds of partnerships."""

    dashboard = False
    icon = "hub"
    sidebar_order = 20
    list_display = ("name", "roles", "updated")
    search_fields = ("name", "description", "uid")
    labels: ClassVar[dict[str, str]] = {"role_specification": "Roles"}
    tabs: ClassVar = {"Overview": ["name", "description"], "Roles": ["role_specification"]}

    @display(description="Roles")
    def roles(self, specification: PartnershipSpecification) -> str:
        """Names of the roles."""
        return ", ".join(str(each.get("name")) for each in specification.role_specification or []) or "—"
