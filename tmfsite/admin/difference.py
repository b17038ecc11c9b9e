"""What changed between two documents, as lines that a person reads.

A line's path names rows by what they are called: `Characteristics › [Colour] › Values › [Silver]`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.safestring import SafeString

from tmfsite.admin.nested.options import options_of
from tmfsite.admin.nested.readable import brief, readable
from tmfsite.fields import ValueField, json
from tmfsite.fields.names import wire_name, words
from tmfsite.fields.values import Value
from tmfsite.resources.schema import schema_of, value_types
from tmfsite.wire.decode import same

_NAMES = ("id", "name", "value", "relationshipType", "role", "taxCategory", "valueFrom")
_SILENT = frozenset({"href", "lastUpdate"})
type Label = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """One difference: where, what kind (`added`, `removed`, `changed`, `moved`), and both values."""

    path: tuple[str, ...]
    kind: str
    old: Any = None
    new: Any = None
    value_type: Any = None

    @property
    def where(self) -> str:
        """The path as text."""
        return " › ".join(self.path)

    @property
    def old_text(self) -> SafeString:
        """The old value, readable."""
        return readable(self.old, self.value_type)

    @property
    def new_text(self) -> SafeString:
        """The new value, readable."""
        return readable(self.new, self.value_type)

    def __str__(self) -> str:
        if self.kind == "changed":
            return f"{self.where}: {brief(self.old) or '…'} → {brief(self.new) or '…'}"
        if self.kind == "moved":
            return f"{self.where}: order changed"
        value = brief(self.new if self.kind == "added" else self.old)
        return f"{self.where}: {self.kind}{f' “{value}”' if value else ''}"


def lines(model: type[models.Model], changes: Mapping[str, Any], label: Label) -> list[Line]:
    """Return the lines of a Change's `changes` ({wire attribute: [old, new]}); `label` names attributes."""
    attributes = schema_of(model).attributes
    found: list[Line] = []
    for wire, pair in changes.items():
        if wire in _SILENT or not wire or not isinstance(pair, list) or len(pair) != 2:
            continue
        field = attributes[wire].field if wire in attributes else None
        value_type = field.value_type if isinstance(field, ValueField) else None
        found += _compare((label(wire),), pair[0], pair[1], value_type)
    return found


def between(model: type[models.Model], old: Mapping[str, Any], new: Mapping[str, Any], label: Label) -> list[Line]:
    """Return the lines between two documents of one model."""
    wires = dict.fromkeys((*old, *new))
    changes = {w: [old.get(w), new.get(w)] for w in wires if w != "id" and not same(old.get(w), new.get(w))}
    return lines(model, changes, label)


def _compare(path: tuple[str, ...], old: Any, new: Any, value_type: Any) -> Iterator[Line]:
    if same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and not (brief(old) and brief(new)):
        for wire in dict.fromkeys((*old, *new)):
            if wire not in _SILENT:
                inner = _inner(value_type, wire)
                yield from _compare((*path, _label(value_type, wire)), old.get(wire), new.get(wire), inner)
    elif _rows(old) and _rows(new) and (old or new):
        yield from _compare_rows(path, old or [], new or [], value_type)
    elif _nothing(old):
        yield Line(path, "added", None, new, value_type)
    elif _nothing(new):
        yield Line(path, "removed", old, None, value_type)
    else:
        yield Line(path, "changed", old, new, value_type)


def _nothing(value: Any) -> bool:
    return value is None or value == [] or value == {}


def _rows(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, dict) for each in value))


def _compare_rows(path: tuple[str, ...], old: list[Any], new: list[Any], value_type: Any) -> Iterator[Line]:
    pairs, removed, added = _match(old, new)
    for before, after in pairs:
        yield from _compare((*path, f"[{_name(after)}]"), before, after, value_type)
    for row in removed:
        yield Line((*path, f"[{_name(row)}]"), "removed", row, None, value_type)
    for row in added:
        yield Line((*path, f"[{_name(row)}]"), "added", None, row, value_type)
    order = [_index(old, before) for before, _ in sorted(pairs, key=lambda pair: _index(new, pair[1]))]
    if order != sorted(order):
        yield Line(path, "moved")


def _index(rows: list[Any], row: Any) -> int:
    return next(index for index, each in enumerate(rows) if each is row)


def _match(old: list[Any], new: list[Any]) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """Pair rows: equal ones, then those of the same name, then what is left on both sides by position."""
    left, right = list(enumerate(old)), list(enumerate(new))
    pairs: list[tuple[Any, Any]] = []
    for rule in (lambda a, b: same(a, b), lambda a, b: _key(a) is not None and _key(a) == _key(b)):
        for entry in list(left):
            partner = next((other for other in right if rule(entry[1], other[1])), None)
            if partner is not None:
                pairs.append((entry[1], partner[1]))
                left.remove(entry)
                right.remove(partner)
    by_place = [(a, b) for a in left for b in right if a[0] == b[0] and _key(a[1]) is None and _key(b[1]) is None]
    for a, b in by_place:
        pairs.append((a[1], b[1]))
        left.remove(a)
        right.remove(b)
    return pairs, [row for _, row in left], [row for _, row in right]


def _key(row: Mapping[str, Any]) -> tuple[str, str] | None:
    for wire in _NAMES:
        if row.get(wire) not in (None, "", [], {}):
            return wire, json.dumps(row[wire])
    return None


def _name(row: Mapping[str, Any]) -> str:
    for wire in ("name", *_NAMES):
        text = brief(row[wire]) if row.get(wire) not in (None, "", [], {}) else None
        if text:
            return text
    return brief(row) or "…"


def _label(value_type: type[Value] | None, wire: str) -> str:
    return options_of(value_type).label(wire) if value_type else words(wire)


def _inner(value_type: type[Value] | None, wire: str) -> type[Value] | None:
    for name, info in (value_type.model_fields if value_type else {}).items():
        if (info.alias or wire_name(name)) == wire:
            return next(iter(value_types(info.annotation)), None)
    return None
