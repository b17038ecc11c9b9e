"""TMF638 Service Inventory Management: admin."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from inventory.admin.product import name_of, phrase
from inventory.models import Service
from inventory.values import service as values
from tmfsite.admin.filters import refers_to
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin

describe(values.ServiceRef, fields=("id",), item="service")
describe(
    values.FeatureRelationship,
    fields=("name", "relationshipType"),
    more=("id", "validFor"),
    labels={"name": "Feature", "relationshipType": "Kind", "validFor": "Valid", "id": "ID"},
    suggestions={"relationshipType": ("dependsOn", "excludes", "aggregates")},
    item="related feature",
    layout="table",
)
describe(
    values.Feature,
    fields=("name", "isEnabled", "featureCharacteristic"),
    more=("id", "isBundle", "constraint", "featureRelationship"),
    labels={
        "isEnabled": "Enabled", "isBundle": "Bundle", "featureCharacteristic": "Settings", "constraint": "Constraints",
        "featureRelationship": "Related features", "id": "ID",
    },
    widths={"name": 8, "isEnabled": 4},
    item="feature",
)  # fmt: skip
describe(values.RelatedEntityRefOrValue, fields=("id", "name", "role"), more=("@referredType",), item="entity")
describe(
    values.RelatedServiceOrderItem,
    fields=("serviceOrderId", "itemId", "itemAction", "role"),
    more=("serviceOrderHref",),
    labels={"serviceOrderId": "Order", "itemId": "Item", "itemAction": "Action"},
    suggestions={"itemAction": values.ITEM_ACTIONS},
    title=("serviceOrderId", "itemId"),
    item="order item",
    layout="table",
)
describe(
    values.ServiceRelationship,
    fields=("relationshipType", "service", "serviceRelationshipCharacteristic"),
    more=("ServiceRelationshipCharacteristic",),
    labels={
        "relationshipType": "Kind", "serviceRelationshipCharacteristic": "Characteristics",
        "ServiceRelationshipCharacteristic": "Further characteristics",
    },
    suggestions={"relationshipType": ("reliesOn", "contains", "isContainedIn", "dependentOn")},
    title=("relationshipType",),
    item="related service",
)  # fmt: skip
describe(values.ServiceRefOrValue, fields=("id", "name"), more=(), labels={"id": "ID"}, item="service", layout="table")

START_MODES = ("0", "1", "2", "3", "4", "5", "6")


@admin.register(Service)
class ServiceAdmin(ResourceAdmin):
    """What runs, for customers or below."""

    icon = "cell_tower"
    sidebar_order = 10
    list_display = (
        "title", "state", "enabled", "specification", "category", "characteristics", "rests_on", "updated",
    )  # fmt: skip
    list_filter = (
        "state",
        "category",
        refers_to("serviceSpecification", "specification"),
        "is_service_enabled",
        "service_type",
    )
    search_fields = ("name", "description", "service_type", "uid")
    date_hierarchy = "start_date"
    labels: ClassVar[dict[str, str]] = {
        "is_service_enabled": "Enabled", "has_started": "Started", "is_stateful": "Keeps state", "is_bundle": "Bundle",
        "service_type": "Type", "start_mode": "Started by", "service_date": "Created", "start_date": "Active since",
        "end_date": "Ended", "service_specification": "Specification", "service_characteristic": "Characteristics",
        "feature": "Features", "service_relationship": "Related services", "supporting_service": "Supporting services",
        "supporting_resource": "Supporting resources", "service_order_item": "Orders", "related_party": "Parties",
        "related_entity": "Related entities", "place": "Places", "note": "Notes",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {
        "start_mode": (
            "0 unknown, 1 by its environment, 2 by its resource, 3 by the provider, 4 by an order of the customer, "
            "5 by an order of the provider, 6 in any of these ways."
        ),
    }
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"category": ("CFS", "RFS"), "start_mode": START_MODES}
    tabs: ClassVar = {
        "Overview": [
            "name", "description", "service_specification", ("category", "service_type"), ("is_service_enabled", "has_started"),
            ("is_stateful", "is_bundle"), "start_mode", ("service_date", "start_date", "end_date"),
        ],
        "Characteristics": ["service_characteristic"],
        "Features": ["feature"],
        "Rests on": ["supporting_service", "supporting_resource", "service_relationship"],
        "Parties and places": ["related_party", "place", "related_entity"],
        "Orders": ["service_order_item"],
        "Notes": ["note"],
    }  # fmt: skip

    @display(description="Service", ordering="name")
    def title(self, service: Service) -> str:
        """Name, or what it is an instance of."""
        return str(service.name or name_of(service.service_specification) or service.uid)

    @display(description="Enabled", boolean=True, ordering="is_service_enabled")
    def enabled(self, service: Service) -> bool | None:
        """Whether it may be used."""
        return service.is_service_enabled  # type: ignore[no-any-return]

    @display(description="Specification")
    def specification(self, service: Service) -> str:
        """Name of the specification."""
        return name_of(service.service_specification) or "—"

    @display(description="Characteristics")
    def characteristics(self, service: Service) -> str:
        """The first characteristics in one phrase."""
        return phrase(service.service_characteristic)

    @display(description="Rests on")
    def rests_on(self, service: Service) -> str:
        """The level below: services and resources."""
        below = [*(service.supporting_service or ()), *(service.supporting_resource or ())]
        names = [name_of(each) or name_of(each.get("serviceSpecification")) or "?" for each in below]
        return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "") or "—"
