"""The expression tree that every query becomes, and its meaning.

A test takes a path, an operator and operands, and holds if **any** value at the path passes for **any** operand.

Path: a name step looks into objects. Each step sees through one level of array, and so does the end of the path; an
absent attribute, null and objects pass no test. Two tests on one array may be met by different elements;
`SomeElement` binds its inner expression to one element.

Comparison goes by the type of the *stored* value:

- boolean: equals `true` or `false`; has no order.
- number: by numeric value, exactly; `1` equals `1.0`.
- text that is an ISO 8601 date or date-time, against an operand that is one too: as instants. A missing zone is UTC,
  a missing time is midnight. Equality with a date-only operand means "on that day (UTC)"; fractions count to the
  microsecond.
- any other text: exactly, ordered by code points.

`ne` holds for a boolean, number or text that equals none of its operands. `regex` is a search in text only, see
`regex.py`. A test of `length` compares the number of elements of an array, or of characters of a text.
`Exists` holds if there is a value that is not null; an empty array has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from tmfsite.fields import json

type Operator = Literal["eq", "ne", "gt", "gte", "lt", "lte", "regex", "iregex"]


@dataclass(frozen=True, slots=True)
class Descend:
    """The path step `..name`: the attribute of any object at any depth, the present one included."""

    name: str


@dataclass(frozen=True, slots=True)
class Elements:
    """The path step `[*]`: the elements of an array; anything else stands for itself."""


type Step = str | int | Descend | Elements
type Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A value at the path passes the operator for one of the operands."""

    __test__ = False  # not a test case, whatever pytest thinks

    path: Path
    operator: Operator
    operands: tuple[str, ...]
    length: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """There is a value at the path, and it is not null."""

    path: Path


@dataclass(frozen=True, slots=True)
class SomeElement:
    """One and the same element at the path meets the inner expression, whose paths start at that element."""

    path: Path
    inner: "Expression"


@dataclass(frozen=True, slots=True)
class Not:
    """The item does not hold."""

    item: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """All items hold."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the items holds."""

    items: tuple["Expression", ...]


type Expression = Test | Exists | SomeElement | Not | And | Or
type Located = Test | Exists | SomeElement


def both(items: "list[Expression]") -> "Expression":
    """Return the conjunction of one or more expressions."""
    return items[0] if len(items) == 1 else And(tuple(items))


def either(items: "list[Expression]") -> "Expression":
    """Return the disjunction of one or more expressions."""
    return items[0] if len(items) == 1 else Or(tuple(items))


def relocate(node: Located, path: Path) -> Located:
    """Return the same condition at another path."""
    match node:
        case Test(_, operator, operands, length):
            return Test(path, operator, operands, length)
        case Exists():
            return Exists(path)
        case SomeElement(_, inner):
            return SomeElement(path, inner)


def tests(expression: Expression) -> Iterator[Test]:
    """Yield every test of an expression."""
    match expression:
        case Test():
            yield expression
        case And(items) | Or(items):
            for item in items:
                yield from tests(item)
        case Not(item) | SomeElement(_, item):
            yield from tests(item)


@lru_cache(maxsize=4096)
def dump(expression: Expression) -> str:
    """Write an expression as text that `load` reads, to hand it to a database function as a parameter."""
    return json.dumps(_plain(expression))


@lru_cache(maxsize=4096)
def load(text: str) -> Expression:
    """Read what `dump` wrote."""
    return _expression(json.loads(text))


def _plain(node: Expression) -> list[Any]:
    match node:
        case Test(path, operator, operands, length):
            return ["test", _plain_path(path), operator, list(operands), length]
        case Exists(path):
            return ["exists", _plain_path(path)]
        case SomeElement(path, inner):
            return ["any", _plain_path(path), _plain(inner)]
        case Not(item):
            return ["not", _plain(item)]
        case And(items):
            return ["and", *map(_plain, items)]
        case Or(items):
            return ["or", *map(_plain, items)]


def _expression(plain: list[Any]) -> Expression:
    kind, *rest = plain
    if kind == "test":
        path, operator, operands, length = rest
        return Test(_path(path), operator, tuple(operands), length)
    if kind == "exists":
        return Exists(_path(rest[0]))
    if kind == "any":
        return SomeElement(_path(rest[0]), _expression(rest[1]))
    if kind == "not":
        return Not(_expression(rest[0]))
    items = tuple(map(_expression, rest))
    return And(items) if kind == "and" else Or(items)


def _plain_path(path: Path) -> list[Any]:
    return [[step.name] if isinstance(step, Descend) else [] if isinstance(step, Elements) else step for step in path]


def _path(plain: list[Any]) -> Path:
    return tuple((Descend(step[0]) if step else Elements()) if isinstance(step, list) else step for step in plain)
