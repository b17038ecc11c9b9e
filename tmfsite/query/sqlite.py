"""The query language on SQLite: scalars in plain SQL, JSON and odd texts by functions backed by `memory.py`."""

import sqlite3
from decimal import Decimal

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from tmfsite.fields import json
from tmfsite.query.expression import Expression, Located, Operator, Test, dump, load
from tmfsite.query.fragments import FALSE, SIGNS, Dialect, Sql, either, join, negate
from tmfsite.query.memory import compile_memory
from tmfsite.query.operands import moment_text, read
from tmfsite.query.sort import first_scalar


def _register(connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.vendor == "sqlite":
        raw: sqlite3.Connection = connection.connection
        raw.create_function("tmf_json_test", 2, _json_test, deterministic=True)
        raw.create_function("tmf_text_test", 2, _text_test, deterministic=True)
        raw.create_function("tmf_sort_value", 2, _sort_value, deterministic=True)


connection_created.connect(_register, dispatch_uid="tmfsite.query.sqlite")


def _json_test(text: str | None, condition: str) -> bool:
    return text is not None and compile_memory(load(condition))(json.loads(text))


def _text_test(text: str | None, condition: str) -> bool:
    return text is not None and compile_memory(load(condition))(text)


def _sort_value(text: str | None, dotted: str) -> str | float | None:
    """Return the first scalar at a path: a number as float, anything else as text."""
    value = None if text is None else first_scalar(json.loads(text), json.loads(dotted))
    if isinstance(value, bool):
        return "true" if value else "false"
    return float(value) if isinstance(value, int | float) else value


class _Sqlite:
    def one_of(self, column: Sql, texts: tuple[str, ...]) -> Sql:
        if len(texts) == 1:
            return Sql(f"{column.text} = %s", (*column.params, texts[0]))
        return Sql(f"{column.text} IN ({', '.join(['%s'] * len(texts))})", (*column.params, *texts))

    def text_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        if operator in ("regex", "iregex") or read(operator, operands).spans:
            return _by_function("tmf_text_test", column, Test((), operator, operands))
        if operator == "ne":
            return join(" AND ", [Sql(f"{column.text} <> %s", (*column.params, each)) for each in operands]).enclosed()
        if operator == "eq":
            return self.one_of(column, operands)
        return Sql(f"{column.text} {SIGNS[operator]} %s", (*column.params, read(operator, operands).texts[0]))

    def text_element(self, column: Sql, inner: Expression) -> Sql:
        return _by_function("tmf_text_test", column, inner)

    def length_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        return _by_function("tmf_text_test", column, Test((), operator, operands, length=True))

    def number_test(self, column: Sql, operator: Operator, operands: tuple[str, ...], column_type: str) -> Sql:
        if operator == "ne":
            equal = negate(self.number_test(column, "eq", operands, column_type))
            return Sql(f"({column.text} IS NOT NULL AND {equal.text})", (*column.params, *equal.params))
        sign = "=" if operator == "eq" else SIGNS[operator]
        numbers = read(operator, operands).numbers
        return either(Sql(f"{column.text} {sign} %s", (*column.params, _number(each))) for each in numbers)

    def boolean_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        booleans = read(operator, operands).booleans
        if operator == "ne":
            tests = [Sql(f"{column.text} <> %s", (each,)) for each in booleans]
            return join(" AND ", [Sql(f"{column.text} IS NOT NULL"), *tests]).enclosed()
        return either(Sql(f"{column.text} = %s", (each,)) for each in booleans) if operator == "eq" else FALSE

    def moment_test(self, column: Sql, operator: Operator, operands: tuple[str, ...]) -> Sql:
        given = read(operator, operands)
        if operator == "ne":
            equal = negate(self.moment_test(column, "eq", operands))
            return Sql(f"({column.text} IS NOT NULL AND {equal.text})", (*column.params, *equal.params))
        if operator == "eq":
            return either(
                Sql(f"({column.text} >= %s AND {column.text} < %s)", (_stored(span.start), _stored(span.end)))
                for span in given.spans
            )
        return Sql(f"{column.text} {SIGNS[operator]} %s", (_stored(given.spans[0].start),))

    def wire_text(self, extension: Sql, name: str, column: Sql, kind: str) -> Sql:
        text = f"strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', {column.text})" if kind == "date-time" else column.text
        return Sql(f"COALESCE(json_extract({extension.text}, %s), {text})", (f"$.{json.dumps(name)}",))

    def json_test(self, column: Sql, node: Located) -> Sql:
        return _by_function("tmf_json_test", column, node)

    def scalar_order(self, column: Sql, kind: str, direction: str) -> Sql:
        return Sql(f"{column.text} {direction} NULLS LAST", column.params)

    def json_order(self, column: Sql, path: tuple[str, ...], direction: str) -> Sql:
        value, names = f"tmf_sort_value({column.text}, %s)", json.dumps(list(path))
        rank = f"CASE typeof({value}) WHEN 'text' THEN 1 WHEN 'null' THEN 2 ELSE 0 END"
        return Sql(f"{rank}, {value} {direction}", (names, names))


def _by_function(function: str, column: Sql, condition: Expression) -> Sql:
    return Sql(f"{function}({column.text}, %s)", (*column.params, dump(condition)))


def _stored(microseconds: int) -> str:
    """Return an instant as Django stores it; as text, it sorts as the instant does."""
    return moment_text(microseconds, "", "~")


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) and abs(value) < 2**63 else float(value)


DIALECT: Dialect = _Sqlite()
