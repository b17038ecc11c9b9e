"""Sample values: what is unknown, what is wrong, and what a sample holds and lacks."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, get_origin

from tmfsite.fields import Value, json
from tmfsite.fields.json import Document
from tmfsite.resources.schema import value_types

UNKNOWN: Document = json.loads("""
{"xObject": {}, "xText": "", "xList": [], "xFalse": false,
 "xNested": {"b": [{}, "", [], null, {"z": 1, "a": null}], "a": "\\u00fcn\\u2028code"},
 "xNumber": [1.0, 1e3, 0.10, 12345678901234567890123, -0.0, -0, 1E400, 0.1e-7]}
""")
"""Attributes no API knows, in every spelling that a careless server changes."""

WRONG: Mapping[str, tuple[Any, ...]] = {
    "string": (1, True, {}, []),
    "boolean": ("true", 1, {}),
    "integer": ("1", True, 1.5, {}),
    "number": ("1", True, {}),
    "date-time": ("yesterday", 1, "2026-13-01T00:00:00Z"),
    "date": ("yesterday", 1),
    "value": ("x", 1, True),
    "reference": ("x", 1, True),
}
VERB_OF = {"L": "GET", "C": "POST", "G": "GET", "P": "PATCH", "U": "PUT", "D": "DELETE"}


def spelled(value: Any) -> str:
    """Return JSON text, which shows differences that `==` does not: `1.0` and `1`, order of keys."""
    return json.dumps(value)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted path, scalar) for every scalar inside, arrays being transparent as in filters."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    elif value is not None:
        yield path, value


def operand(value: Any) -> str:
    """Return a scalar as it stands in a query string."""
    return value if isinstance(value, str) else spelled(value)


def filter_name(path: str) -> str:
    """Return the name by which a path is filtered for equality, that of an attribute called `regex` too."""
    return f"{path}.eq" if path.endswith(".regex") else path


def with_unknown(value: Any) -> Any:
    """Return a copy of a sample with unknown attributes in every object below the top."""
    if isinstance(value, dict):
        return {name: with_unknown(inner) for name, inner in value.items()} | deepcopy(UNKNOWN)
    return [with_unknown(each) for each in value] if isinstance(value, list) else value


def absent_from(sample: Any, annotation: Any, path: str, seen: tuple[type, ...] = ()) -> Iterator[str]:
    """Yield the paths of declared nested attributes (but `@` ones) that a sample has no value for."""
    items = sample if isinstance(sample, list) else [sample]
    for value_type in value_types(annotation):
        for info in value_type.model_fields.values():
            wire = str(info.alias)
            inner = [each[wire] for each in items if isinstance(each, dict) and each.get(wire) is not None]
            if wire.startswith("@") or value_type in seen:
                continue
            if not inner:
                yield f"{path}.{wire}"
            else:
                flat = [each for one in inner for each in (one if isinstance(one, list) else [one])]
                yield from absent_from(flat, info.annotation, f"{path}.{wire}", (*seen, value_type))


def required_inside(annotation: Any) -> tuple[type[Value], str] | None:
    """Return a value type and the wire name of one of its mandatory attributes, if it has any."""
    for value_type in value_types(annotation):
        for info in value_type.model_fields.values():
            if info.is_required() and get_origin(info.annotation) is not Any:
                return value_type, str(info.alias)
    return None
