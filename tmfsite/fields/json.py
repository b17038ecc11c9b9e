"""JSON that survives a round trip: number spelling included (TMF630 rule: store what came).

``1.0`` stays ``1.0`` and ``1e3`` stays ``1e3``, although both are ordinary Python floats when computed with.
"""

import json
import math
from typing import Any, Never

import orjson

type Json = dict[str, Any] | list[Any] | str | int | float | bool | None
type Document = dict[str, Any]


class RawFloat(float):
    """A number whose JSON spelling is not the one Python would write; equal to and usable as a float."""

    __slots__ = ("raw",)
    raw: str

    def __new__(cls, raw: str) -> "RawFloat":
        number = super().__new__(cls, raw)
        number.raw = raw
        return number

    def __copy__(self) -> "RawFloat":
        return self

    def __deepcopy__(self, memo: object) -> "RawFloat":
        return self

    def __reduce__(self) -> tuple[type["RawFloat"], tuple[str]]:
        return RawFloat, (self.raw,)


class RawInt(int):
    """An integer beyond 64 bits, which orjson does not write by itself."""


_LARGEST = 2**63 - 1
_LONGEST, _FARTHEST = 1000, 10_000  # characters and exponent; PostgreSQL's numeric type ends not far beyond


def _float(text: str) -> float:
    _, _, exponent = text.lower().partition("e")
    if len(text) > _LONGEST or abs(int(exponent or 0)) > _FARTHEST:
        raise ValueError("a number is too large or too small to be compared")
    number = float(text)
    return number if math.isfinite(number) and orjson.dumps(number) == text.encode() else RawFloat(text)


def _int(text: str) -> int | float:
    if len(text) < 19:
        return RawFloat(text) if text == "-0" else int(text)
    number = int(text)
    return number if -_LARGEST <= number <= _LARGEST else RawInt(number)


def _constant(text: str) -> Never:
    raise ValueError(f"{text} is not JSON")


_decoder = json.JSONDecoder(parse_float=_float, parse_int=_int, parse_constant=_constant)
_scan = _decoder.scan_once  # type: ignore[attr-defined]


def _default(value: object) -> orjson.Fragment:
    if isinstance(value, RawFloat):
        return orjson.Fragment(value.raw)
    if isinstance(value, RawInt):
        return orjson.Fragment(str(int(value)))
    raise TypeError(f"{type(value).__name__} is not JSON")


def loads(text: str | bytes) -> Any:
    """Parse JSON text; `ValueError` (or its subclass `json.JSONDecodeError`) when it is not JSON in UTF-8."""
    text = text.decode() if isinstance(text, bytes) else text
    try:
        value, end = _scan(text, 0)
        if end == len(text):
            return value
    except (StopIteration, json.JSONDecodeError):
        pass
    return _decoder.decode(text)  # with blanks around, or a fault to be told


def dump_bytes(value: object, *, sort_keys: bool = False, indent: bool = False) -> bytes:
    """Return compact UTF-8 JSON; `orjson.Fragment` values are written as they are."""
    option = orjson.OPT_PASSTHROUGH_SUBCLASS
    option |= orjson.OPT_SORT_KEYS if sort_keys else 0
    option |= orjson.OPT_INDENT_2 if indent else 0
    return orjson.dumps(value, _default, option)


def dumps(value: object) -> str:
    """Return compact JSON text."""
    return dump_bytes(value).decode()
