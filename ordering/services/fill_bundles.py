"""Who orders a bundle without naming its parts takes the usual ones: they become items of the order."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ordering.services.decompose import bundled, limits, reference_id
from ordering.services.roll_up import walk
from tmfsite.fields.json import Document

ITEMS: Final = "productOrderItem"


def parts_of(item: Document) -> list[str]:
    """Return the ids of the items that an item says it bundles, besides those it holds."""
    ties = item.get("productOrderItemRelationship") or ()
    return [reference_id(tie) for tie in ties if str(tie.get("relationshipType")).casefold() == "bundles"]


def missing_parts(items: Sequence[Document], offerings: Mapping[str, Document]) -> bool:
    """Tell whether one of the items is a bundle of which no part is named."""
    return any(_lacks_parts(item, offerings) for _, item in walk(items, ITEMS))


def with_usual_parts(items: Sequence[Document], offerings: Mapping[str, Document]) -> list[Document]:
    """Return the items, each bundle that names no parts with an item for each of the usual ones."""
    return [_filled(item, offerings) for item in items]


def _lacks_parts(item: Document, offerings: Mapping[str, Document]) -> bool:
    offering = offerings.get(reference_id(item.get("productOffering")))
    if offering is None or item.get("action") != "add" or item.get(ITEMS) or parts_of(item):
        return False
    return any(limits(option)[2] for _, option in bundled(offering))


def _filled(item: Document, offerings: Mapping[str, Document]) -> Document:
    if item.get(ITEMS):
        return {**item, ITEMS: with_usual_parts(item[ITEMS], offerings)}
    if not _lacks_parts(item, offerings):
        return item
    offering = offerings[reference_id(item.get("productOffering"))]
    parts: list[Document] = []
    for part in offering["bundledProductOffering"]:
        usual = limits(part.get("bundledProductOfferingOption") or {})[2]
        if usual:
            reference: dict[str, Any] = {name: part[name] for name in ("id", "href", "name") if part.get(name)}
            number = f"{item.get('id')}.{len(parts) + 1}"
            parts.append({"id": number, "action": "add", "quantity": usual, "productOffering": reference})
    return {**item, ITEMS: parts}
