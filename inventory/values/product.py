"""TMF637 Product Inventory Management: value types."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from catalog.values.references import ProductOfferingRef, ProductSpecificationRef
from inventory.values.resource import ResourceRef
from inventory.values.service import ServiceRef
from party.values.references import AgreementRef, BillingAccountRef
from tmfsite.fields.values import (
    Boolean,
    Characteristic,
    DateTime,
    Extensible,
    Integer,
    LooseReference,
    Money,
    Number,
    Quantity,
    Reference,
    RelatedParty,
    RelatedPlaceRefOrValue,
    Text,
    TimePeriod,
)

PRODUCT_STATUSES: Final = (
    "created", "pendingActive", "cancelled", "active", "pendingTerminate", "terminated", "suspended", "aborted ",
)  # fmt: skip
"""As the standard has them; the blank at the end is its own."""

ProductStatus = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(PRODUCT_STATUSES)})]


class AgreementItemRef(AgreementRef):
    """An agreement, or an item of it."""

    agreement_item_id: Text | None = None


class ProductOfferingPriceRef(Reference):
    """The price of the catalog that a price follows (TMF620)."""

    target: ClassVar = "catalog.productofferingprice"


class RealizingResourceRef(ResourceRef):
    """A resource that a product is made of, and what identifies it, such as a number."""

    value: Text | None = None


class Price(Extensible):
    """An amount with and without tax, or a percentage."""

    percentage: Number | None = None
    tax_rate: Number | None = None
    duty_free_amount: Money | None = None
    tax_included_amount: Money | None = None


class PriceAlteration(Extensible):
    """A discount or surcharge on a price."""

    name: Text | None = None
    description: Text | None = None
    price_type: Text
    priority: Integer | None = None
    price: Price
    application_duration: Integer | None = None
    recurring_charge_period: Text | None = None
    unit_of_measure: Text | None = None
    product_offering_price: ProductOfferingPriceRef | None = None


class ProductPrice(Extensible):
    """What a product costs its customer."""

    name: Text | None = None
    description: Text | None = None
    price_type: Text
    price: Price
    recurring_charge_period: Text | None = None
    unit_of_measure: Text | None = None
    billing_account: BillingAccountRef | None = None
    product_offering_price: ProductOfferingPriceRef | None = None
    product_price_alteration: list[PriceAlteration] | None = None


class ProductTerm(Extensible):
    """A condition under which a product was sold, such as a commitment."""

    name: Text | None = None
    description: Text | None = None
    duration: Quantity | None = None
    valid_for: TimePeriod | None = None


class RelatedProductOrderItem(Extensible):
    """The item of a product order that made or changed a product."""

    keys: ClassVar = {"productOrderId": "ordering.productorder"}

    order_item_id: Text
    order_item_action: Text | None = None
    product_order_id: Text
    product_order_href: Text | None = None
    role: Text | None = None
    at_referred_type: Text | None = None


class ProductRelationship(Extensible):
    """A tie to another product, such as what it is bundled with or relies on."""

    relationship_type: Text
    product: "ProductRefOrValue"


class ProductValue(Extensible):
    """What a product that is held in another entity, such as an order item, tells of itself."""

    name: Text | None = None
    description: Text | None = None
    status: ProductStatus | None = None
    is_bundle: Boolean | None = None
    is_customer_visible: Boolean | None = None
    product_serial_number: Text | None = None
    order_date: DateTime | None = None
    start_date: DateTime | None = None
    termination_date: DateTime | None = None
    agreement: list[AgreementItemRef] | None = None
    billing_account: BillingAccountRef | None = None
    place: list[RelatedPlaceRefOrValue] | None = None
    product: "list[ProductRefOrValue] | None" = None
    product_characteristic: list[Characteristic] | None = None
    product_offering: ProductOfferingRef | None = None
    product_order_item: list[RelatedProductOrderItem] | None = None
    product_price: list[ProductPrice] | None = None
    product_relationship: list[ProductRelationship] | None = None
    product_specification: ProductSpecificationRef | None = None
    product_term: list[ProductTerm] | None = None
    realizing_resource: list[RealizingResourceRef] | None = None
    realizing_service: list[ServiceRef] | None = None
    related_party: list[RelatedParty] | None = None


class ProductRefOrValue(ProductValue, LooseReference):
    """A product, whole or by reference."""

    target: ClassVar = "inventory.product"


ProductRelationship.model_rebuild()
ProductValue.model_rebuild()
ProductRefOrValue.model_rebuild()
