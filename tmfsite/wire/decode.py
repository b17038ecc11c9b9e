"""Wire form to resource: kinds, mandatory attributes and value types are checked, the rest is kept as it came."""

import math
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import models
from pydantic import ValidationError

from tmfsite.fields import json
from tmfsite.fields.instants import parse_instant
from tmfsite.fields.values import Value
from tmfsite.resources.errors import Invalid
from tmfsite.resources.schema import IDENTITY, Attribute, Schema, schema_of
from tmfsite.wire.encode import encode_scalar

type Fault = tuple[tuple[str | int, ...], str, bool]
"""Path, message, and whether something mandatory is missing."""

_MISSING = object()


def decode(
    instance: models.Model,
    document: json.Document,
    *,
    before: json.Document | None,
    trusted: bool = False,
    mandatory: tuple[str, ...] | None = None,
) -> set[str]:
    """Put a document's attributes on an instance and return the names of the fields that changed.

    `before` is the present representation for an update (an attribute absent from `document` is removed), None for a
    creation. `trusted` honours the attributes that only the server sets (imports). `mandatory` are the attributes
    that must be there, and cannot be removed, instead of those of the model. Raises `Invalid` naming every fault; the
    instance is then not to be used.
    """
    schema = schema_of(type(instance))
    faults: list[Fault] = []
    changed: set[str] = set()
    extension: json.Document = {} if before is None else dict(instance.extension or {})  # type: ignore[attr-defined]
    old = before or {}
    for wire in _touched(document, old):
        value = document.get(wire)
        if wire == "href":
            faults += _fixed(wire, value, old)
            continue
        attribute = schema.attributes.get(wire)
        if attribute is None:
            _extend(extension, wire, value)
            continue
        if not trusted and (before is None and not attribute.postable):
            continue
        if not trusted and before is not None and not attribute.patchable:
            faults += _fixed(wire, value, old, schema.type_name)
            continue
        extension.pop(wire, None)
        column, fault = _column_value(attribute, value)
        if fault:
            faults += fault
            continue
        if not attribute.is_json and value is not None and not _same_spelling(encode_scalar(attribute, column), value):
            extension[wire] = value
        setattr(instance, attribute.name, column)
        changed.add(attribute.name)
    faults += [
        ((wire,), "is mandatory", True)
        for wire in (schema.mandatory if mandatory is None else mandatory)
        if document.get(wire) is None and (mandatory is None or before is None or wire in before)
    ]
    if faults:
        raise _invalid(faults)
    if (extension or None) != (instance.extension or None):  # type: ignore[attr-defined]
        instance.extension = extension or None  # type: ignore[attr-defined]
        changed.add("extension")
    return changed


def _touched(document: json.Document, before: json.Document) -> Iterator[str]:
    for wire, value in document.items():
        if before.get(wire, _MISSING) is not value and (value is not None or wire in before):
            present = before.get(wire)
            if present is None or not same(present, value):
                yield wire
    yield from (wire for wire in before if wire not in document)


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; unlike Python's `==`, `true` and `1` differ, and `1` and `1.0` not."""
    if one is other:
        return True
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _same_spelling(rendered: Any, sent: Any) -> bool:
    return type(rendered) is type(sent) and rendered == sent


def _extend(extension: json.Document, wire: str, value: Any) -> None:
    if value is None:
        extension.pop(wire, None)
    else:
        extension[wire] = value


def _fixed(wire: str, value: Any, before: json.Document, type_name: str = "") -> Iterator[Fault]:
    """An attribute that cannot be patched: repeating its value is no fault (TMF630 rule 60)."""
    present = before.get(wire, type_name if wire == "@type" else None)
    if before and not same(present, value):
        yield (wire,), "cannot be changed", False


def _column_value(attribute: Attribute, value: Any) -> tuple[Any, list[Fault]]:
    if value is None:
        return (None if attribute.field.null else attribute.field.get_default()), []
    if attribute.is_json:
        return value, list(_value_faults(attribute, value))
    column, message = _scalar(attribute, value)
    return column, [((attribute.wire,), message, False)] if message else []


def _value_faults(attribute: Attribute, value: Any) -> Iterator[Fault]:
    adapter = getattr(attribute.field, "adapter", None)
    if adapter is None:
        return
    for path, message, missing in _faults(adapter.validate_python, value):
        yield (attribute.wire, *path), message, missing


def _faults(validate: Callable[[Any], Any], value: Any) -> Iterator[Fault]:
    try:
        validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            missing = fault["type"] == "missing"
            message = "is mandatory" if missing else fault["msg"].removeprefix("Value error, ")
            yield fault["loc"], message, missing


def check_value(value_type: type[Value], document: json.Document) -> None:
    """Raise `Invalid` for a document that is no value of a type."""
    faults = list(_faults(value_type.model_validate, document))
    if faults:
        raise _invalid(faults)


def _scalar(attribute: Attribute, value: Any) -> tuple[Any, str]:
    """Return the column value of a scalar and, if it does not fit, why."""
    kind = attribute.kind
    if kind == "boolean":
        return (value, "") if isinstance(value, bool) else (None, "must be true or false")
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None, "must be a number"
        if kind == "number":
            return float(value), ""
        if value != int(value) or abs(value) >= 2**31:
            return None, "must be a whole number"
        return int(value), ""
    if not isinstance(value, str):
        return None, "must be a text"
    if kind in ("date-time", "date"):
        moment = parse_instant(value)
        if moment is None:
            return None, "must be an ISO 8601 date-time such as 2026-01-31T12:00:00Z" if value else ""
        return (moment if kind == "date-time" else date.fromisoformat(value[:10])), ""
    if "\x00" in value:
        return None, "must not hold a NUL character"
    limit = attribute.field.max_length
    return (
        (value, "") if limit is None or len(value) <= limit else (None, f"must not be longer than {limit} characters")
    )


def _invalid(faults: list[Fault]) -> Invalid:
    faults.sort(key=lambda fault: not fault[2])
    path, _, missing = faults[0]
    shown = "; ".join(f"{dotted(path)} {message}" for path, message, _ in faults[:10])
    more = f" (and {len(faults) - 10} more)" if len(faults) > 10 else ""
    return Invalid(
        shown + more,
        code="23" if missing else "24",
        path=dotted(path),
        faults=tuple((path, message) for path, message, _ in faults),
    )


def dotted(path: tuple[str | int, ...]) -> str:
    """Return a path for people: `('note', 0, 'text')` is `note[0].text`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def drop_stale_spelling(schema: Schema, instance: models.Model) -> None:
    """Forget the client's spelling of scalars that the server has since set to something else."""
    extension = instance.extension  # type: ignore[attr-defined]
    for wire in [name for name in extension or () if name in schema.attributes and name not in IDENTITY]:
        attribute = schema.attributes[wire]
        column, message = _scalar(attribute, extension[wire])
        if message or column != getattr(instance, attribute.name):
            extension = {name: value for name, value in extension.items() if name != wire}
    instance.extension = extension or None  # type: ignore[attr-defined]
