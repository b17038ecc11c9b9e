"""TMF634 Resource Catalog Management v4.1: models."""

from typing import ClassVar

from django.db import models

from catalog.models.entity import CatalogEntity, Export, Import, TreeCategory
from catalog.values import resource as values
from catalog.values.characteristic import CharacteristicMapping, FeatureSpecification
from catalog.values.references import ResourceCandidateRef, ResourceCategoryRef, ResourceSpecificationRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import AttachmentRefOrValue, RelatedParty, TargetSchema
from tmfsite.resources.models import text_field
from tmfsite.resources.schema import Inverse


class ResourceCatalog(CatalogEntity):
    """A collection of categories of resources, put together for a purpose (TMF634)."""

    category = ReferenceField("catalog.ResourceCategory", many=True, value_type=ResourceCategoryRef)
    related_party = ReferenceField(many=True, value_type=RelatedParty)

    class Api(CatalogEntity.Api):
        events = ("Create", "Change", "Delete")


class ResourceCategory(TreeCategory):
    """A node of the tree in which resource candidates are found (TMF634)."""

    category = ReferenceField("catalog.ResourceCategory", many=True, value_type=ResourceCategoryRef)
    resource_candidate = ReferenceField("catalog.ResourceCandidate", many=True, value_type=ResourceCandidateRef)
    related_party = ReferenceField(many=True, value_type=RelatedParty)

    inverses: ClassVar = {"resourceCandidate": Inverse("catalog.ResourceCandidate", "category")}

    class Meta(TreeCategory.Meta):
        verbose_name_plural = "resource categories"

    class Api(TreeCategory.Api):
        events = ("Create", "Change", "Delete")


class ResourceCandidate(CatalogEntity):
    """A resource specification made available in categories (TMF634)."""

    category = ReferenceField("catalog.ResourceCategory", many=True, value_type=ResourceCategoryRef)
    resource_specification = ReferenceField("catalog.ResourceSpecification", value_type=ResourceSpecificationRef)

    class Api(CatalogEntity.Api):
        events = ("Create", "Change", "Delete")


class ResourceSpecification(CatalogEntity):
    """What a resource is: a device, something logical such as an address, or a function of a network (TMF634).

    `@type` tells which; vendor, model, part and sku are those of devices, connection points and connectivity those of
    functions. Not on the wire: `characteristic_mapping`, as of service specifications.
    """

    category = text_field()
    is_bundle = models.BooleanField(null=True, blank=True, default=False)
    vendor = text_field()
    model = text_field()
    part = text_field()
    sku = text_field()
    resource_spec_characteristic = ValueField(values.ResourceSpecificationCharacteristic, many=True)
    feature_specification = ValueField(FeatureSpecification, many=True)
    resource_spec_relationship = ReferenceField(
        "catalog.ResourceSpecification", many=True, value_type=values.ResourceSpecificationRelationship
    )
    connection_point_specification = ReferenceField(
        "catalog.ResourceSpecification", many=True, value_type=values.ConnectionPointSpecificationRef
    )
    connectivity_specification = ValueField(values.ResourceGraphSpecification, many=True)
    target_resource_schema = ValueField(TargetSchema)
    attachment = ValueField(AttachmentRefOrValue, many=True)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    characteristic_mapping = ValueField(CharacteristicMapping, many=True)

    class Api(CatalogEntity.Api):
        hidden = ("characteristic_mapping",)
        subtypes = (
            "LogicalResourceSpecification",
            "PhysicalResourceSpecification",
            "ResourceFunctionSpecification",
        )
        events = ("Create", "Change", "Delete")


class ResourceImportJob(Import):
    """Reads a resource catalog from a file (TMF634)."""

    class Meta(Import.Meta):
        pass

    class Api(Import.Api):
        events = ("Create", "StateChange")


class ResourceExportJob(Export):
    """Writes a resource catalog to a file (TMF634)."""

    class Meta(Export.Meta):
        pass

    class Api(Export.Api):
        events = ("Create", "StateChange")
