"""TMF637 Product Inventory Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from inventory.models import Product
from inventory.values import product as values
from tmfsite.admin.filters import refers_to
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.resource import ResourceAdmin

CHARGES = ("recurring", "one time", "usage", "discount", "allowance")
PERIODS = ("day", "week", "month", "year")

describe(
    values.AgreementItemRef,
    fields=("id", "agreementItemId"),
    more=(),
    labels={"agreementItemId": "Item"},
    item="agreement",
)
describe(values.ProductOfferingPriceRef, fields=("id",), item="price of the catalog")
describe(
    values.RealizingResourceRef,
    fields=("id", "value"),
    more=(),
    labels={"id": "ID", "value": "Number or value"},
    item="resource",
)
describe(
    values.Price,
    fields=("dutyFreeAmount", "taxIncludedAmount", "taxRate", "percentage"),
    more=(),
    labels={"dutyFreeAmount": "Without tax", "taxIncludedAmount": "With tax", "taxRate": "Tax in %"},
    widths={"dutyFreeAmount": 6, "taxIncludedAmount": 6, "taxRate": 3, "percentage": 3},
    item="price",
)
_PRICE: dict[str, Any] = {
    "labels": {
        "priceType": "Kind of price", "recurringChargePeriod": "Charged every", "unitOfMeasure": "Per unit",
        "productPriceAlteration": "Discounts and surcharges", "productOfferingPrice": "Price of the catalog",
        "billingAccount": "Billed to", "applicationDuration": "For how many periods",
    },
    "suggestions": {"priceType": CHARGES, "recurringChargePeriod": PERIODS},
    "title": ("name", "priceType"),
}  # fmt: skip
describe(
    values.ProductPrice,
    fields=("name", "priceType", "recurringChargePeriod", "price", "productPriceAlteration"),
    more=("description", "unitOfMeasure", "productOfferingPrice", "billingAccount"),
    widths={"name": 6, "priceType": 3, "recurringChargePeriod": 3},
    item="price",
    **_PRICE,
)
describe(
    values.PriceAlteration,
    fields=("name", "priceType", "price"),
    more=("description", "priority", "applicationDuration", "recurringChargePeriod", "unitOfMeasure", "productOfferingPrice"),
    widths={"name": 6, "priceType": 6},
    item="discount",
    **_PRICE,
)  # fmt: skip
describe(
    values.ProductTerm,
    fields=("name", "duration", "validFor", "description"),
    more=(),
    labels={"validFor": "Valid"},
    widths={"name": 6, "duration": 6},
    item="term",
)
describe(
    values.RelatedProductOrderItem,
    fields=("productOrderId", "orderItemId", "orderItemAction", "role"),
    more=("productOrderHref",),
    labels={"productOrderId": "Order", "orderItemId": "Item", "orderItemAction": "Action"},
    suggestions={"orderItemAction": ("add", "modify", "delete", "noChange")},
    title=("productOrderId", "orderItemId"),
    item="order item",
    layout="table",
)
describe(
    values.ProductRelationship,
    fields=("relationshipType", "product"),
    labels={"relationshipType": "Kind"},
    suggestions={"relationshipType": ("bundled", "reliesOn", "targets", "isTargeted")},
    title=("relationshipType",),
    item="related product",
)
describe(values.ProductRefOrValue, fields=("id", "name"), more=(), labels={"id": "ID"}, item="product", layout="table")


@admin.register(Product)
class ProductAdmin(ResourceAdmin):
    """What customers have."""

    icon = "inventory_2"
    sidebar_order = 10
    list_display = ("title", "state", "offering", "customer", "characteristics", "product_serial_number", "updated")
    list_filter = (
        "status",
        refers_to("productOffering", "offering"),
        refers_to("productSpecification", "specification"),
        "is_customer_visible",
    )
    search_fields = ("name", "description", "product_serial_number", "uid")
    date_hierarchy = "start_date"
    labels: ClassVar[dict[str, str]] = {
        "status": "State", "is_bundle": "Bundle", "is_customer_visible": "Visible to the customer",
        "product_serial_number": "Serial number", "order_date": "Ordered", "start_date": "Active since",
        "termination_date": "Terminated", "product_offering": "Offering", "product_specification": "Specification",
        "product_characteristic": "Characteristics", "product": "Products in the bundle", "product_price": "Prices",
        "product_relationship": "Related products", "realizing_service": "Services", "realizing_resource": "Resources",
        "product_order_item": "Orders", "product_term": "Terms", "agreement": "Agreements", "related_party": "Parties",
        "place": "Places",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            "name", "description", "product_offering", "product_specification", "product_serial_number",
            ("is_bundle", "is_customer_visible"), ("order_date", "start_date", "termination_date"),
        ],
        "Characteristics": ["product_characteristic"],
        "Prices and terms": ["product_price", "product_term"],
        "Customer": ["related_party", "billing_account", "agreement", "place"],
        "Realisation": ["realizing_service", "realizing_resource"],
        "Bundle and relations": ["product", "product_relationship"],
        "Orders": ["product_order_item"],
    }  # fmt: skip

    @display(description="Product", ordering="name")
    def title(self, product: Product) -> str:
        """Name, or what it is an instance of."""
        return str(product.name or name_of(product.product_offering) or product.uid)

    @display(description="Offering")
    def offering(self, product: Product) -> str:
        """Name of the offering, or of the specification."""
        return name_of(product.product_offering) or name_of(product.product_specification) or "—"

    @display(description="Customer")
    def customer(self, product: Product) -> str:
        """Names of the first parties."""
        return ", ".join(name_of(party) for party in (product.related_party or [])[:2]) or "—"

    @display(description="Characteristics")
    def characteristics(self, product: Product) -> str:
        """The first characteristics in one phrase."""
        return phrase(product.product_characteristic)


def name_of(reference: dict[str, Any] | None) -> str:
    """Return what a reference is called, empty for none."""
    return str((reference or {}).get("name") or (reference or {}).get("id") or "")


def phrase(characteristics: Sequence[dict[str, Any]] | None) -> str:
    """Return the first characteristics as `speed 100, colour red`."""
    found = [
        f"{each.get('name')} {text}"
        for each in characteristics or ()
        if (text := brief({"value": each.get("value")})) is not None
    ]
    return ", ".join(found[:2]) + (f" +{len(found) - 2}" if len(found) > 2 else "") or "—"
