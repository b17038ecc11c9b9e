"""TMF620 Product Catalog Management: value types."""

from typing import ClassVar

from catalog.values.characteristic import CharacteristicSpecificationBase, CharacteristicValueSpecification
from catalog.values.references import ConstraintRef, ProductSpecificationRef
from tmfsite.fields.values import (
    DateTime,
    Duration,
    Entity,
    Extensible,
    Integer,
    LooseReference,
    Money,
    Number,
    Quantity,
    Text,
    TimePeriod,
    Uri,
)


class ProductSpecificationCharacteristicRelationship(Extensible):
    """A tie to a characteristic of this or another specification: aggregation, dependency, exclusion."""

    id: Text | None = None
    href: Uri | None = None
    char_spec_seq: Integer | None = None
    name: Text | None = None
    relationship_type: Text | None = None
    valid_for: TimePeriod | None = None


class ProductSpecificationCharacteristic(CharacteristicSpecificationBase):
    """A quality of a product: its type, how many values it takes and which are allowed."""

    product_spec_characteristic_value: list[CharacteristicValueSpecification] | None = None
    product_spec_char_relationship: list[ProductSpecificationCharacteristicRelationship] | None = None


class ProductSpecificationCharacteristicValueUse(Extensible):
    """How an offering or a price narrows a characteristic of the specification."""

    id: Text | None = None
    name: Text | None = None
    description: Text | None = None
    value_type: Text | None = None
    min_cardinality: Integer | None = None
    max_cardinality: Integer | None = None
    product_spec_characteristic_value: list[CharacteristicValueSpecification] | None = None
    product_specification: ProductSpecificationRef | None = None
    valid_for: TimePeriod | None = None


class BundledProductSpecification(LooseReference):
    """A specification that is part of a composite one."""

    target: ClassVar = "catalog.productspecification"
    lifecycle_status: Text | None = None


class ProductSpecificationRelationship(LooseReference):
    """A tie between specifications: substitution, dependency, migration, exclusivity."""

    target: ClassVar = "catalog.productspecification"
    relationship_type: Text | None = None
    valid_for: TimePeriod | None = None


class BundledProductOfferingOption(Extensible):
    """How many of a bundled offering a customer may or must take."""

    number_rel_offer_default: Integer | None = None
    number_rel_offer_lower_limit: Integer | None = None
    number_rel_offer_upper_limit: Integer | None = None


class BundledProductOffering(LooseReference):
    """An offering that is part of a bundle."""

    target: ClassVar = "catalog.productoffering"
    lifecycle_status: Text | None = None
    bundled_product_offering_option: BundledProductOfferingOption | None = None


class ProductOfferingRelationship(LooseReference):
    """A tie between offerings: upgrade, requirement, exclusion."""

    target: ClassVar = "catalog.productoffering"
    relationship_type: Text | None = None
    role: Text | None = None
    valid_for: TimePeriod | None = None


class ProductOfferingTerm(Extensible):
    """A condition under which an offering is sold, such as a commitment."""

    name: Text | None = None
    description: Text | None = None
    duration: Duration | None = None
    valid_for: TimePeriod | None = None


class ProductPriceValue(Extensible):
    """An amount with and without tax, or a percentage."""

    percentage: Number | None = None
    tax_category: Text | None = None
    tax_rate: Number | None = None
    duty_free_amount: Money | None = None
    tax_included_amount: Money | None = None


class PriceAlteration(Entity):
    """A discount or surcharge on a price (POPAlteration)."""

    description: Text | None = None
    name: Text | None = None
    price_type: Text
    priority: Integer | None = None
    recurring_charge_period: Text | None = None
    application_duration: Duration | None = None
    price: ProductPriceValue
    unit_of_measure: Quantity | None = None
    valid_for: TimePeriod | None = None


class ProductOfferingPriceRefOrValue(LooseReference):
    """A price of an offering: a reference to a price entity, or the price itself."""

    target: ClassVar = "catalog.productofferingprice"
    description: Text | None = None
    last_update: DateTime | None = None
    lifecycle_status: Text | None = None
    price_type: Text | None = None
    recurring_charge_period: Text | None = None
    recurring_charge_period_length: Integer | None = None
    version: Text | None = None
    constraint: list[ConstraintRef] | None = None
    price: ProductPriceValue | None = None
    price_alteration: list[PriceAlteration] | None = None
    unit_of_measure: Quantity | None = None
    valid_for: TimePeriod | None = None


class BundledProductOfferingPriceRelationship(LooseReference):
    """A price that is part of a bundled price."""

    target: ClassVar = "catalog.productofferingprice"


class ProductOfferingPriceRelationship(LooseReference):
    """A tie between prices, such as a discount on a charge."""

    target: ClassVar = "catalog.productofferingprice"
    relationship_type: Text | None = None
    role: Text | None = None


class PricingLogicAlgorithm(Entity):
    """Names the rating logic that computes a price."""

    description: Text | None = None
    name: Text | None = None
    pla_spec_id: Text | None = None
    valid_for: TimePeriod | None = None


class TaxItem(Entity):
    """A tax on a price: a rate in percent, or an amount."""

    tax_category: Text | None = None
    tax_rate: Number | None = None
    tax_amount: Money | None = None
