"""TMF633 Service Catalog Management v4.0: models."""

from typing import ClassVar

from django.db import models

from catalog.models.entity import CatalogEntity, Export, Import, TreeCategory
from catalog.values import service as values
from catalog.values.characteristic import CharacteristicMapping, FeatureSpecification
from catalog.values.references import (
    ConstraintRef,
    ResourceSpecificationRef,
    ServiceCandidateRef,
    ServiceCategoryRef,
    ServiceSpecificationRef,
)
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import AttachmentRefOrValue, RelatedParty, TargetSchema
from tmfsite.resources.schema import Inverse


class ServiceCatalog(CatalogEntity):
    """A collection of categories of services, put together for a purpose (TMF633)."""

    category = ReferenceField("catalog.ServiceCategory", many=True, value_type=ServiceCategoryRef)
    related_party = ReferenceField(many=True, value_type=RelatedParty)

    class Api(CatalogEntity.Api):
        events = ("Create", "Change", "Batch", "Delete")


class ServiceCategory(TreeCategory):
    """A node of the tree in which service candidates are found (TMF633)."""

    category = ReferenceField("catalog.ServiceCategory", many=True, value_type=ServiceCategoryRef)
    service_candidate = ReferenceField("catalog.ServiceCandidate", many=True, value_type=ServiceCandidateRef)

    inverses: ClassVar = {"serviceCandidate": Inverse("catalog.ServiceCandidate", "category")}

    class Meta(TreeCategory.Meta):
        verbose_name_plural = "service categories"

    class Api(TreeCategory.Api):
        events = ("Create", "Change", "Delete")


class ServiceCandidate(CatalogEntity):
    """A service specification made available in categories (TMF633)."""

    category = ReferenceField("catalog.ServiceCategory", many=True, value_type=ServiceCategoryRef)
    service_specification = ReferenceField("catalog.ServiceSpecification", value_type=ServiceSpecificationRef)

    class Api(CatalogEntity.Api):
        mandatory = ("name", "serviceSpecification")
        events = ("Create", "Change", "Delete")


class ServiceSpecification(CatalogEntity):
    """What a service is, towards customers or towards resources, and what it relies on (TMF633).

    Not on the wire: `characteristic_mapping` says which characteristics do not simply follow those of the same name of
    the product; see `ordering.services.decompose`.
    """

    is_bundle = models.BooleanField(null=True, blank=True, default=False)
    spec_characteristic = ValueField(values.CharacteristicSpecification, many=True)
    feature_specification = ValueField(FeatureSpecification, many=True)
    service_spec_relationship = ReferenceField(
        "catalog.ServiceSpecification", many=True, value_type=values.ServiceSpecRelationship
    )
    resource_specification = ReferenceField(
        "catalog.ResourceSpecification", many=True, value_type=ResourceSpecificationRef
    )
    entity_spec_relationship = ReferenceField(many=True, value_type=values.EntitySpecificationRelationship)
    service_level_specification = ReferenceField(
        "assurance.ServiceLevelSpecification", many=True, value_type=values.ServiceLevelSpecificationRef
    )
    constraint = ReferenceField(many=True, value_type=ConstraintRef)
    target_entity_schema = ValueField(TargetSchema)
    attachment = ValueField(AttachmentRefOrValue, many=True)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    characteristic_mapping = ValueField(CharacteristicMapping, many=True)

    class Api(CatalogEntity.Api):
        hidden = ("characteristic_mapping",)
        subtypes = ("CustomerFacingServiceSpecification", "ResourceFacingServiceSpecification")
        events = ("Create", "Change", "Delete")


class ServiceImportJob(Import):
    """Reads a service catalog from a file (TMF633)."""

    class Meta(Import.Meta):
        pass


class ServiceExportJob(Export):
    """Writes a service catalog to a file (TMF633)."""

    class Meta(Export.Meta):
        pass
