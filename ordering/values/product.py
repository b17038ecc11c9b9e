"""TMF622 Product Ordering Management: value types."""

from typing import ClassVar

from catalog.values.references import ProductOfferingRef
from inventory.values.product import Price, PriceAlteration, ProductOfferingPriceRef, ProductRefOrValue
from ordering.values.order import AppointmentRef, ItemAction, ItemState
from party.values.billing import PaymentRef
from party.values.references import BillingAccountRef
from tmfsite.fields.values import Extensible, Integer, Quantity, Reference, Text


class ProductOrderRef(Reference):
    """A product order."""

    target: ClassVar = "ordering.productorder"


class RelatedChannel(Reference):
    """A channel, and the part it played."""

    role: Text | None = None


class QuoteRef(Reference):
    """A quote, kept elsewhere."""


class QuoteItemRef(Reference):
    """An item of a quote."""

    quote_id: Text
    quote_href: Text | None = None
    quote_name: Text | None = None


class ProductOfferingQualificationRef(Reference):
    """The check that an offering is available to a customer, kept elsewhere."""


class ProductOfferingQualificationItemRef(Reference):
    """An item of such a check."""

    product_offering_qualification_id: Text
    product_offering_qualification_href: Text | None = None
    product_offering_qualification_name: Text | None = None


class OrderPrice(Extensible):
    """What an item, or the order, costs: once, or per period."""

    name: Text | None = None
    description: Text | None = None
    price_type: Text | None = None
    price: Price | None = None
    recurring_charge_period: Text | None = None
    unit_of_measure: Text | None = None
    price_alteration: list[PriceAlteration] | None = None
    product_offering_price: ProductOfferingPriceRef | None = None
    billing_account: BillingAccountRef | None = None


class OrderTerm(Extensible):
    """A condition of the order, such as a commitment."""

    name: Text | None = None
    description: Text | None = None
    duration: Quantity | None = None


class OrderItemRelationship(Extensible):
    """A tie to another item of the order, such as what it is bundled with or relies on."""

    id: Text | None = None
    relationship_type: Text | None = None


class OrderedProduct(ProductRefOrValue):
    """The product that an item is about: as it is to be, or a reference to one that there is."""


class ProductOrderItem(Extensible):
    """What is to be done with one product; the server keeps its state."""

    id: Text
    action: ItemAction
    quantity: Integer | None = 1
    state: ItemState | None = None
    product_offering: ProductOfferingRef | None = None
    product: OrderedProduct | None = None
    item_price: list[OrderPrice] | None = None
    item_total_price: list[OrderPrice] | None = None
    item_term: list[OrderTerm] | None = None
    product_order_item_relationship: list[OrderItemRelationship] | None = None
    product_order_item: "list[ProductOrderItem] | None" = None
    billing_account: BillingAccountRef | None = None
    payment: list[PaymentRef] | None = None
    appointment: AppointmentRef | None = None
    quote_item: QuoteItemRef | None = None
    product_offering_qualification_item: ProductOfferingQualificationItemRef | None = None
    qualification: list[ProductOfferingQualificationRef] | None = None
