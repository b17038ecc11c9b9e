"""TMF639 Resource Inventory Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from inventory.admin.product import name_of, phrase
from inventory.models import Reservation, Resource
from inventory.values import resource as values
from tmfsite.admin.filters import refers_to
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention

describe(values.ResourceRef, fields=("id",), item="resource")
describe(values.ResourceSpecificationRef, fields=("id",), item="specification")
describe(values.ResourcePlace, fields=("id", "name", "role"), more=(), item="place")
describe(
    values.ResourceRelationship,
    fields=("id", "relationshipType", "resourceRelationshipCharacteristic"),
    more=("resource",),
    labels={"relationshipType": "Kind", "resourceRelationshipCharacteristic": "Characteristics"},
    suggestions={"relationshipType": ("contains", "isContainedIn", "connectedTo", "reliesOn", "hosts")},
    title=("name", "relationshipType"),
    item="related resource",
)
describe(
    values.ResourceRefOrValue, fields=("id", "name"), more=(), labels={"id": "ID"}, item="resource", layout="table"
)

_BADGES = {"success": "success", "danger": "danger", "warning": "warning", "info": "info", "neutral": "default"}
_COLOURS = {
    "available": "success", "unlocked": "success", "unlock": "success", "enable": "success", "reserved": "info",
    "busy": "warning", "active": "info", "standby": "info", "locked": "warning", "suspended": "warning", "shutdown": "danger",
    "disable": "danger", "alarm": "danger",
}  # fmt: skip


def _badge(state: str | None) -> tuple[str, str]:
    return _COLOURS.get(state or "", "neutral"), state or "—"


@admin.register(Resource)
class ResourceInventoryAdmin(ResourceAdmin):
    """What services run on."""

    icon = "dns"
    sidebar_order = 10
    list_display = (
        "title", "kind", "value", "availability", "administration", "operation", "usage", "specification", "pool", "updated",
    )  # fmt: skip
    list_filter = (
        "resource_status", "administrative_state", "operational_state", "usage_state", "category",
        refers_to("resourceSpecification", "specification"), refers_to("resourcePool", "pool"), "at_type",
    )  # fmt: skip
    search_fields = ("name", "value", "serial_number", "description", "uid")
    attention = (
        Attention("in alarm", {"resource_status__exact": "alarm"}, urgent=True),
        Attention(
            "out of operation", {"operational_state__exact": "disable", "administrative_state__exact": "unlocked"}
        ),
    )
    labels: ClassVar[dict[str, str]] = {
        "value": "Number or value", "resource_status": "Availability", "administrative_state": "Administration",
        "operational_state": "Operation", "usage_state": "Usage", "resource_version": "Version",
        "version_number": "Hardware version", "manufacture_date": "Made", "power_state": "Power",
        "start_operating_date": "In operation since", "end_operating_date": "In operation until",
        "resource_specification": "Specification", "resource_characteristic": "Characteristics",
        "resource_relationship": "Related resources", "resource_pool": "Pool", "related_party": "Parties", "place": "Place",
        "note": "Notes", "attachment": "Attachments", "held_by": "Reserved for",
    }  # fmt: skip
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "category": ("Equipment", "Port", "Number", "Licence", "Virtual"),
        "power_state": ("Full Power", "Low Power", "Power Save", "Off"),
    }
    readonly_fields = ("holder",)
    tabs: ClassVar = {
        "Overview": [
            "name", "description", "resource_specification", ("category", "value"), ("resource_pool", "holder"),
            ("start_operating_date", "end_operating_date"), "resource_version",
        ],
        "Characteristics": ["resource_characteristic"],
        "Equipment": [("serial_number", "version_number"), ("manufacture_date", "power_state")],
        "Related resources": ["resource_relationship"],
        "Parties and place": ["related_party", "place"],
        "Notes": ["note", "attachment"],
    }  # fmt: skip

    @display(description="Resource", ordering="name")
    def title(self, resource: Resource) -> str:
        """Name, or its value."""
        return str(resource)

    @display(description="Kind", ordering="at_type")
    def kind(self, resource: Resource) -> str:
        """`@type`, or what it is an instance of."""
        return str(resource.at_type or "Resource")

    @display(description="Availability", ordering="resource_status", label=_BADGES)
    def availability(self, resource: Resource) -> tuple[str, str]:
        """Badge of the resource status."""
        return _badge(resource.resource_status)

    @display(description="Administration", ordering="administrative_state", label=_BADGES)
    def administration(self, resource: Resource) -> tuple[str, str]:
        """Badge of the administrative state."""
        return _badge(resource.administrative_state)

    @display(description="Operation", ordering="operational_state", label=_BADGES)
    def operation(self, resource: Resource) -> tuple[str, str]:
        """Badge of the operational state."""
        return _badge(resource.operational_state)

    @display(description="Usage", ordering="usage_state", label=_BADGES)
    def usage(self, resource: Resource) -> tuple[str, str]:
        """Badge of the usage state."""
        return _badge(resource.usage_state)

    @display(description="Specification")
    def specification(self, resource: Resource) -> str:
        """Name of the specification."""
        return name_of(resource.resource_specification) or "—"

    @display(description="Characteristics")
    def characteristics(self, resource: Resource) -> str:
        """The first characteristics in one phrase."""
        return phrase(resource.resource_characteristic)

    @display(description="Pool")
    def pool(self, resource: Resource) -> str:
        """Name of the pool."""
        return name_of(resource.resource_pool) or "—"

    @display(description="Reserved for")
    def holder(self, resource: Any) -> str:
        """Who has it."""
        kind, _, rest = (resource.held_by or "").partition("/")
        if kind == "reservation":
            reservation = Reservation.objects.filter(uid=rest.rpartition("/")[0]).first()
            return f"Reservation “{reservation or rest}”"
        return str(resource.held_by or "nobody")
