"""TMF620: keeps the category tree consistent, from whichever side it is edited.

Called from the write hooks of `Category`, inside the transaction of the write.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from catalog.models.product import Category, ProductOffering
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import Invalid, NotFound
from tmfsite.resources.models import Link
from tmfsite.wire import href_of, statements

_LOCK = "catalog.category tree"


def refuse_cycle(category: Category, *, before: Mapping[str, Any] | None) -> None:
    """Raise `Invalid` if the parent is the category itself or below it."""
    if not category.parent_id or (before is not None and before["parent_id"] == category.parent_id):
        return
    statements.serialize(_LOCK)  # two moves at the same time could close a circle that neither sees
    above: str | None = category.parent_id
    seen = {category.uid}
    while above:
        if above in seen:
            raise Invalid(f"{category.parent_id} is the category itself or one below it", path="parentId")
        seen.add(above)
        above = Category.objects.filter(uid=above, is_latest=True).values_list("parent_id", flat=True).first()


def adopt_offerings(category: Category, *, before: Mapping[str, Any] | None, actor: Actor) -> None:
    """Make the offerings kept here name the category if its `productOffering` was set to hold them, and else not."""
    old, new = before["product_offering"] if before else None, category.product_offering
    if (before is None and not new) or new is old:
        return
    wanted = _uids(new)
    present = set(
        ProductOffering.objects.filter(is_latest=True, pk__in=_naming(category)).values_list("uid", flat=True)
    )
    for uid in wanted - present:
        _update(ProductOffering, uid, lambda offering: _with(offering, "category", _reference(category)), actor)
    for uid in present - wanted:
        _update(ProductOffering, uid, lambda offering: _without(offering, "category", category.uid), actor)


def adopt_children(category: Category, *, before: Mapping[str, Any] | None, actor: Actor) -> None:
    """Make `parentId` of the categories kept here follow a changed `subCategory`."""
    old = _uids(before["sub_category"]) if before else set()
    new = _uids(category.sub_category)
    for uid in new - old - {category.uid}:
        _update(Category, uid, lambda child: {**child, "parentId": category.uid}, actor)
    for uid in old - new:
        _update(Category, uid, lambda child: _orphan(child, category.uid), actor)


def enter_in_parent(category: Category, *, before: Mapping[str, Any] | None, actor: Actor) -> None:
    """Make `subCategory` of the old and the new parent follow a changed `parentId` or name."""
    old = before["parent_id"] if before else None
    if before is not None and old == category.parent_id and before["name"] == category.name:
        return
    if old and old != category.parent_id:
        _update(Category, old, lambda parent: _without(parent, "subCategory", category.uid), actor)
    if category.parent_id:
        _update(
            Category,
            category.parent_id,
            lambda parent: _with(parent, "subCategory", _reference(category)),
            actor,
        )
    if before is None:
        for child in Category.objects.filter(parent_id=category.uid, is_latest=True):
            reference = _reference(child)
            _update(Category, category.uid, partial(_with, attribute="subCategory", reference=reference), actor)


def leave(category: Category, *, actor: Actor) -> None:
    """Take a deleted category out of its parent; its children become roots."""
    if Category.objects.filter(uid=category.uid).exists():
        return  # another version is left
    if category.parent_id:
        _update(Category, category.parent_id, lambda parent: _without(parent, "subCategory", category.uid), actor)
    for uid in Category.objects.filter(parent_id=category.uid, is_latest=True).values_list("uid", flat=True):
        _update(Category, uid, lambda child: _orphan(child, category.uid), actor)


def _update(model: type[Category | ProductOffering], uid: str, patch: operations.Patch, actor: Actor) -> None:
    try:
        operations.update(model, uid, patch, actor=actor)
    except NotFound:
        return  # references are open: it is kept elsewhere, or not yet here


def _naming(category: Category) -> list[int]:
    schema = ProductOffering.schema()
    links = Link.objects.filter(source_type_id=schema.content_type_id(), path="category", target_uid=category.uid)
    return list(links.values_list("source_id", flat=True))


def _uids(references: list[Document] | None) -> set[str]:
    return {each["id"] for each in references or () if isinstance(each.get("id"), str)}


def _reference(category: Category) -> Document:
    return {
        "id": category.uid,
        "href": href_of(category),
        "name": category.name,
        "version": category.version,
        "@referredType": "Category",
    }


def _with(document: Document, attribute: str, reference: Document) -> Document:
    """Return the document with the reference in a list attribute, its name up to date."""
    present = document.get(attribute) or []
    if any(each.get("id") == reference["id"] for each in present):
        merged = [
            {**each, "name": reference["name"]} if each.get("id") == reference["id"] and "name" in each else each
            for each in present
        ]
        return {**document, attribute: merged}
    return {**document, attribute: [*present, reference]}


def _without(document: Document, attribute: str, uid: str) -> Document:
    left = [each for each in document.get(attribute) or () if each.get("id") != uid]
    return {**document, attribute: left or None}


def _orphan(document: Document, parent: str) -> Document:
    return {**document, "parentId": None} if document.get("parentId") == parent else document
