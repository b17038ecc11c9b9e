"""Whether a product order can be done: each item is held against the catalog and against what is installed.

`validate` returns the faults it finds; one is enough to reject the whole order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import re2

from catalog.models.product import ProductOffering
from inventory.models.product import Product
from ordering.services.decompose import (
    Catalogs,
    allowed,
    as_number,
    bundled,
    configured,
    declared,
    fold,
    limits,
    read_offerings,
    reference_id,
    takes,
)
from ordering.services.fill_bundles import ITEMS, parts_of
from ordering.services.roll_up import Path, walk
from tmfsite.fields.instants import now, parse_instant
from tmfsite.fields.json import Document
from tmfsite.query.errors import QueryError
from tmfsite.query.regex import translate

_ON_SALE: Final = ("active", "launched")
_FITTING: Final = {
    "modify": ("active", "suspended"),
    "delete": ("active", "suspended", "pendingTerminate"),
    "noChange": ("active", "suspended", "pendingActive"),
}
_MOST: Final = 1000
"""Products that one item may order."""


@dataclass(frozen=True)
class Fault:
    """Why an item cannot be done; without a path it is the order as a whole."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"item {'/'.join(self.path)}: {self.message}" if self.path else self.message


@dataclass
class Scene:
    """What items are held against."""

    items: Sequence[Document]
    catalogs: Catalogs
    products: Mapping[str, Product]
    customers: frozenset[str]
    moment: datetime = field(default_factory=now)


def offering_ids(items: Iterable[Document] | None) -> set[str]:
    """Return the ids of the offerings that items refer to."""
    return {reference_id(item.get("productOffering")) for _, item in walk(items, ITEMS)} - {""}


def product_ids(items: Iterable[Document] | None) -> set[str]:
    """Return the ids of the installed products that items are about."""
    return {reference_id(item.get("product")) for _, item in walk(items, ITEMS) if item.get("action") != "add"} - {""}


def installed(uids: Iterable[str]) -> dict[str, Product]:
    """Return the installed products of these ids."""
    wanted = list(uids)
    return {each.uid: each for each in Product._default_manager.filter(uid__in=wanted)} if wanted else {}


def customers_of(parties: Iterable[Document] | None) -> frozenset[str]:
    """Return the ids of the customers among some parties."""
    return frozenset(
        reference_id(party)
        for party in parties or ()
        if "customer" in f"{party.get('role') or ''} {party.get('@referredType') or ''}".casefold()
    )


def validate(
    items: Sequence[Document], parties: Sequence[Document] | None, catalogs: Catalogs | None = None
) -> list[Fault]:
    """Return what is wrong with the items of an order."""
    products = installed(product_ids(items))
    if catalogs is None:
        catalogs = read_offerings(offering_ids(items) | {_offering_of(each) for each in products.values()})
    scene = Scene(items, catalogs, products, customers_of(parties))
    faults = [] if scene.customers else [Fault((), "none of its related parties is a customer")]
    by_id = {str(item.get("id")): item for _, item in walk(items, ITEMS)}
    bundles = {part: item for item in by_id.values() for part in parts_of(item)}
    for path, item in walk(items, ITEMS):
        above = next((each for at, each in walk(items, ITEMS) if at == path[:-1]), bundles.get(str(item.get("id"))))
        faults += [Fault(path, message) for message in _faults(item, above, by_id, scene)]
    return faults


def _offering_of(product: Product) -> str:
    return reference_id(product.product_offering)


def _faults(item: Document, above: Document | None, by_id: Mapping[str, Document], scene: Scene) -> Iterator[str]:
    quantity = item.get("quantity")
    if quantity is not None and not 1 <= quantity <= _MOST:
        yield f"quantity must be from 1 to {_MOST}"
    if item.get("action") == "add":
        yield from _faults_of_new(item, above, by_id, scene)
    else:
        yield from _faults_of_installed(item, scene)


def _faults_of_new(
    item: Document, above: Document | None, by_id: Mapping[str, Document], scene: Scene
) -> Iterator[str]:
    offering = scene.catalogs.offerings.get(reference_id(item.get("productOffering")))
    if offering is None:
        yield "the offering is unknown"
        return
    whole = scene.catalogs.offerings.get(reference_id((above or {}).get("productOffering")))
    is_part = whole is not None and any(uid == offering["id"] for uid, _ in bundled(whole))
    yield from _not_on_sale(offering, scene.moment, is_part=is_part)
    yield from wrong_characteristics(offering, scene.catalogs, chosen_of(item))
    yield from _wrong_parts(item, offering, by_id, scene)


def _not_on_sale(offering: Document, moment: datetime, *, is_part: bool) -> Iterator[str]:
    name = offering.get("name")
    state = offering.get("lifecycleStatus")
    if fold(state) not in _ON_SALE:
        yield f"{name} is not on sale: it is {state}"
    if offering.get("isSellable") is False and not is_part:
        yield f"{name} is not sold by itself"
    period = offering.get("validFor") or {}
    start, end = (parse_instant(str(period.get(name) or "")) for name in ("startDateTime", "endDateTime"))
    if start is not None and start > moment:
        yield f"{name} is on sale from {period['startDateTime']}"
    if end is not None and end <= moment:
        yield f"{name} was on sale until {period['endDateTime']}"


def _wrong_parts(item: Document, offering: Document, by_id: Mapping[str, Document], scene: Scene) -> Iterator[str]:
    held = [*(item.get(ITEMS) or ()), *(by_id[uid] for uid in parts_of(item) if uid in by_id)]
    taken: Counter[str] = Counter()
    for part in held:
        if part.get("action") == "add":
            taken[reference_id(part.get("productOffering"))] += part.get("quantity") or 1
    known = dict(bundled(offering))
    for uid, option in known.items():
        least, most, _ = limits(option)
        name = (scene.catalogs.offerings.get(uid) or {}).get("name") or uid
        if taken[uid] < least:
            yield f"{offering.get('name')} has at least {least} of {name}, not {taken[uid]}"
        if most is not None and taken[uid] > most:
            yield f"{offering.get('name')} has at most {most} of {name}, not {taken[uid]}"
    if known:
        yield from (
            f"{scene.catalogs.offerings.get(uid, {}).get('name') or uid} is no part of {offering.get('name')}"
            for uid in taken
            if uid not in known
        )


def _faults_of_installed(item: Document, scene: Scene) -> Iterator[str]:
    action, product = str(item.get("action")), scene.products.get(reference_id(item.get("product")))
    if product is None:
        yield f"the product to {action} is not installed here"
        return
    if product.status not in _FITTING[action]:
        yield f"the product is {product.status}, it can be one to {action} when it is {' or '.join(_FITTING[action])}"
    owners = customers_of(product.related_party)
    if owners and scene.customers and not owners & scene.customers:
        yield "the product belongs to another customer"
    if action == "modify":
        uid = reference_id(item.get("productOffering")) or _offering_of(product)
        offering = scene.catalogs.offerings.get(uid)
        if offering is None:
            yield "the offering is unknown"
        else:
            if uid != _offering_of(product):
                yield from _not_on_sale(offering, scene.moment, is_part=False)
            yield from wrong_characteristics(offering, scene.catalogs, merged(product, item, scene.catalogs))


def chosen_of(item: Document) -> list[Document]:
    """Return the characteristics that an item gives its product."""
    return list((item.get("product") or {}).get("productCharacteristic") or ())


def merged(product: Product, item: Document, catalogs: Catalogs) -> list[Document]:
    """Return the characteristics of an installed product as an item changes them.

    Those that another offering does not have go; what it has as usual replaces what the old one had.
    """
    new = reference_id(item.get("productOffering"))
    kept = {fold(each.get("name")): each for each in product.product_characteristic or ()}
    if new and new != _offering_of(product):
        offering = catalogs.offerings.get(new) or {}
        specification = catalogs.products.get(reference_id(offering.get("productSpecification")))
        known = {fold(each.get("name")) for each in declared(specification or {})}
        uses = {fold(each.get("name")) for each in offering.get("prodSpecCharValueUse") or ()}
        kept = {name: each for name, each in kept.items() if name in known - uses}
    for each in chosen_of(item):
        kept[fold(each.get("name"))] = each
    return list(kept.values())


# --- characteristics ------------------------------------------------------------------------------------------------


def wrong_characteristics(offering: Document, catalogs: Catalogs, chosen: Sequence[Document]) -> Iterator[str]:
    """Yield what is wrong with characteristics chosen for an offering."""
    specification = catalogs.products.get(reference_id(offering.get("productSpecification")))
    known = {fold(each.get("name")): each for each in declared(specification or {})}
    uses = {fold(each.get("name")): each for each in offering.get("prodSpecCharValueUse") or ()}
    for each in chosen:
        if fold(each.get("name")) not in known:
            yield f"{offering.get('name')} has no characteristic {each.get('name')}"
    values = configured(offering, specification, chosen)
    for name, characteristic in known.items():
        given = [each.get("value") for each in chosen if fold(each.get("name")) == name]
        given = [value for each in given for value in (each if isinstance(each, list) else [each])]
        yield from _wrong_values(characteristic, uses.get(name), given, is_set=bool(given) or name in values)


def _wrong_values(characteristic: Document, use: Document | None, given: list[Any], *, is_set: bool) -> Iterator[str]:
    name, kind = characteristic.get("name"), fold(characteristic.get("valueType"))
    least = characteristic.get("minCardinality") or 0
    most = characteristic.get("maxCardinality")
    if least and not is_set and characteristic.get("configurable") is not False:
        yield f"{name} is missing"
    if given and len(given) < least:
        yield f"{name} needs at least {least} values"
    if most and len(given) > most:  # 0 stands for any number
        yield f"{name} takes at most {most} value{'' if most == 1 else 's'}"
    for value in given:
        if not _is_of(kind, value):
            yield f"{name} must be of type {characteristic.get('valueType')}, not {value!r}"
        elif not _matches(characteristic.get("regex"), value):
            yield f"{name} must match {characteristic['regex']}"
        elif not characteristic.get("extensible") and not _is_allowed(characteristic, use, value):
            yield f"{name} cannot be {value!r}"


def _is_allowed(characteristic: Document, use: Document | None, value: Any) -> bool:
    options = allowed(characteristic)
    if not takes(characteristic, value):
        return False
    if any("regex" in each for each in options) and not any(_matches(each.get("regex"), value) for each in options):
        return False
    # An offering that has one usual value of its own leaves the others open only where it lists them.
    return use is None or not allowed(use) or takes(use, value)


def _is_of(kind: str, value: Any) -> bool:
    match kind:
        case "integer":
            number = as_number(value)
            return number is not None and number == int(number)
        case "number" | "decimal" | "float":
            return as_number(value) is not None
        case "boolean":
            return isinstance(value, bool) or str(value).casefold() in ("true", "false")
        case "string" | "text":
            return isinstance(value, str)
        case "date" | "datetime":
            return isinstance(value, str) and parse_instant(value) is not None
        case "object":
            return isinstance(value, dict)
        case _:
            return True


def _matches(pattern: str | None, value: Any) -> bool:
    if not pattern:
        return True
    try:
        return re2.fullmatch(translate(pattern).re2, str(value)) is not None
    except (QueryError, re2.error):
        return True  # what is no pattern for us forbids nothing


def are_known(items: Sequence[Document]) -> bool:
    """Tell whether every item refers to an offering of this catalog or, without one, to an installed product."""
    offerings: set[str] = set()
    products: set[str] = set()
    for _, item in walk(items, ITEMS):
        product, offering = reference_id(item.get("product")), reference_id(item.get("productOffering"))
        if offering:
            offerings.add(offering)
        elif item.get("action") != "add" and product:
            products.add(product)
        else:
            return False
    return bool(items) and all(
        not uids or model._default_manager.filter(uid__in=uids).values("uid").distinct().count() == len(uids)
        for model, uids in ((ProductOffering, offerings), (Product, products))
    )
