"""TMF622 Product Ordering Management: admin."""

from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from ordering.admin.order import (
    ACTION_CHOICES,
    ITEM_HELP,
    ITEM_LABELS,
    RELATIONSHIPS,
    STATE_CHOICES,
    CancelOrderAdmin,
    OrderAdmin,
)
from ordering.models import CancelProductOrder, ProductOrder
from ordering.values import product as values
from tmfsite.admin.filters import refers_to
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief

CHARGES = ("recurring", "one time", "usage")
PERIODS = ("day", "week", "month", "year")

describe(values.ProductOrderRef, fields=("id",), more=("name",), item="order")
describe(values.RelatedChannel, fields=("id", "name", "role"), more=(), item="channel")
describe(values.QuoteRef, fields=("id", "name"), item="quote")
describe(
    values.QuoteItemRef,
    fields=("quoteId", "id", "quoteName"),
    labels={"quoteId": "Quote", "id": "Item"},
    item="quote item",
)
describe(values.ProductOfferingQualificationRef, fields=("id", "name"), item="check of availability")
describe(
    values.ProductOfferingQualificationItemRef,
    fields=("productOfferingQualificationId", "id", "productOfferingQualificationName"),
    labels={"productOfferingQualificationId": "Check", "id": "Item", "productOfferingQualificationName": "Name"},
    item="item of a check",
)
describe(
    values.OrderPrice,
    fields=("name", "priceType", "recurringChargePeriod", "price", "priceAlteration"),
    more=("description", "unitOfMeasure", "productOfferingPrice", "billingAccount"),
    labels={
        "priceType": "Kind of price", "recurringChargePeriod": "Charged every", "unitOfMeasure": "Per unit",
        "priceAlteration": "Discounts and surcharges", "productOfferingPrice": "From the catalog",
        "billingAccount": "Billed to",
    },
    suggestions={"priceType": CHARGES, "recurringChargePeriod": PERIODS},
    widths={"name": 4, "priceType": 4, "recurringChargePeriod": 4},
    title=("name", "priceType"),
    item="price",
)  # fmt: skip
describe(
    values.OrderTerm,
    fields=("name", "duration", "description"),
    item="term",
)
describe(
    values.OrderItemRelationship,
    fields=("relationshipType", "id"),
    labels={"relationshipType": "This item", "id": "Item number"},
    suggestions={"relationshipType": RELATIONSHIPS},
    item="tie",
    layout="table",
)
describe(
    values.OrderedProduct,
    fields=("id", "productCharacteristic", "place"),
    more=(
        "name", "description", "productSpecification", "productSerialNumber", "isBundle", "isCustomerVisible", "status",
        "startDate", "terminationDate", "productTerm", "productPrice", "billingAccount", "agreement", "relatedParty",
        "productRelationship", "product", "realizingService", "realizingResource",
    ),
    labels={
        "productCharacteristic": "Characteristics", "place": "Places", "productSpecification": "Specification",
        "productSerialNumber": "Serial number", "isBundle": "Bundle", "isCustomerVisible": "Customer sees it",
        "startDate": "From", "terminationDate": "Until", "productTerm": "Terms", "productPrice": "Prices",
        "billingAccount": "Billed to", "agreement": "Agreements", "relatedParty": "Parties",
        "productRelationship": "Ties to other products", "product": "Parts", "realizingService": "Realised by services",
        "realizingResource": "Realised by resources",
    },
    title=("name", "id"),
    layout="cards",
    item="product",
)  # fmt: skip
describe(
    values.ProductOrderItem,
    fields=("id", "action", "quantity", "state", "productOffering", "product"),
    more=(
        "itemPrice", "billingAccount", "itemTerm", "itemTotalPrice", "payment", "appointment", "productOrderItemRelationship",
        "productOrderItem", "quoteItem", "productOfferingQualificationItem", "qualification",
    ),
    labels={
        **ITEM_LABELS, "productOffering": "Offering", "itemPrice": "Prices", "itemTotalPrice": "Sums",
        "itemTerm": "Terms", "billingAccount": "Billed to", "payment": "Payments",
        "productOrderItemRelationship": "Ties to other items", "productOrderItem": "Items inside",
        "quoteItem": "Quoted in", "productOfferingQualificationItem": "Checked in", "qualification": "Checks",
    },
    help=ITEM_HELP,
    choices={"action": ACTION_CHOICES, "state": [each for each in STATE_CHOICES if each[0] != "partial"]},
    widths={"id": 2, "action": 4, "quantity": 2, "state": 4},
    title=("productOffering", "product", "id"),
    item="item",
)  # fmt: skip


@admin.register(ProductOrder)
class ProductOrderAdmin(OrderAdmin):
    """What customers order from the catalog."""

    icon = "shopping_cart"
    sidebar_order = 10
    list_display = (
        "title", "state", "customer", "item_count", "total", "priority", "ordered", "wanted", "completed",
    )  # fmt: skip
    list_filter = (*OrderAdmin.list_filter, refers_to("productOrderItem.productOffering", "offering"))
    labels: ClassVar[dict[str, str]] = {
        **OrderAdmin.labels, "product_order_item": "Items", "order_total_price": "Sums", "billing_account": "Billed to",
        "agreement": "Agreements", "payment": "Payments", "channel": "Channels", "quote": "Quotes",
        "product_offering_qualification": "Checks of availability",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            "description", ("external_id", "category", "priority"), "related_party",
            ("requested_start_date", "requested_completion_date", "expected_completion_date"),
            ("order_date", "completion_date"), ("cancellation_date", "cancellation_reason"), "notification_contact",
        ],
        "Items": ["product_order_item"],
        "Prices": ["order_total_price", "billing_account", "payment"],
        "Basis": ["channel", "agreement", "quote", "product_offering_qualification"],
        "Notes": ["note"],
    }  # fmt: skip

    @display(description="Sum")
    def total(self, order: ProductOrder) -> str:
        """What it costs: `49.90 EUR / month, 20.00 EUR`."""
        return ", ".join(filter(None, map(_phrase, order.order_total_price or ()))) or "—"


def _phrase(price: dict[str, Any]) -> str:
    amounts = price.get("price") or {}
    amount = brief(amounts.get("taxIncludedAmount") or amounts.get("dutyFreeAmount"))
    period = price.get("recurringChargePeriod")
    return f"{amount} / {period}" if amount and period else amount or ""


@admin.register(CancelProductOrder)
class CancelProductOrderAdmin(CancelOrderAdmin):
    """Requests to cancel product orders."""

    sidebar_order = 15
    labels: ClassVar[dict[str, str]] = {**CancelOrderAdmin.labels, "product_order": "Order"}
    tabs: ClassVar = {
        "Overview": [
            "product_order", "cancellation_reason", ("requested_cancellation_date", "effective_cancellation_date"),
        ]
    }  # fmt: skip
