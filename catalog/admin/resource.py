"""TMF634 Resource Catalog Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from catalog.admin.entity import (
    TIES,
    CandidateAdmin,
    CatalogEntityAdmin,
    CollectionAdmin,
    TreeCategoryAdmin,
    describe_characteristic,
    names_of,
)
from catalog.models import ResourceCandidate, ResourceCatalog, ResourceCategory, ResourceSpecification
from catalog.values import resource as values
from tmfsite.admin.nested import describe
from tmfsite.fields.names import words

describe_characteristic(
    values.ResourceSpecificationCharacteristic,
    allowed="resourceSpecCharacteristicValue",
    related="resourceSpecCharRelationship",
    configurable="Chosen per order",
)
describe(
    values.ResourceSpecificationCharacteristicRelationship,
    fields=("name", "relationshipType"),
    more=("characteristicSpecificationId", "resourceSpecificationId", "resourceSpecificationHref", "validFor"),
    labels={
        "name": "Characteristic", "relationshipType": "Kind",
        "characteristicSpecificationId": "ID of the characteristic", "resourceSpecificationId": "ID of its specification",
        "resourceSpecificationHref": "Address of its specification", "validFor": "Valid",
    },
    suggestions={"relationshipType": TIES},
    item="related characteristic",
)  # fmt: skip
describe(
    values.ResourceSpecificationRelationship,
    fields=("id", "relationshipType", "role", "minimumQuantity", "maximumQuantity", "defaultQuantity"),
    more=("characteristic", "validFor"),
    labels={
        "relationshipType": "Kind", "minimumQuantity": "At least", "maximumQuantity": "At most",
        "defaultQuantity": "Normally", "characteristic": "Characteristics", "validFor": "Valid",
    },
    suggestions={"relationshipType": ("contains", "dependency", "exclusivity", "substitution")},
    item="specification",
)  # fmt: skip
describe(values.ConnectionPointSpecificationRef, fields=("id",), item="connection point")
describe(
    values.EndpointSpecificationRef,
    fields=("id", "role", "isRoot", "connectionPointSpecification"),
    more=(),
    labels={"isRoot": "Outermost", "connectionPointSpecification": "Connection point"},
    item="end",
)
describe(
    values.ConnectionSpecification,
    fields=("name", "associationType", "endpointSpecification"),
    more=("id",),
    labels={"associationType": "Kind", "endpointSpecification": "Ends", "id": "ID"},
    suggestions={"associationType": ("pointToPoint", "pointToMultipoint", "multipoint")},
    item="connection",
)
describe(
    values.ResourceGraphSpecificationRelationship,
    fields=("resourceGraph", "relationshipType"),
    more=("id",),
    labels={"resourceGraph": "Graph", "relationshipType": "Kind", "id": "ID"},
    item="related graph",
)
describe(
    values.ResourceGraphSpecification,
    fields=("name", "description", "connectionSpecification"),
    more=("id", "graphSpecificationRelationship"),
    labels={"connectionSpecification": "Connections", "graphSpecificationRelationship": "Related graphs", "id": "ID"},
    item="graph",
    collapsed=True,
)

ONLY_FOR: Final = {
    "Device": "PhysicalResourceSpecification",
    "Connectivity": "ResourceFunctionSpecification",
}
"""Tabs that specifications of one type have; those of types not known here have all."""


@admin.register(ResourceSpecification)
class ResourceSpecificationAdmin(CatalogEntityAdmin):
    """What a resource is."""

    icon = "memory"
    sidebar_order = 10
    list_display = ("name", "version", "state", "kind", "category", "vendor", "characteristics", "updated")
    search_fields = ("name", "description", "category", "vendor", "model", "sku", "uid")
    list_filter = ("lifecycle_status", "at_type", "category", "vendor", "is_latest")
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "at_type": "Type", "part": "Part number", "sku": "SKU",
        "resource_spec_characteristic": "Characteristics", "feature_specification": "Features",
        "resource_spec_relationship": "Related resource specifications",
        "connection_point_specification": "Connection points", "connectivity_specification": "Connectivity",
        "target_resource_schema": "Schema of resources",
        "characteristic_mapping": "Mapping of characteristics",
    }  # fmt: skip
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "category": ("Address", "Device", "Identifier", "Network function", "Port", "SIM"),
    }
    tabs: ClassVar = {
        "Overview": ["name", "description", "category", "is_bundle", "valid_for"],
        "Device": [("vendor", "model"), ("part", "sku")],
        "Characteristics": ["resource_spec_characteristic"],
        "Mapping": ["characteristic_mapping"],
        "Features": ["feature_specification"],
        "Relations": ["resource_spec_relationship", "target_resource_schema"],
        "Connectivity": ["connection_point_specification", "connectivity_specification"],
        "Parties": ["related_party"],
        "Attachments": ["attachment"],
    }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[str, dict[str, Any]]]:
        """Leave out the tabs of other types."""
        sent = request.POST if request.method == "POST" else request.GET
        at_type = obj.at_type if obj is not None else sent.get("at_type")
        known = at_type in self.schema.api.subtypes
        return [
            (title, options)
            for title, options in super().get_fieldsets(request, obj)
            if not known or ONLY_FOR.get(title, at_type) == at_type
        ]

    @display(description="Type", ordering="at_type")
    def kind(self, specification: ResourceSpecification) -> str:
        """Whether it is physical, logical or a function."""
        name = (specification.at_type or "").removesuffix("Specification")
        return words(name.removesuffix("Resource").removeprefix("Resource")) or "—"

    @display(description="Characteristics")
    def characteristics(self, specification: ResourceSpecification) -> str:
        """Names of the characteristics."""
        return names_of(specification.resource_spec_characteristic)


@admin.register(ResourceCandidate)
class ResourceCandidateAdmin(CandidateAdmin):
    """Specifications made available in categories."""

    specification_field = "resource_specification"
    labels: ClassVar[dict[str, str]] = {
        **CandidateAdmin.labels,
        "category": "Categories",
        "resource_specification": "Specification",
    }
    tabs: ClassVar = {"Overview": ["name", "description", "resource_specification", "category", "valid_for"]}


@admin.register(ResourceCategory)
class ResourceCategoryAdmin(TreeCategoryAdmin):
    """The tree in which resource candidates are found."""

    dashboard = False
    tabs: ClassVar = {**TreeCategoryAdmin.tabs, "Parties": ["related_party"]}


@admin.register(ResourceCatalog)
class ResourceCatalogAdmin(CollectionAdmin):
    """Collections of categories of resources."""
