"""TMF620 Product Catalog Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from catalog.admin.entity import (
    TIES,
    VALUE_TYPES,
    CatalogEntityAdmin,
    CollectionAdmin,
    TreeCategoryAdmin,
    describe_characteristic,
    name_of,
    names_of,
)
from catalog.models.product import Catalog, Category, ProductOffering, ProductOfferingPrice, ProductSpecification
from catalog.values import product as values
from tmfsite.admin.filters import EndingFilter
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.resources.attention import Attention

PERIODS = ("day", "week", "month", "year")
CHARGES = ("recurring", "one time", "usage", "discount", "allowance")

describe_characteristic(
    values.ProductSpecificationCharacteristic,
    allowed="productSpecCharacteristicValue",
    related="productSpecCharRelationship",
    configurable="Customer may choose",
)
describe(
    values.ProductSpecificationCharacteristicRelationship,
    fields=("name", "relationshipType", "charSpecSeq"),
    more=("id", "validFor"),
    labels={"name": "Characteristic", "relationshipType": "Kind", "charSpecSeq": "Order"},
    suggestions={"relationshipType": TIES},
    item="related characteristic",
    layout="table",
)
describe(
    values.ProductSpecificationCharacteristicValueUse,
    fields=("name", "valueType", "productSpecification", "productSpecCharacteristicValue"),
    more=("description", "minCardinality", "maxCardinality", "id", "validFor"),
    labels={
        "name": "Characteristic", "valueType": "Type of value", "productSpecCharacteristicValue": "Values",
        "minCardinality": "Fewest values", "maxCardinality": "Most values", "validFor": "Valid", "id": "ID",
        "productSpecification": "Of specification",
    },
    choices={"valueType": VALUE_TYPES},
    widths={"name": 4, "valueType": 3, "productSpecification": 5},
    item="characteristic",
    collapsed=True,
)  # fmt: skip
describe(
    values.ProductSpecificationRelationship,
    fields=("id", "relationshipType"),
    more=("validFor",),
    labels={"relationshipType": "Kind", "validFor": "Valid"},
    suggestions={"relationshipType": ("dependency", "exclusivity", "migration", "substitution")},
    item="specification",
)
describe(values.BundledProductSpecification, fields=("id",), more=(), item="specification")
describe(
    values.BundledProductOffering,
    fields=("id", "bundledProductOfferingOption"),
    more=("lifecycleStatus",),
    labels={"bundledProductOfferingOption": "How many", "lifecycleStatus": "State"},
    item="offering",
    layout="table",
)
describe(
    values.BundledProductOfferingOption,
    fields=("numberRelOfferLowerLimit", "numberRelOfferUpperLimit", "numberRelOfferDefault"),
    labels={
        "numberRelOfferLowerLimit": "At least",
        "numberRelOfferUpperLimit": "At most",
        "numberRelOfferDefault": "Normally",
    },
)
describe(
    values.ProductOfferingRelationship,
    fields=("id", "relationshipType", "role"),
    more=("validFor",),
    labels={"relationshipType": "Kind", "validFor": "Valid"},
    suggestions={"relationshipType": ("upgrade", "requirement", "exclusion", "bundledWith", "substitution")},
    item="offering",
)
describe(
    values.ProductOfferingTerm,
    fields=("name", "duration", "description"),
    more=("validFor",),
    labels={"validFor": "Valid"},
    widths={"name": 6, "duration": 6},
    item="term",
)
describe(
    values.TaxItem,
    fields=("taxCategory", "taxRate", "taxAmount"),
    more=("id",),
    labels={"taxCategory": "Tax", "taxRate": "Rate in %", "taxAmount": "Fixed amount", "id": "ID"},
    suggestions={"taxCategory": ("VAT", "Sales tax", "Telecom tax")},
    widths={"taxCategory": 4, "taxRate": 2, "taxAmount": 6},
    title=("taxCategory",),
    item="tax",
    layout="table",
)
describe(values.BundledProductOfferingPriceRelationship, fields=("id",), more=(), item="price")
describe(
    values.ProductOfferingPriceRelationship,
    fields=("id", "relationshipType", "role"),
    more=(),
    labels={"relationshipType": "Kind"},
    suggestions={"relationshipType": ("discount", "dependency", "override")},
    item="price",
)
describe(values.ProductOfferingPriceRefOrValue, item="price")
describe(
    values.PricingLogicAlgorithm,
    fields=("name", "plaSpecId", "description"),
    more=("id", "validFor"),
    labels={"plaSpecId": "Logic", "validFor": "Valid", "id": "ID"},
    item="pricing logic",
)


@admin.register(ProductOffering)
class ProductOfferingAdmin(CatalogEntityAdmin):
    """What is on sale."""

    icon = "sell"
    sidebar_order = 10
    list_display = ("name", "version", "state", "specification", "prices", "sellable", "updated")
    list_filter = ("lifecycle_status", "is_bundle", "is_sellable", "is_latest", EndingFilter)
    attention = (
        Attention("in test", {"lifecycle_status__exact": "In Test", "is_latest__exact": "1"}),
        Attention("going off sale within 30 days", {"ends": "30", "lifecycle_status__in": "Active,Launched"}),
    )
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "is_sellable": "Sold on its own", "status_reason": "Reason of the state", "product_specification": "Specification",
        "category": "Categories", "product_offering_price": "Prices", "product_offering_term": "Terms",
        "prod_spec_char_value_use": "Characteristics", "bundled_product_offering": "Offerings in the bundle",
        "product_offering_relationship": "Related offerings", "channel": "Channels", "market_segment": "Market segments",
        "place": "Places", "agreement": "Agreements",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            "name",
            "description",
            ("is_bundle", "is_sellable"),
            "category",
            "product_specification",
            "valid_for",
            "status_reason",
        ],
        "Prices and terms": ["product_offering_price", "product_offering_term"],
        "Characteristics": ["prod_spec_char_value_use"],
        "Bundle and relations": ["bundled_product_offering", "product_offering_relationship"],
        "Market": ["channel", "market_segment", "place", "agreement", "service_level_agreement"],
        "Realisation": ["service_candidate", "resource_candidate"],
        "Attachments": ["attachment"],
    }

    @display(description="Specification")
    def specification(self, offering: ProductOffering) -> str:
        """Name of the specification."""
        return name_of(offering.product_specification)

    @display(description="Prices")
    def prices(self, offering: ProductOffering) -> str:
        """Names of the prices."""
        return names_of(offering.product_offering_price, 2)

    @display(description="On its own", boolean=True, ordering="is_sellable")
    def sellable(self, offering: ProductOffering) -> bool | None:
        """Whether it is sold on its own."""
        return offering.is_sellable  # type: ignore[no-any-return]


@admin.register(ProductSpecification)
class ProductSpecificationAdmin(CatalogEntityAdmin):
    """What a product is."""

    icon = "schema"
    sidebar_order = 20
    list_display = ("name", "version", "state", "brand", "product_number", "characteristics", "updated")
    search_fields = ("name", "description", "brand", "product_number", "uid")
    list_filter = ("lifecycle_status", "brand", "is_bundle", "is_latest")
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "product_spec_characteristic": "Characteristics", "bundled_product_specification": "Parts of the bundle",
        "product_specification_relationship": "Related specifications", "service_specification": "Service specifications",
        "resource_specification": "Resource specifications", "target_product_schema": "Schema of products",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": ["name", "description", ("brand", "product_number"), "is_bundle", "valid_for"],
        "Characteristics": ["product_spec_characteristic"],
        "Relations": ["bundled_product_specification", "product_specification_relationship"],
        "Realisation": ["service_specification", "resource_specification", "target_product_schema"],
        "Parties": ["related_party"],
        "Attachments": ["attachment"],
    }

    @display(description="Characteristics")
    def characteristics(self, specification: ProductSpecification) -> str:
        """Names of the characteristics."""
        return names_of(specification.product_spec_characteristic)


@admin.register(ProductOfferingPrice)
class ProductOfferingPriceAdmin(CatalogEntityAdmin):
    """Charges, allowances and discounts."""

    icon = "payments"
    sidebar_order = 30
    list_display = ("name", "version", "state", "price_type", "amount", "updated")
    list_filter = ("lifecycle_status", "price_type", "is_bundle", "is_latest")
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "price_type": "Kind of price", "percentage": "Percentage", "recurring_charge_period_type": "Charged every",
        "recurring_charge_period_length": "Number of periods", "unit_of_measure": "Per unit", "tax": "Taxes",
        "product_offering_term": "Terms", "prod_spec_char_value_use": "Applies to characteristics",
        "bundled_pop_relationship": "Prices in the bundle", "pop_relationship": "Related prices",
        "pricing_logic_algorithm": "Pricing logic", "constraint": "Constraints", "place": "Places",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {
        "recurring_charge_period_length": "How many of these periods lie between two charges, normally 1.",
        "percentage": "For discounts that are a share of another price.",
    }
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"price_type": CHARGES, "recurring_charge_period_type": PERIODS}
    tabs: ClassVar = {
        "Overview": [
            "name", "description", "price_type", "price", "percentage",
            ("recurring_charge_period_type", "recurring_charge_period_length"), "unit_of_measure", "tax", "valid_for",
        ],
        "Terms": ["product_offering_term"],
        "Applies to": ["prod_spec_char_value_use", "place", "constraint"],
        "Relations": ["is_bundle", "bundled_pop_relationship", "pop_relationship", "pricing_logic_algorithm"],
    }  # fmt: skip

    @display(description="Amount")
    def amount(self, price: ProductOfferingPrice) -> str:
        """Amount and period in one phrase: `49.90 EUR / month`."""
        if not price.price:
            return f"{price.percentage:g} %" if price.percentage else "—"
        phrase = brief({"value": price.price.get("value"), "unit": price.price.get("unit")}) or "—"
        period, length = price.recurring_charge_period_type, price.recurring_charge_period_length or 1
        return f"{phrase} / {f'{length} ' if length != 1 else ''}{period}" if period else phrase


@admin.register(Category)
class CategoryAdmin(TreeCategoryAdmin):
    """The tree in which offerings are found."""

    readonly_fields = ("version", "sub_category")
    labels: ClassVar[dict[str, str]] = {
        **TreeCategoryAdmin.labels,
        "sub_category": "Sub-categories",
        "product_offering": "Offerings",
    }
    tabs: ClassVar = {"Overview": ["name", "description", "parent_id", "sub_category", "valid_for"]}

    @display(description="Offerings")
    def contents(self, category: Any) -> int:
        """How many offerings name it."""
        return super().contents(category)


@admin.register(Catalog)
class CatalogAdmin(CollectionAdmin):
    """Collections of categories for a market or channel."""

    list_display = ("name", "version", "state", "catalog_type", "categories", "updated")
    list_filter = ("lifecycle_status", "catalog_type", "is_latest")
    labels: ClassVar[dict[str, str]] = {**CollectionAdmin.labels, "catalog_type": "Kind of catalog"}
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"catalog_type": ("Product Catalog", "Wholesale Catalog")}
    tabs: ClassVar = {
        "Overview": ["name", "description", "catalog_type", "category", "valid_for"],
        "Parties": ["related_party"],
    }
