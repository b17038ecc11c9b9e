"""Evaluates expressions over a parsed wire document; also the evaluator behind the SQLite functions.

Loops are written out where a generator would double the cost: the dispatcher asks thousands of times a second.
"""

import operator as comparisons
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2

from tmfsite.query.expression import (
    And,
    Descend,
    Elements,
    Exists,
    Expression,
    Not,
    Operator,
    Or,
    Path,
    SomeElement,
    Test,
)
from tmfsite.query.operands import instant, read
from tmfsite.query.regex import translate

type Predicate = Callable[[Any], bool]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "gt": comparisons.gt,
    "gte": comparisons.ge,
    "lt": comparisons.lt,
    "lte": comparisons.le,
}


def matches(expression: Expression | None, document: Any) -> bool:
    """Tell whether a document meets an expression; None is met by all."""
    return expression is None or compile_memory(expression)(document)


@lru_cache(maxsize=4096)
def compile_memory(expression: Expression) -> Predicate:
    """Return a function that tells whether a document meets the expression."""
    match expression:
        case And(items):
            return _all(tuple(map(compile_memory, items)))
        case Or(items):
            return _any(tuple(map(compile_memory, items)))
        case Not(item):
            return _not(compile_memory(item))
        case SomeElement(path, inner):
            return _at(path, _element(compile_memory(inner)))
        case Exists(path):
            return _at(path, _present)
        case Test(path, _, _, length=True):
            return _at(path, _measure(_value_test(expression.operator, expression.operands)), unwrap=False)
        case Test(path, operator, operands):
            return _at(path, _value_test(operator, operands))


def _all(predicates: tuple[Predicate, ...]) -> Predicate:
    def test(node: Any) -> bool:
        for predicate in predicates:  # noqa: SIM110
            if not predicate(node):
                return False
        return True

    return test


def _any(predicates: tuple[Predicate, ...]) -> Predicate:
    def test(node: Any) -> bool:
        for predicate in predicates:  # noqa: SIM110
            if predicate(node):
                return True
        return False

    return test


def _not(predicate: Predicate) -> Predicate:
    return lambda node: not predicate(node)


def _present(node: Any) -> bool:
    return node is not None


def _element(predicate: Predicate) -> Predicate:
    return lambda node: node is not None and predicate(node)


def _measure(predicate: Predicate) -> Predicate:
    return lambda node: isinstance(node, list | str) and predicate(len(node))


# --- paths ---------------------------------------------------------------------------------------------------------


def _at(path: Path, predicate: Predicate, *, unwrap: bool = True) -> Predicate:
    """Return a function that tells whether any value at the path, seen from its argument, passes the predicate."""
    following = _elements(predicate) if unwrap else predicate
    for step in reversed(path):
        if isinstance(step, str):
            following = _named(step, following)
        elif isinstance(step, int):
            following = _indexed(step, following)
        elif isinstance(step, Elements):
            following = _elements(following)
        else:
            following = _descending(step, following)
    return following


def _elements(following: Predicate) -> Predicate:
    def test(node: Any) -> bool:
        if isinstance(node, list):
            for element in node:  # noqa: SIM110
                if following(element):
                    return True
            return False
        return following(node)

    return test


def _named(name: str, following: Predicate) -> Predicate:
    def test(node: Any) -> bool:
        if isinstance(node, dict):
            return name in node and following(node[name])
        if isinstance(node, list):
            for element in node:
                if isinstance(element, dict) and name in element and following(element[name]):
                    return True
        return False

    return test


def _indexed(index: int, following: Predicate) -> Predicate:
    def test(node: Any) -> bool:
        if isinstance(node, list):
            return index < len(node) and following(node[index])
        return index == 0 and following(node)

    return test


def _descending(step: Descend, following: Predicate) -> Predicate:
    def test(node: Any) -> bool:
        return any(following(each[step.name]) for each in _objects(node) if step.name in each)

    return test


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


# --- values --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _value_test(operator: Operator, operands: tuple[str, ...]) -> Predicate:
    """Return the test of one value, which is no array (see `expression.py` for what it means)."""
    if operator in ("regex", "iregex"):
        return _search(operands, ignore_case=operator == "iregex")
    if operator == "ne":
        equal = _equals("eq", operands)
        return lambda value: isinstance(value, str | int | float | Decimal) and not equal(value)
    return _equals(operator, operands) if operator == "eq" else _ordered(operator, operands)


def _search(patterns: tuple[str, ...], *, ignore_case: bool) -> Predicate:
    compiled = [_compile(pattern, ignore_case) for pattern in patterns]
    return lambda value: isinstance(value, str) and any(each.search(value) is not None for each in compiled)


@lru_cache(maxsize=256)
def _compile(pattern: str, ignore_case: bool) -> Any:
    return re2.compile(translate(pattern, ignore_case).re2)


def _equals(operator: Operator, operands: tuple[str, ...]) -> Predicate:
    given = read(operator, operands)
    texts, numbers, booleans, spans = (
        frozenset(given.plain),
        frozenset(given.numbers),
        given.booleans,
        given.spans,
    )

    def test(value: Any) -> bool:
        if isinstance(value, str):
            if value in texts:
                return True
            moment = instant(value) if spans else None
            return moment is not None and any(span.start <= moment < span.end for span in spans)
        if isinstance(value, bool):
            return value in booleans
        if isinstance(value, int | float | Decimal):
            return bool(numbers) and _exact(value) in numbers
        return False

    return test


def _ordered(operator: Operator, operands: tuple[str, ...]) -> Predicate:
    given = read(operator, operands)
    order = _ORDER[operator]

    def test(value: Any) -> bool:
        if isinstance(value, str):
            moment = instant(value) if given.spans else None
            if moment is None:
                return order(value, given.texts[0])
            return order(moment, given.spans[0].start) or any(order(value, text) for text in given.plain)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return False
        return any(order(_exact(value), bound) for bound in given.numbers)

    return test


def _exact(value: int | float | Decimal) -> int | Decimal:
    """Return the number as JSON spells it: the text of 0.1 is compared, not its binary neighbour."""
    if isinstance(value, float):
        return Decimal(getattr(value, "raw", None) or repr(value))
    return value
