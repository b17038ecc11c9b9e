"""The offerings that may be ordered now, as somebody who takes an order looks for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from catalog.models.product import Category, ProductOffering
from catalog.services.look_up import current
from ordering.services.decompose import reference_id
from tmfsite.fields.instants import now, parse_instant
from tmfsite.fields.json import Document
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of
from tmfsite.wire.encode import document_of

FOUND: Final = 24
_LOOKED_AT: Final = 400
_SIMILAR: Final = ("upgrade", "substitution", "downgrade", "migration")


def find_offers(text: str = "", category: str = "", *, most: int = FOUND) -> list[Document]:
    """Return offerings on sale by words of their name, description or id, and by category, with those below it."""
    rows: Any = ProductOffering._default_manager.filter(is_current=True).exclude(is_sellable=False)
    for word in text.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(description__icontains=word) | Q(uid__icontains=word))
    if category:
        own = schema_of(ProductOffering).content_type_id()
        links = Link.objects.filter(source_type_id=own, path="category", target_uid__in=_below(category))
        rows = rows.filter(pk__in=links.values("source_id"))
    moment = now()
    found: list[Document] = []
    for row in rows.order_by("name", "id")[:_LOOKED_AT]:
        if _is_on_sale(row.valid_for, moment):
            found.append(document_of(row, derived=False))
            if len(found) == most:
                break
    return found


def _is_on_sale(period: Document | None, moment: datetime) -> bool:
    start, end = (parse_instant(str((period or {}).get(name) or "")) for name in ("startDateTime", "endDateTime"))
    return (start is None or start <= moment) and (end is None or end > moment)


def _below(category: str) -> set[str]:
    children: dict[str, list[str]] = {}
    for uid, parent in Category._default_manager.filter(is_latest=True).values_list("uid", "parent_id"):
        children.setdefault(parent or "", []).append(uid)
    found, open_ = set(), [category]
    while open_:
        uid = open_.pop()
        if uid not in found:
            found.add(uid)
            open_ += children.get(uid, ())
    return found


def categories() -> list[tuple[str, str, int]]:
    """Return id, name and depth of the categories on sale, each followed by those below it."""
    rows = list(
        Category._default_manager.filter(is_current=True).order_by("name").values_list("uid", "name", "parent_id")
    )
    known = {uid for uid, _, _ in rows}
    below: dict[str, list[tuple[str, str]]] = {}
    for uid, name, parent in rows:
        below.setdefault(parent if parent in known else "", []).append((uid, name))
    found: list[tuple[str, str, int]] = []
    seen: set[str] = set()

    def add(parent: str, depth: int) -> None:
        for uid, name in below.get(parent, ()):
            if uid not in seen:
                seen.add(uid)
                found.append((uid, name, depth))
                add(uid, depth + 1)

    add("", 0)
    return found


def alternatives(offering: Document) -> list[Document]:
    """Return the offerings on sale that a product of this one may change to: of the same specification, or related."""
    own = schema_of(ProductOffering).content_type_id()
    specification = reference_id(offering.get("productSpecification"))
    links = Link.objects.filter(source_type_id=own, path="productSpecification", target_uid=specification)
    related = _related(offering.get("productOfferingRelationship") or ())
    rows: Any = ProductOffering._default_manager.filter(is_current=True).exclude(is_sellable=False)
    same = Q(pk__in=links.values("source_id")) if specification else Q(pk=None)
    moment = now()
    return [
        document_of(row, derived=False)
        for row in rows.filter(same | Q(uid__in=related)).exclude(uid=offering.get("id")).order_by("name", "id")
        if _is_on_sale(row.valid_for, moment)
    ]


def _related(ties: Iterable[Document]) -> list[str]:
    return [reference_id(tie) for tie in ties if str(tie.get("relationshipType")).casefold() in _SIMILAR]


def offer(uid: str) -> Document | None:
    """Return an offering of the catalog by id, None when there is none."""
    return current(ProductOffering, [uid]).get(uid)
