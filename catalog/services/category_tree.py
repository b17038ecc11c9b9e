"""Keeps the category trees of the catalogs consistent, from whichever side they are edited.

Called from the write hooks of `TreeCategory`, inside the transaction of the write.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.apps import apps

from catalog.models.entity import CatalogEntity, TreeCategory
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import Invalid, NotFound
from tmfsite.resources.models import Link
from tmfsite.resources.schema import Inverse
from tmfsite.wire import href_of, statements


def refuse_cycle(category: TreeCategory, *, before: Mapping[str, Any] | None) -> None:
    """Raise `Invalid` if the parent is the category itself or below it."""
    if not category.parent_id or (before is not None and before["parent_id"] == category.parent_id):
        return
    nodes = type(category)._default_manager.filter(is_latest=True)
    # Two moves at the same time could close a circle that neither sees.
    statements.serialize(f"{category.schema().table} tree")
    above: str | None = category.parent_id
    seen = {category.uid}
    while above:
        if above in seen:
            raise Invalid(f"{category.parent_id} is the category itself or one below it", path="parentId")
        seen.add(above)
        above = nodes.filter(uid=above).values_list("parent_id", flat=True).first()


def adopt_contents(category: TreeCategory, *, before: Mapping[str, Any] | None, actor: Actor) -> None:
    """Make what is kept here name the category if the category was set to hold it, and else not."""
    schema = category.schema()
    for wire, inverse in schema.inverses.items():
        name = schema.attributes[wire].name
        old, new = before[name] if before else None, getattr(category, name)
        if (before is None and not new) or new is old:
            continue
        source: type[CatalogEntity] = apps.get_model(inverse.source)
        wanted, present = _uids(new), _naming(category, source, inverse)
        enter = partial(_with, attribute=inverse.path, reference=_reference(category))
        for uid in wanted - present:
            _update(source, uid, enter, actor)
        for uid in present - wanted:
            _update(source, uid, partial(_without, attribute=inverse.path, uid=category.uid), actor)


def adopt_children(category: TreeCategory, *, before: Mapping[str, Any] | None, actor: Actor) -> None:
    """Make `parentId` of the categories kept here follow a changed list of the categories below."""
    name = category.schema().attributes[category.below].name
    old = _uids(before[name]) if before else set()
    new = _uids(getattr(category, name))
    for uid in new - old - {category.uid}:
        _update(type(category), uid, lambda child: {**child, "parentId": category.uid}, actor)
    for uid in old - new:
        _update(type(category), uid, lambda child: _orphan(child, category.uid), actor)


def enter_in_parent(category: TreeCategory, *, before: Mapping[str, Any] | None, actor: Actor) -> None:
    """Make the list of the categories below, of the old and the new parent, follow a changed `parentId` or name."""
    model, old = type(category), before["parent_id"] if before else None
    if before is not None and old == category.parent_id and before["name"] == category.name:
        return
    enter = partial(_with, attribute=category.below)
    if old and old != category.parent_id:
        _update(model, old, partial(_without, attribute=category.below, uid=category.uid), actor)
    if category.parent_id:
        _update(model, category.parent_id, partial(enter, reference=_reference(category)), actor)
    if before is None:
        for child in _children(category):
            _update(model, category.uid, partial(enter, reference=_reference(child)), actor)


def leave(category: TreeCategory, *, actor: Actor) -> None:
    """Take a deleted category out of its parent; its children become roots."""
    model = type(category)
    if model._default_manager.filter(uid=category.uid).exists():
        return  # another version is left
    if category.parent_id:
        _update(model, category.parent_id, partial(_without, attribute=category.below, uid=category.uid), actor)
    for child in _children(category):
        _update(model, child.uid, lambda child: _orphan(child, category.uid), actor)


def _children(category: TreeCategory) -> list[TreeCategory]:
    return list(type(category)._default_manager.filter(parent_id=category.uid, is_latest=True))


def _update(model: type[CatalogEntity], uid: str, patch: operations.Patch, actor: Actor) -> None:
    try:
        operations.update(model, uid, patch, actor=actor)
    except NotFound:
        return  # references are open: it is kept elsewhere, or not yet here


def _naming(category: TreeCategory, source: type[CatalogEntity], inverse: Inverse) -> set[str]:
    kind = source.schema().content_type_id()
    links = Link.objects.filter(source_type_id=kind, path=inverse.path, target_uid=category.uid)
    keys = list(links.values_list("source_id", flat=True))
    return set(source._default_manager.filter(is_latest=True, pk__in=keys).values_list("uid", flat=True))


def _uids(references: list[Document] | None) -> set[str]:
    return {each["id"] for each in references or () if isinstance(each.get("id"), str)}


def _reference(category: TreeCategory) -> Document:
    return {
        "id": category.uid,
        "href": href_of(category),
        "name": category.name,
        "version": category.version,
        "@referredType": category.schema().type_name,
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
