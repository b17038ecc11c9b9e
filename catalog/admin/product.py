"""TMF620 Product Catalog Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.models.product import Catalog, Category, ProductOffering, ProductOfferingPrice, ProductSpecification
from catalog.values import product as values
from catalog.values.references import CategoryRef, ProductOfferingRef, ProductSpecificationRef
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.admin.widgets import EntityChoice

VALUE_TYPES = [
    (kind, kind.capitalize())
    for kind in ("string", "number", "integer", "boolean", "date", "dateTime", "array", "object")
]
RANGES = [
    ("closed", "both ends"),
    ("closedBottom", "the lower end"),
    ("closedTop", "the upper end"),
    ("open", "neither end"),
]
UNITS = ("GB", "MB", "Mbit/s", "Gbit/s", "ms", "minute", "SMS", "month", "piece", "%")
PERIODS = ("day", "week", "month", "year")
CHARGES = ("recurring", "one time", "usage", "discount", "allowance")

describe(CategoryRef, item="category", fields=("id",))
describe(ProductOfferingRef, item="offering", fields=("id",))
describe(ProductSpecificationRef, item="specification", fields=("id",))
describe(
    values.CharacteristicValueSpecification,
    fields=("value", "unitOfMeasure", "isDefault", "valueFrom", "valueTo"),
    more=("validFor", "rangeInterval", "regex", "valueType"),
    labels={
        "unitOfMeasure": "Unit", "isDefault": "Default", "valueFrom": "From", "valueTo": "To",
        "rangeInterval": "Range includes", "regex": "Pattern", "validFor": "Valid", "valueType": "Type",
    },
    choices={"rangeInterval": RANGES,
             "valueType": VALUE_TYPES},
    suggestions={"unitOfMeasure": UNITS},
    widths={"value": 5, "unitOfMeasure": 3, "isDefault": 2, "valueFrom": 2, "valueTo": 2, "rangeInterval": 4, "regex": 4},
    item="value",
    layout="table",
    title=("value",),
)  # fmt: skip
describe(
    values.ProductSpecificationCharacteristic,
    fields=("name", "valueType", "configurable", "description", "productSpecCharacteristicValue"),
    more=("minCardinality", "maxCardinality", "isUnique", "extensible", "regex", "id", "productSpecCharRelationship", "validFor"),
    labels={
        "valueType": "Type of value", "configurable": "Customer may choose", "isUnique": "Unique",
        "extensible": "Other values allowed", "minCardinality": "Fewest values", "maxCardinality": "Most values",
        "productSpecCharacteristicValue": "Allowed values", "productSpecCharRelationship": "Related characteristics",
        "regex": "Pattern", "validFor": "Valid", "id": "ID",
    },
    choices={"valueType": VALUE_TYPES},
    widths={"name": 5, "valueType": 3, "configurable": 4, "minCardinality": 3, "maxCardinality": 3, "isUnique": 3, "extensible": 3},
    item="characteristic",
    collapsed=True,
)  # fmt: skip
describe(
    values.ProductSpecificationCharacteristicRelationship,
    fields=("name", "relationshipType", "charSpecSeq"),
    more=("id", "validFor"),
    labels={"name": "Characteristic", "relationshipType": "Kind", "charSpecSeq": "Order"},
    suggestions={"relationshipType": ("aggregation", "dependency", "exclusivity", "migration")},
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
describe(values.ConstraintRef, fields=("id", "name", "version"), more=(), item="constraint")
describe(
    values.PricingLogicAlgorithm,
    fields=("name", "plaSpecId", "description"),
    more=("id", "validFor"),
    labels={"plaSpecId": "Logic", "validFor": "Valid", "id": "ID"},
    item="pricing logic",
)


class CatalogEntityAdmin(ResourceAdmin):
    """What the entities of a product catalog have in common."""

    labels: ClassVar[dict[str, str]] = {
        "valid_for": "Valid", "lifecycle_status": "State", "is_bundle": "Bundle", "attachment": "Attachments",
        "related_party": "Parties", "version": "Version",
    }  # fmt: skip
    search_fields: Sequence[str] = ("name", "description", "uid")
    list_filter: Sequence[Any] = ("lifecycle_status", "is_latest")
    readonly_fields: Sequence[str] = ("version",)


@admin.register(ProductOffering)
class ProductOfferingAdmin(CatalogEntityAdmin):
    """What is on sale."""

    icon = "sell"
    sidebar_order = 10
    list_display = ("name", "version", "state", "specification", "prices", "sellable", "updated")
    list_filter = ("lifecycle_status", "is_bundle", "is_sellable", "is_latest")
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
        return brief(_reference(offering.product_specification)) or "—"

    @display(description="Prices")
    def prices(self, offering: ProductOffering) -> str:
        """Names of the prices."""
        names = [str(price.get("name") or price.get("id")) for price in offering.product_offering_price or []]
        return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "") or "—"

    @display(description="On its own", boolean=True, ordering="is_sellable")
    def sellable(self, offering: ProductOffering) -> bool | None:
        """Whether it is sold on its own."""
        return offering.is_sellable  # type: ignore[no-any-return]


def _reference(reference: dict[str, Any] | None) -> dict[str, Any]:
    return {"name": (reference or {}).get("name") or (reference or {}).get("id") or "—"}


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
        names = [str(each.get("name") or "?") for each in specification.product_spec_characteristic or []]
        return ", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else "") or "—"


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


class CategoryForm(CatalogEntityAdmin.form):  # type: ignore[misc]
    """The parent is chosen by name; the wire knows its id."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "parent_id" in self.fields:
            self.fields["parent_id"].widget = EntityChoice("catalog.category")


@admin.register(Category)
class CategoryAdmin(CatalogEntityAdmin):
    """The tree in which offerings are found; the list shows it indented."""

    icon = "account_tree"
    sidebar_order = 40
    form = CategoryForm
    readonly_fields = ("version", "sub_category")
    list_display = ("tree_name", "state", "offerings", "version", "updated")
    list_filter = ("lifecycle_status", "is_root", "is_latest")
    list_per_page = 500
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "parent_id": "Parent category", "is_root": "Top level", "sub_category": "Sub-categories", "product_offering": "Offerings",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {"parent_id": "Empty for a category at the top."}
    tabs: ClassVar = {
        "Overview": ["name", "description", "parent_id", "sub_category", "valid_for"],
    }

    @property
    def media(self) -> forms.Media:
        return super().media + EntityChoice.medium()

    def get_changelist(self, request: HttpRequest, **options: Any) -> Any:
        return tree_list(super().get_changelist(request, **options))

    @display(description="Category", ordering="name")
    def tree_name(self, category: Any) -> SafeString:
        """Name, indented by its depth in the tree."""
        depth = getattr(category, "tree_depth", 0)
        return format_html('<span class="tmf-depth-{}">{}</span>', min(depth, 6), category)

    @display(description="Offerings")
    def offerings(self, category: Any) -> int:
        """How many offerings name it."""
        return getattr(category, "offering_count", 0)


def tree_list(base: type[Any]) -> type[Any]:
    """Return a list class that orders a page of categories as a tree and counts their offerings."""

    class TreeList(base):  # type: ignore[misc]
        def get_results(self, request: HttpRequest) -> None:
            super().get_results(request)
            rows = list(self.result_list)
            if not self.query and "o" not in self.params:
                rows = in_tree_order(rows)
            counts = offering_counts(row.uid for row in rows)
            for row in rows:
                row.offering_count = counts.get(row.uid, 0)
            self.result_list = rows

    return TreeList


def in_tree_order(categories: list[Any]) -> list[Any]:
    """Return categories with their children below them, by name, each knowing its `tree_depth`."""
    children: dict[str | None, list[Any]] = {}
    known = {category.uid for category in categories}
    for category in sorted(categories, key=lambda each: (each.name or "").casefold()):
        parent = category.parent_id if category.parent_id in known else None
        children.setdefault(parent, []).append(category)
    ordered: list[Any] = []

    def place(parent: str | None, depth: int) -> None:
        for category in children.pop(parent, []):
            category.tree_depth = depth
            ordered.append(category)
            place(category.uid, depth + 1)

    place(None, 0)
    ordered += [category for rest in children.values() for category in rest]  # what hangs in a circle
    return ordered


def offering_counts(uids: Any) -> dict[str, int]:
    """Return how many offerings name each category."""
    from django.db.models import Count

    from tmfsite.resources.models import Link
    from tmfsite.resources.schema import schema_of

    rows: QuerySet[Link] = Link.objects.filter(
        source_type_id=schema_of(ProductOffering).content_type_id(), path="category", target_uid__in=list(uids)
    )
    return dict(rows.values_list("target_uid").annotate(number=Count("source_id", distinct=True)))


@admin.register(Catalog)
class CatalogAdmin(CatalogEntityAdmin):
    """Collections of categories for a market or channel."""

    icon = "menu_book"
    sidebar_order = 50
    list_display = ("name", "version", "state", "catalog_type", "categories", "updated")
    list_filter = ("lifecycle_status", "catalog_type", "is_latest")
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "category": "Categories",
        "catalog_type": "Kind of catalog",
    }
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"catalog_type": ("Product Catalog", "Wholesale Catalog")}
    tabs: ClassVar = {
        "Overview": ["name", "description", "catalog_type", "category", "valid_for"],
        "Parties": ["related_party"],
    }

    @display(description="Categories")
    def categories(self, catalog: Catalog) -> int:
        """How many categories it holds."""
        return len(catalog.category or [])
