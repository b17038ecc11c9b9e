"""What has to be chosen when an offering is ordered: each characteristic with its kind, its values and its usual one.

Plain functions over documents of the catalog. An offering narrows what its specification allows; what then leaves no
choice, or is not configurable, is fixed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ordering.services.decompose import (
    Catalogs,
    allowed,
    as_number,
    bundled,
    declared,
    fold,
    limits,
    reference_id,
    same_value,
    takes,
)
from tmfsite.fields.json import Document

_WHOLE: Final = ("integer", "int", "long")
_NUMBERS: Final = (*_WHOLE, "number", "decimal", "float", "double")


@dataclass(frozen=True)
class Question:
    """A characteristic to choose. `kind` is integer, number, boolean, text, date or dateTime; what it takes is in
    `options`, between `low` and `high`, or free where there is neither. `most` is None for any number of values.
    """

    name: str
    value_type: str
    kind: str
    description: str = ""
    unit: str = ""
    options: Sequence[Any] = ()
    low: float | None = None
    high: float | None = None
    regex: str = ""
    least: int = 0
    most: int | None = 1
    usual: Sequence[Any] = ()
    is_fixed: bool = False
    is_extensible: bool = False

    @property
    def key(self) -> str:
        """The name as it compares."""
        return fold(self.name)

    @property
    def takes_several(self) -> bool:
        """Whether it takes more than one value."""
        return self.most is None or self.most > 1

    def options_with(self, held: Iterable[Any]) -> list[Any]:
        """Return the options and the values held that are none of them."""
        return [*self.options, *(each for each in held if not any(same_value(each, one) for one in self.options))]


@dataclass(frozen=True)
class Part:
    """An offering in a bundle: at least, at most (None for any number) and usually how many."""

    offering: Document
    least: int
    most: int | None
    usual: int
    questions: Sequence[Question] = field(default_factory=list)


def questions_of(catalogs: Catalogs, offering: Document) -> list[Question]:
    """Return what is to be chosen of an offering, in the order of its specification."""
    specification = catalogs.products.get(reference_id(offering.get("productSpecification"))) or {}
    uses = {fold(use.get("name")): use for use in offering.get("prodSpecCharValueUse") or ()}
    return [_question(each, uses.get(fold(each.get("name")))) for each in declared(specification)]


def _question(characteristic: Document, use: Document | None) -> Question:
    kind = _kind(characteristic.get("valueType"))
    narrowed = allowed(use) if use else []
    listed = narrowed or allowed(characteristic)
    options = [each["value"] for each in listed if each.get("value") is not None]
    if narrowed:
        options = [value for value in options if takes(characteristic, value)]
    low, high = _range(listed)
    usual = _usual(use) or _usual(characteristic)
    if narrowed and allowed(use or {}):
        usual = [value for value in usual if takes(use or {}, value)]
    least, most = _cardinality(characteristic, use)
    has_choice = low is not None or high is not None or len(options) != 1 or not least
    return Question(
        name=str(characteristic.get("name")),
        value_type=str(characteristic.get("valueType") or ""),
        kind=kind,
        description=str(characteristic.get("description") or ""),
        unit=next((str(each["unitOfMeasure"]) for each in listed if each.get("unitOfMeasure")), ""),
        options=options,
        low=low,
        high=high,
        regex=str(characteristic.get("regex") or next((each["regex"] for each in listed if each.get("regex")), "")),
        least=least,
        most=most,
        usual=usual[: most or None],
        is_fixed=characteristic.get("configurable") is False or not (has_choice or characteristic.get("extensible")),
        is_extensible=bool(characteristic.get("extensible")),
    )


def _kind(value_type: Any) -> str:
    kind = fold(value_type)
    if kind in _WHOLE:
        return "integer"
    if kind in _NUMBERS:
        return "number"
    return {"boolean": "boolean", "bool": "boolean", "date": "date", "datetime": "dateTime"}.get(kind, "text")


def _range(listed: Iterable[Document]) -> tuple[float | None, float | None]:
    """Return the smallest and the greatest number that ranges and values allow; None without ranges."""
    ranges = [each for each in listed if each.get("valueFrom") is not None or each.get("valueTo") is not None]
    if not ranges:
        return None, None
    low, high = ([as_number(each.get(name)) for each in ranges] for name in ("valueFrom", "valueTo"))
    singles = [number for each in listed if (number := as_number(each.get("value"))) is not None]
    return (
        None if None in low else min([each for each in low if each is not None] + singles),
        None if None in high else max([each for each in high if each is not None] + singles),
    )


def _usual(characteristic: Document | None) -> list[Any]:
    options = allowed(characteristic or {})
    usual = [each["value"] for each in options if each.get("isDefault") and each.get("value") is not None]
    if not usual and len(options) == 1 and options[0].get("value") is not None:
        return [options[0]["value"]]
    return usual


def _cardinality(characteristic: Document, use: Document | None) -> tuple[int, int | None]:
    def stated(name: str, otherwise: int) -> int:
        for each in (use or {}, characteristic):
            if each.get(name) is not None:
                return int(each[name])
        return otherwise

    most = stated("maxCardinality", 1)
    return stated("minCardinality", 0), most or None  # 0 stands for any number


def parts_of_bundle(catalogs: Catalogs, offering: Document) -> list[Part]:
    """Return the parts that a bundle may have, those that exist."""
    found = []
    for uid, option in bundled(offering):
        part = catalogs.offerings.get(uid)
        if part is not None:
            least, most, usual = limits(option)
            found.append(Part(part, least, most, usual, questions_of(catalogs, part)))
    return found


def characteristics(questions: Iterable[Question], chosen: Mapping[str, Sequence[Any]]) -> list[Document]:
    """Return what was chosen as characteristics of a product; `chosen` by the names of `Question.key`."""
    return [
        {
            "name": each.name,
            **({"valueType": each.value_type} if each.value_type else {}),
            "value": list(values) if each.takes_several else values[0],
        }
        for each in questions
        if (values := chosen.get(each.key))
    ]
