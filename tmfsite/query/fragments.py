"""Pieces of SQL with their parameters, and what a database dialect answers for the query language."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from tmfsite.query.expression import Expression, Located, Operator


class Sql(NamedTuple):
    """SQL text with `%s` for each parameter."""

    text: str
    params: tuple[Any, ...] = ()

    def enclosed(self) -> "Sql":
        """Return it in parentheses."""
        return Sql(f"({self.text})", self.params)


TRUE = Sql("1 = 1")
FALSE = Sql("1 = 0")

SIGNS: dict[str, str] = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def join(separator: str, parts: Sequence[Sql]) -> Sql:
    """Return the parts one after the other."""
    return Sql(separator.join(part.text for part in parts), tuple(value for part in parts for value in part.params))


def either(parts: Iterable[Sql]) -> Sql:
    """Return the disjunction of conditions; false if there are none."""
    given = list(parts)
    return join(" OR ", given).enclosed() if len(given) > 1 else given[0] if given else FALSE


def negate(condition: Sql) -> Sql:
    """Return a condition that holds where the given one is false or unknown."""
    return Sql(f"(({condition.text}) IS NOT TRUE)", condition.params)


class Dialect(Protocol):
    """How one database tests columns. Every method returns a condition, or a sort key, with its parameters."""

    def one_of(self, column: Sql, texts: tuple[str, ...]) -> Sql:
        """The text column equals one of the texts."""
        ...

    def text_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        """A test of a text."""
        ...

    def text_element(self, column: Sql, inner: Expression) -> Sql:
        """A same-element condition on a text."""
        ...

    def length_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        """A test of a text's length."""
        ...

    def number_test(self, column: Sql, operator: Operator, operands: tuple[str, ...], column_type: str) -> Sql:
        """A test of a number in a column of the given Django field type."""
        ...

    def boolean_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        """A test of a boolean."""
        ...

    def moment_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        """A test of a date-time."""
        ...

    def wire_text(self, extension: Sql, name: str, column: Sql, kind: str) -> Sql:
        """A date or date-time as text: as it stands under `name` in the extension, else in wire form."""
        ...

    def json_test(self, column: Sql, node: Located) -> Sql:
        """A condition on a JSON column; the node's path starts at the column's value."""
        ...

    def scalar_order(self, column: Sql, kind: str, direction: str) -> Sql:
        """A sort key by a scalar."""
        ...

    def json_order(self, column: Sql, path: tuple[str, ...], direction: str) -> Sql:
        """A sort key by the first scalar at a path of names: numbers, then texts, then none."""
        ...
