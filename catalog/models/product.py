"""TMF620 Product Catalog Management v4.1: models."""

from typing import ClassVar

from django.db import models

from catalog.models.entity import CatalogEntity, Export, Import, TreeCategory
from catalog.values import product as values
from catalog.values.references import (
    CategoryRef,
    ConstraintRef,
    ProductOfferingRef,
    ProductSpecificationRef,
    ResourceCandidateRef,
    ResourceSpecificationRef,
    ServiceCandidateRef,
    ServiceSpecificationRef,
)
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import (
    AttachmentRefOrValue,
    Money,
    Quantity,
    RelatedParty,
    TargetSchema,
)
from tmfsite.resources.models import text_field
from tmfsite.resources.schema import Inverse


class Catalog(CatalogEntity):
    """A collection of categories and what they hold, put together for a market or a channel (TMF620)."""

    catalog_type = text_field()
    category = ReferenceField("catalog.Category", many=True, value_type=CategoryRef)
    related_party = ReferenceField(many=True, value_type=RelatedParty)

    class Api(CatalogEntity.Api):
        events = ("Create", "AttributeValueChange", "StateChange", "Delete", "Batch")


class Category(TreeCategory):
    """A node of the tree in which offerings are found (TMF620)."""

    product_offering = ReferenceField("catalog.ProductOffering", many=True, value_type=ProductOfferingRef)
    sub_category = ReferenceField("catalog.Category", many=True, value_type=CategoryRef)

    below = "subCategory"
    inverses: ClassVar = {"productOffering": Inverse("catalog.ProductOffering", "category")}

    class Meta(TreeCategory.Meta):
        verbose_name_plural = "categories"

    class Api(TreeCategory.Api):
        maintained = ("isRoot", "subCategory")


class ProductSpecification(CatalogEntity):
    """What a product is: its characteristics and the services and resources that realise it (TMF620)."""

    brand = text_field()
    product_number = text_field()
    is_bundle = models.BooleanField(null=True, blank=True, default=False)
    product_spec_characteristic = ValueField(values.ProductSpecificationCharacteristic, many=True)
    bundled_product_specification = ReferenceField(
        "catalog.ProductSpecification", many=True, value_type=values.BundledProductSpecification
    )
    product_specification_relationship = ReferenceField(
        "catalog.ProductSpecification", many=True, value_type=values.ProductSpecificationRelationship
    )
    service_specification = ReferenceField(
        "catalog.ServiceSpecification", many=True, value_type=ServiceSpecificationRef
    )
    resource_specification = ReferenceField(
        "catalog.ResourceSpecification", many=True, value_type=ResourceSpecificationRef
    )
    target_product_schema = ValueField(TargetSchema)
    attachment = ValueField(AttachmentRefOrValue, many=True)
    related_party = ReferenceField(many=True, value_type=RelatedParty)


class ProductOfferingPrice(CatalogEntity):
    """A charge, allowance or discount: one-time, recurring or by usage (TMF620)."""

    price_type = text_field()
    is_bundle = models.BooleanField(null=True, blank=True, default=False)
    price = ValueField(Money)
    percentage = models.FloatField(null=True, blank=True)
    recurring_charge_period_type = text_field()
    recurring_charge_period_length = models.IntegerField(null=True, blank=True)
    unit_of_measure = ValueField(Quantity)
    tax = ValueField(values.TaxItem, many=True)
    product_offering_term = ValueField(values.ProductOfferingTerm, many=True)
    prod_spec_char_value_use = ValueField(values.ProductSpecificationCharacteristicValueUse, many=True)
    bundled_pop_relationship = ReferenceField(
        "catalog.ProductOfferingPrice", many=True, value_type=values.BundledProductOfferingPriceRelationship
    )
    pop_relationship = ReferenceField(
        "catalog.ProductOfferingPrice", many=True, value_type=values.ProductOfferingPriceRelationship
    )
    # The samples of the standard have one where its schema has a list.
    pricing_logic_algorithm = ValueField(values.PricingLogicAlgorithm, many=True, or_one=True)
    constraint = ReferenceField(many=True, value_type=ConstraintRef)
    place = ReferenceField(many=True)


class ProductOffering(CatalogEntity):
    """What a provider puts on sale: a specification, or a bundle of offerings, with prices and a market (TMF620)."""

    is_bundle = models.BooleanField(null=True, blank=True, default=False)
    is_sellable = models.BooleanField(null=True, blank=True, default=True)
    status_reason = text_field(max_length=1000)
    product_specification = ReferenceField("catalog.ProductSpecification", value_type=ProductSpecificationRef)
    category = ReferenceField("catalog.Category", many=True, value_type=CategoryRef)
    product_offering_price = ReferenceField(
        "catalog.ProductOfferingPrice",
        many=True,
        value_type=values.ProductOfferingPriceRefOrValue,
        or_value=True,
    )
    product_offering_term = ValueField(values.ProductOfferingTerm, many=True)
    prod_spec_char_value_use = ValueField(values.ProductSpecificationCharacteristicValueUse, many=True)
    bundled_product_offering = ReferenceField(
        "catalog.ProductOffering", many=True, value_type=values.BundledProductOffering
    )
    product_offering_relationship = ReferenceField(
        "catalog.ProductOffering", many=True, value_type=values.ProductOfferingRelationship
    )
    channel = ReferenceField(many=True)
    market_segment = ReferenceField(many=True)
    place = ReferenceField(many=True)
    agreement = ReferenceField("party.Agreement", many=True)
    service_level_agreement = ReferenceField()
    service_candidate = ReferenceField("catalog.ServiceCandidate", value_type=ServiceCandidateRef)
    resource_candidate = ReferenceField("catalog.ResourceCandidate", value_type=ResourceCandidateRef)
    attachment = ValueField(AttachmentRefOrValue, many=True)


class ImportJob(Import):
    """Reads a product catalog from a file (TMF620)."""

    class Meta(Import.Meta):
        pass


class ExportJob(Export):
    """Writes a product catalog to a file (TMF620)."""

    class Meta(Export.Meta):
        pass
