"""What an offering comes down to: products, the services that realise them, and the resources these run on.

Plain functions over documents of the catalogs; only `read_catalog` reads them. The references followed, and why a
specification may be left out, stand in `docs/realisation.md`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.models.product import ProductOffering, ProductSpecification
from catalog.models.resource import ResourceSpecification
from catalog.models.service import ServiceSpecification
from catalog.services.look_up import current
from tmfsite.fields.json import Document

OFFERING: Final = "offering"
PRODUCT: Final = "product"
SERVICE: Final = "service"
RESOURCE: Final = "resource"

RELIES_ON: Final = "relieson"
MEMBER_OF: Final = "memberof"

_DECLARED: Final = ("productSpecCharacteristic", "specCharacteristic", "resourceSpecCharacteristic")
_VALUES: Final = (
    "productSpecCharacteristicValue", "characteristicValueSpecification", "resourceSpecCharacteristicValue",
)  # fmt: skip
MAPPING: Final = "characteristic_mapping"
_DEEPEST: Final = 20

type Values = dict[str, Document]
"""Characteristics with their values by folded name."""


@dataclass
class Catalogs:
    """The part of the catalogs that orders of some offerings need, by id."""

    offerings: Mapping[str, Document] = field(default_factory=dict)
    products: Mapping[str, Document] = field(default_factory=dict)
    services: dict[str, Document] = field(default_factory=dict)
    resources: Mapping[str, Document] = field(default_factory=dict)


@dataclass
class Node:
    """A place in the tree of a decomposition: what it is made of, how it is configured, and what it needs."""

    kind: str
    specification: Document
    characteristics: list[Document] = field(default_factory=list)
    quantity: int = 1
    parts: list["Node"] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Id of the offering or specification."""
        return str(self.specification.get("id"))

    @property
    def name(self) -> str:
        """Name of the offering or specification."""
        return str(self.specification.get("name") or self.id)

    def of(self, kind: str) -> list["Node"]:
        """Return the parts of one kind."""
        return [part for part in self.parts if part.kind == kind]


# --- reading --------------------------------------------------------------------------------------------------------


def read_offerings(uids: Iterable[str]) -> Catalogs:
    """Read offerings, those they bundle too, and their product specifications."""
    offerings = current(ProductOffering, uids)
    parts = {part_id for each in offerings.values() for part_id, _ in bundled(each)} - offerings.keys()
    offerings |= current(ProductOffering, parts)
    specifications = {reference_id(each.get("productSpecification")) for each in offerings.values()}
    return Catalogs(offerings, current(ProductSpecification, specifications))


def read_catalog(uids: Iterable[str]) -> Catalogs:
    """Read all that the decomposition of offerings needs: a query for each level."""
    catalogs = read_offerings(uids)
    wanted = {uid for each in catalogs.products.values() for uid in references(each.get("serviceSpecification"))}
    for _ in range(_DEEPEST):
        found = current(ServiceSpecification, wanted, more=MAPPING)
        catalogs.services |= found
        wanted = {uid for each in found.values() for uid in relied_on(each)} - catalogs.services.keys()
        if not wanted:
            break
    resources = {uid for each in catalogs.services.values() for uid in references(each.get("resourceSpecification"))}
    catalogs.resources = current(ResourceSpecification, resources, more=MAPPING)
    return catalogs


def reference_id(reference: Any) -> str:
    """Return the id in a reference."""
    return str((reference or {}).get("id") or "")


def references(held: Iterable[Document] | None) -> list[str]:
    """Return the ids in a list of references."""
    return [uid for each in held or () if (uid := reference_id(each))]


def relied_on(specification: Document) -> list[str]:
    """Return the ids of the service specifications that one relies on."""
    ties = specification.get("serviceSpecRelationship") or ()
    return [reference_id(tie) for tie in ties if fold(tie.get("relationshipType")) == RELIES_ON]


def bundled(offering: Document) -> Iterator[tuple[str, Document]]:
    """Yield the id of each offering that a bundle is made of, and how many of it are taken."""
    for part in offering.get("bundledProductOffering") or ():
        if uid := reference_id(part):
            yield uid, part.get("bundledProductOfferingOption") or {}


def limits(option: Document) -> tuple[int, int | None, int]:
    """Return how many of a part must be taken, how many may be, and how many are taken if nothing is said."""
    least, most = option.get("numberRelOfferLowerLimit"), option.get("numberRelOfferUpperLimit")
    usual = option.get("numberRelOfferDefault")
    low = 0 if least is None and option else 1 if least is None else int(least)
    return low, None if most is None else int(most), low if usual is None else int(usual)


# --- the tree -------------------------------------------------------------------------------------------------------


def decompose(
    catalogs: Catalogs, offering: str, chosen: Sequence[Document] = (), *, quantity: int = 1, parts: bool = True
) -> Node:
    """Return the tree of an offering with some characteristics chosen; `parts`: with the usual parts of a bundle."""
    document = catalogs.offerings[offering]
    node = Node(OFFERING, document, quantity=quantity)
    specification = catalogs.products.get(reference_id(document.get("productSpecification")))
    values = configured(document, specification, chosen)
    product = Node(PRODUCT, specification or document, list(values.values()), quantity)
    node.parts.append(product)
    for uid in references((specification or {}).get("serviceSpecification")):
        product.parts += _service(catalogs, uid, values, ())
    if parts:
        for uid, option in bundled(document):
            usual = limits(option)[2]
            if usual and uid in catalogs.offerings:
                node.parts.append(decompose(catalogs, uid, _shared(chosen, catalogs, uid), quantity=usual))
    return node


def _shared(chosen: Sequence[Document], catalogs: Catalogs, offering: str) -> list[Document]:
    """Return those of the characteristics chosen for a bundle that a part has."""
    specification = catalogs.products.get(reference_id(catalogs.offerings[offering].get("productSpecification"))) or {}
    known = {fold(each.get("name")) for each in declared(specification)}
    return [each for each in chosen if fold(each.get("name")) in known]


def configured(offering: Document, specification: Document | None, chosen: Sequence[Document]) -> Values:
    """Return the characteristics of a product: as chosen, else as the offering has them, else as usual."""
    found: Values = {}
    for each in declared(specification or {}):
        if (value := _default(each)) is not None:
            found[fold(each.get("name"))] = _characteristic(each, value)
    for use in offering.get("prodSpecCharValueUse") or ():
        if (value := _default(use)) is not None:
            found[fold(use.get("name"))] = _characteristic(use, value)
    for each in chosen:
        found[fold(each.get("name"))] = {**_typed(found.get(fold(each.get("name")))), **each}
    return found


def _typed(known: Document | None) -> Document:
    kind = (known or {}).get("valueType")
    return {"valueType": kind} if kind else {}


def _service(catalogs: Catalogs, uid: str, above: Values, path: tuple[str, ...]) -> list[Node]:
    specification = catalogs.services.get(uid)
    if specification is None or uid in path or not is_needed(specification, above):
        return []
    values, below = _carried(specification, above)
    node = Node(SERVICE, specification, list(values.values()))
    for other in relied_on(specification):
        node.parts += _service(catalogs, other, below, (*path, uid))
    for other in references(specification.get("resourceSpecification")):
        resource = catalogs.resources.get(other)
        if resource is not None and is_needed(resource, below):
            node.parts.append(Node(RESOURCE, resource, list(_carried(resource, below)[0].values())))
    return [node]


def _carried(specification: Document, above: Values) -> tuple[Values, Values]:
    """Return the characteristics of a specification with the values from above, and all that goes further down."""
    mapped = _mapped(specification, above)
    own: Values = {}
    for each in declared(specification):
        name = fold(each.get("name"))
        known = mapped.get(name) or above.get(name)
        value = known["value"] if known and "value" in known else _default(each)
        if value is not None:
            own[name] = _characteristic(each, value)
    return own, {**above, **own}


def _mapped(specification: Document, above: Values) -> Values:
    found: Values = {}
    for rule in specification.get(MAPPING) or ():
        source = above.get(fold(rule.get("source"))) if rule.get("source") else None
        value = rule.get("value") if source is None else _translated(source.get("value"), rule)
        if value is not None:
            found[fold(rule.get("characteristic"))] = {"value": value}
    return found


def _translated(value: Any, rule: Document) -> Any:
    for each in rule.get("translation") or ():
        if same_value(each.get("given"), value):
            return each.get("used")
    return value


def is_needed(specification: Document, above: Values) -> bool:
    """Tell whether a specification suits the values from above: what it has fixed must not be another one."""
    mapped = _mapped(specification, above)
    for each in declared(specification):
        known = mapped.get(fold(each.get("name"))) or above.get(fold(each.get("name")))
        if each.get("configurable") is False and known is not None and not takes(each, known.get("value")):
            return False
    return True


# --- characteristics ------------------------------------------------------------------------------------------------


def declared(specification: Document) -> list[Document]:
    """Return the characteristics that a specification of any catalog declares."""
    return next((specification[name] for name in _DECLARED if specification.get(name)), [])


def allowed(characteristic: Document) -> list[Document]:
    """Return the values and ranges that a characteristic takes."""
    return next((characteristic[name] for name in _VALUES if characteristic.get(name)), [])


def takes(characteristic: Document, value: Any) -> bool:
    """Tell whether a value, or each of several, is among those that a characteristic takes; any is where none are."""
    options = allowed(characteristic)
    if isinstance(value, list):
        return all(takes(characteristic, each) for each in value)
    return not options or any(_fits(option, value) for option in options)


def _fits(option: Document, value: Any) -> bool:
    low, high = option.get("valueFrom"), option.get("valueTo")
    if low is None and high is None:
        return "value" not in option or same_value(option["value"], value)
    number = as_number(value)
    if number is None:
        return False
    kind = fold(option.get("rangeInterval") or "closed")
    above = low is None or (number >= float(low) if kind in ("closed", "closedbottom") else number > float(low))
    below = high is None or (number <= float(high) if kind in ("closed", "closedtop") else number < float(high))
    return above and below


def as_number(value: Any) -> float | None:
    """Return a value as a number, None when it is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def same_value(one: Any, other: Any) -> bool:
    """Tell whether two values are one, however they are spelled: `100`, `100.0` and `"100"`, `true` and `"true"`."""
    if one == other and isinstance(one, bool) == isinstance(other, bool):
        return True
    first, second = as_number(one), as_number(other)
    if first is not None and second is not None:
        return first == second
    if isinstance(one, str | bool) and isinstance(other, str | bool):
        return str(one).casefold() == str(other).casefold()
    return False


def _default(characteristic: Document) -> Any:
    options = allowed(characteristic)
    usual = [each.get("value") for each in options if each.get("isDefault") and each.get("value") is not None]
    if not usual and len(options) == 1 and options[0].get("value") is not None:
        return options[0]["value"]  # there is no choice
    return usual[0] if usual else None


def _characteristic(declaration: Document, value: Any) -> Document:
    kind = declaration.get("valueType")
    return {"name": declaration.get("name"), **({"valueType": kind} if kind else {}), "value": value}


def fold(text: Any) -> str:
    """Compare names without case, blanks and punctuation."""
    return str(text or "").replace(" ", "").replace("_", "").replace("-", "").casefold()
