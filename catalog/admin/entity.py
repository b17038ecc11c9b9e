"""What the admins of the product, service and resource catalogs have in common."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.models.entity import CatalogEntity, TreeCategory
from catalog.values import characteristic as values
from catalog.values import references
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.admin.widgets import EntityChoice
from tmfsite.fields import Value
from tmfsite.resources.models import Link

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
TIES = ("aggregation", "dependency", "exclusivity", "migration")
UNITS = ("GB", "MB", "Mbit/s", "Gbit/s", "ms", "minute", "SMS", "month", "piece", "%")

for _reference, _item in (
    (references.CategoryRef, "category"),
    (references.ProductOfferingRef, "offering"),
    (references.ProductSpecificationRef, "specification"),
    (references.ServiceCategoryRef, "category"),
    (references.ServiceCandidateRef, "candidate"),
    (references.ServiceSpecificationRef, "specification"),
    (references.ResourceCategoryRef, "category"),
    (references.ResourceCandidateRef, "candidate"),
    (references.ResourceSpecificationRef, "specification"),
):
    describe(_reference, item=_item, fields=("id",))
describe(references.ConstraintRef, fields=("id", "name", "version"), more=(), item="constraint")
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


def describe_characteristic(value_type: type[Value], *, allowed: str, related: str, configurable: str) -> None:
    """Say how a characteristic of a specification is shown.

    `allowed` and `related` are the attributes of its values and ties, `configurable` the label of that attribute.
    """
    describe(
        value_type,
        fields=("name", "valueType", "configurable", "description", allowed),
        more=("minCardinality", "maxCardinality", "isUnique", "extensible", "regex", "id", related, "validFor"),
        labels={
            "valueType": "Type of value", "configurable": configurable, "isUnique": "Unique",
            "extensible": "Other values allowed", "minCardinality": "Fewest values", "maxCardinality": "Most values",
            allowed: "Allowed values", related: "Related characteristics",
            "regex": "Pattern", "validFor": "Valid", "id": "ID",
        },
        choices={"valueType": VALUE_TYPES},
        widths={
            "name": 5, "valueType": 3, "configurable": 4, "minCardinality": 3, "maxCardinality": 3, "isUnique": 3,
            "extensible": 3,
        },
        item="characteristic",
        collapsed=True,
    )  # fmt: skip


describe_characteristic(
    values.FeatureSpecificationCharacteristic,
    allowed="featureSpecCharacteristicValue",
    related="featureSpecCharRelationship",
    configurable="Chosen per order",
)
describe(
    values.FeatureSpecificationCharacteristicRelationship,
    fields=("name", "relationshipType"),
    more=("characteristicId", "featureId", "resourceSpecificationId", "resourceSpecificationHref", "validFor"),
    labels={
        "name": "Characteristic", "relationshipType": "Kind", "characteristicId": "ID of the characteristic",
        "featureId": "ID of the feature", "resourceSpecificationId": "ID of the specification",
        "resourceSpecificationHref": "Address of the specification", "validFor": "Valid",
    },
    suggestions={"relationshipType": TIES},
    item="related characteristic",
)  # fmt: skip
describe(
    values.FeatureSpecificationRelationship,
    fields=("name", "relationshipType"),
    more=("featureId", "parentSpecificationId", "parentSpecificationHref", "validFor"),
    labels={
        "name": "Feature", "relationshipType": "Kind", "featureId": "ID of the feature",
        "parentSpecificationId": "ID of its specification", "parentSpecificationHref": "Address of its specification",
        "validFor": "Valid",
    },
    suggestions={"relationshipType": ("requires", *TIES)},
    item="related feature",
)  # fmt: skip
describe(
    values.FeatureSpecification,
    fields=("name", "isEnabled", "isBundle", "featureSpecCharacteristic"),
    more=("id", "version", "featureSpecRelationship", "constraint", "validFor"),
    labels={
        "isEnabled": "On by default", "isBundle": "Bundle", "featureSpecCharacteristic": "Characteristics",
        "featureSpecRelationship": "Related features", "constraint": "Constraints", "validFor": "Valid", "id": "ID",
    },
    widths={"name": 6, "isEnabled": 3, "isBundle": 3, "id": 6, "version": 6},
    item="feature",
    collapsed=True,
)  # fmt: skip

describe(values.ValueTranslation, fields=("given", "used"), labels={"given": "Above", "used": "Here"}, layout="table")
describe(
    values.CharacteristicMapping,
    fields=("characteristic", "source", "value", "translation"),
    labels={
        "characteristic": "Characteristic here", "source": "Takes the value of", "value": "Fixed or else",
        "translation": "Values",
    },
    item="rule",
)  # fmt: skip


def name_of(reference: Mapping[str, Any] | None) -> str:
    """Return what a reference calls its target, in a list."""
    return str((reference or {}).get("name") or (reference or {}).get("id") or "—")


def names_of(entries: Sequence[Mapping[str, Any]] | None, most: int = 3) -> str:
    """Return the names of values or references, in a list, and how many there are more."""
    names = [str(each.get("name") or each.get("id") or "?") for each in entries or []]
    return ", ".join(names[:most]) + (f" +{len(names) - most}" if len(names) > most else "") or "—"


class CatalogEntityAdmin(ResourceAdmin):
    """What the entities of a catalog have in common."""

    labels: ClassVar[dict[str, str]] = {
        "valid_for": "Valid", "lifecycle_status": "State", "is_bundle": "Bundle", "attachment": "Attachments",
        "related_party": "Parties", "version": "Version",
    }  # fmt: skip
    search_fields: Sequence[str] = ("name", "description", "uid")
    list_filter: Sequence[Any] = ("lifecycle_status", "is_latest")
    readonly_fields: Sequence[str] = ("version",)


class CollectionAdmin(CatalogEntityAdmin):
    """Collections of categories."""

    icon = "menu_book"
    sidebar_order = 50
    dashboard = False
    list_display = ("name", "version", "state", "categories", "updated")
    labels: ClassVar[dict[str, str]] = {**CatalogEntityAdmin.labels, "category": "Categories"}
    tabs: ClassVar = {
        "Overview": ["name", "description", "category", "valid_for"],
        "Parties": ["related_party"],
    }

    @display(description="Categories")
    def categories(self, catalog: Any) -> int:
        """How many categories it holds."""
        return len(catalog.category or [])


class CategoryForm(CatalogEntityAdmin.form):  # type: ignore[misc]
    """The parent is chosen by name; the wire knows its id."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "parent_id" in self.fields:
            self.fields["parent_id"].widget = EntityChoice(self._meta.model._meta.label_lower)


class TreeCategoryAdmin(CatalogEntityAdmin):
    """A tree of categories; the list shows it indented."""

    icon = "account_tree"
    sidebar_order = 40
    form = CategoryForm
    readonly_fields: Sequence[str] = ("version", "category")
    list_display = ("tree_name", "state", "contents", "version", "updated")
    list_filter = ("lifecycle_status", "is_root", "is_latest")
    list_per_page = 500
    labels: ClassVar[dict[str, str]] = {
        **CatalogEntityAdmin.labels,
        "parent_id": "Parent category",
        "is_root": "Top level",
        "category": "Sub-categories",
    }
    helps: ClassVar[dict[str, str]] = {"parent_id": "Empty for a category at the top."}
    tabs: ClassVar = {"Overview": ["name", "description", "parent_id", "category", "valid_for"]}

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

    @display(description="Candidates")
    def contents(self, category: Any) -> int:
        """How many entities name it."""
        return getattr(category, "content_count", 0)


class CandidateAdmin(CatalogEntityAdmin):
    """What candidates share; `specification_field` is where they name their specification."""

    specification_field: ClassVar[str]

    icon = "how_to_reg"
    sidebar_order = 20
    dashboard = False
    list_display = ("name", "version", "state", "specification", "categories", "updated")

    @display(description="Specification")
    def specification(self, candidate: Any) -> str:
        """Name of the specification."""
        return name_of(getattr(candidate, self.specification_field))

    @display(description="Categories")
    def categories(self, candidate: Any) -> str:
        """Names of the categories."""
        return names_of(candidate.category, 2)


def tree_list(base: type[Any]) -> type[Any]:
    """Return a list class that orders a page of categories as a tree and counts what they hold."""

    class TreeList(base):  # type: ignore[misc]
        def get_results(self, request: HttpRequest) -> None:
            super().get_results(request)
            rows = list(self.result_list)
            if not self.query and "o" not in self.params:
                rows = in_tree_order(rows)
            counts = content_counts(self.model, [row.uid for row in rows])
            for row in rows:
                row.content_count = counts.get(row.uid, 0)
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


def content_counts(model: type[TreeCategory], uids: Iterable[str]) -> dict[str, int]:
    """Return how many entities name each category."""
    (inverse,) = model.inverses.values()
    source: type[CatalogEntity] = apps.get_model(inverse.source)
    rows = Link.objects.filter(
        source_type_id=source.schema().content_type_id(), path=inverse.path, target_uid__in=list(uids)
    )
    return dict(rows.values_list("target_uid").annotate(number=Count("source_id", distinct=True)))
