"""TMF633 Service Catalog Management: admin."""

from typing import ClassVar

from django.contrib import admin
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
from catalog.models import ServiceCandidate, ServiceCatalog, ServiceCategory, ServiceSpecification
from catalog.values import service as values
from tmfsite.admin.nested import describe
from tmfsite.fields.names import words

describe_characteristic(
    values.CharacteristicSpecification,
    allowed="characteristicValueSpecification",
    related="charSpecRelationship",
    configurable="Chosen per order",
)
describe(
    values.CharacteristicSpecificationRelationship,
    fields=("name", "relationshipType"),
    more=("characteristicSpecificationId", "parentSpecificationId", "parentSpecificationHref", "validFor"),
    labels={
        "name": "Characteristic", "relationshipType": "Kind",
        "characteristicSpecificationId": "ID of the characteristic", "parentSpecificationId": "ID of its specification",
        "parentSpecificationHref": "Address of its specification", "validFor": "Valid",
    },
    suggestions={"relationshipType": TIES},
    item="related characteristic",
)  # fmt: skip
describe(
    values.ServiceSpecRelationship,
    fields=("id", "relationshipType", "role"),
    more=("validFor",),
    labels={"relationshipType": "Kind", "validFor": "Valid"},
    suggestions={"relationshipType": ("reliesOn", "dependency", "exclusivity", "substitution")},
    item="specification",
)
describe(
    values.EntitySpecificationRelationship,
    fields=("id", "name", "relationshipType", "role"),
    more=("associationSpec", "validFor"),
    labels={"id": "ID", "relationshipType": "Kind", "associationSpec": "Kind of association", "validFor": "Valid"},
    item="specification",
)
describe(values.ServiceLevelSpecificationRef, fields=("id",), item="service level")


@admin.register(ServiceSpecification)
class ServiceSpecificationAdmin(CatalogEntityAdmin):
    """What a service is."""

    icon = "design_services"
    sidebar_order = 10
    list_display = ("name", "version", "state", "faces", "characteristics", "relies_on", "realised_by", "updated")
    list_filter = ("lifecycle_status", "at_type", "is_bundle", "is_latest")
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "at_type": "Type", "spec_characteristic": "Characteristics", "feature_specification": "Features",
        "service_spec_relationship": "Related service specifications",
        "resource_specification": "Resource specifications", "entity_spec_relationship": "Other specifications",
        "service_level_specification": "Service levels", "constraint": "Constraints",
        "target_entity_schema": "Schema of services",
        "characteristic_mapping": "Mapping of characteristics",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": ["name", "description", "is_bundle", "valid_for"],
        "Characteristics": ["spec_characteristic"],
        "Mapping": ["characteristic_mapping"],
        "Features": ["feature_specification"],
        "Relations": ["service_spec_relationship", "entity_spec_relationship"],
        "Realisation": ["resource_specification", "target_entity_schema"],
        "Service levels": ["service_level_specification", "constraint"],
        "Parties": ["related_party"],
        "Attachments": ["attachment"],
    }

    @display(description="Faces", ordering="at_type")
    def faces(self, specification: ServiceSpecification) -> str:
        """Whether it faces customers or resources."""
        at_type = (specification.at_type or "").removesuffix("ServiceSpecification").removesuffix("Facing")
        return words(at_type) or "—"

    @display(description="Characteristics")
    def characteristics(self, specification: ServiceSpecification) -> str:
        """Names of the characteristics."""
        return names_of(specification.spec_characteristic)

    @display(description="Relies on")
    def relies_on(self, specification: ServiceSpecification) -> str:
        """Names of the related specifications."""
        return names_of(specification.service_spec_relationship, 2)

    @display(description="Resources")
    def realised_by(self, specification: ServiceSpecification) -> str:
        """Names of the resource specifications."""
        return names_of(specification.resource_specification, 2)


@admin.register(ServiceCandidate)
class ServiceCandidateAdmin(CandidateAdmin):
    """Specifications made available in categories."""

    specification_field = "service_specification"
    labels: ClassVar[dict[str, str]] = {
        **CandidateAdmin.labels,
        "category": "Categories",
        "service_specification": "Specification",
    }
    tabs: ClassVar = {"Overview": ["name", "description", "service_specification", "category", "valid_for"]}


@admin.register(ServiceCategory)
class ServiceCategoryAdmin(TreeCategoryAdmin):
    """The tree in which service candidates are found."""

    dashboard = False


@admin.register(ServiceCatalog)
class ServiceCatalogAdmin(CollectionAdmin):
    """Collections of categories of services."""
