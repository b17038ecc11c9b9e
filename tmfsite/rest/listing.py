"""Pages of resources: from a parsed query to documents, without model instances.

The keys of the page are found first and the wide rows read for those only; totals are exact up to a cap and then
estimated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from tmfsite.fields import json
from tmfsite.query import Query, Sql, order_by, project, top_level, where
from tmfsite.query.paging import Page
from tmfsite.resources.registry import Publication
from tmfsite.resources.schema import Schema, schema_of
from tmfsite.wire import statements
from tmfsite.wire.encode import collection_url, composer

_FEW = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """A part of a collection: `documents` (nested values may be JSON fragments), and how many match in all."""

    documents: list[json.Document]
    total: int
    exact: bool = True


def listing(publication: Publication, query: Query, page: Page, *, released_only: bool = False) -> Result:
    """Return the page of a collection that a query asks for (TMF630 parts 1 and 6); raises `QueryError`."""
    schema = schema_of(publication.model)
    vendor, collection = statements.vendor(), collection_url(publication)
    names = None if query.fields is None else top_level(query.fields)
    condition = _condition(schema, query, vendor, collection, released_only, publication.types)
    order = order_by(query.sort, schema, vendor=vendor, alias="t")
    rows = _few(schema, names, condition, page) if page.limit and condition.text and not query.sort else []
    counted = (rows[0][-1], True) if rows else None
    if page.limit and not rows:
        keys = f'SELECT t.id FROM "{schema.table}" t{condition.text} ORDER BY {order.text} LIMIT %s OFFSET %s'
        wide = f"{statements.select(schema, vendor, names)} WHERE t.id IN ({keys}) ORDER BY {order.text}"
        parameters = [*condition.params, *order.params, page.limit, page.offset, *order.params]
        rows = statements.run(wide, parameters)
    parsed = query.fields is not None or bool(query.depth or query.expand)
    documents = composer(schema, vendor, names, parsed=parsed).page(rows, collection)
    if query.fields is not None:
        documents = [project(document, query.fields) for document in documents]
    total, exact = counted or _total(schema, condition, len(rows), page)
    return Result(documents, total, exact)


def _few(schema: Schema, names: frozenset[str] | None, condition: Sql, page: Page) -> list[Any]:
    """Return the rows of the page with the total as last column, by one evaluation of the condition.

    None when the page is empty or more than `_FEW` match: an ordered search and a bounded count are better then.
    """
    matches = f'SELECT t.id FROM "{schema.table}" t{condition.text} LIMIT {_FEW + 1}'
    keys = f"SELECT m.id, count(*) OVER () AS total FROM ({matches}) m ORDER BY m.id LIMIT %s OFFSET %s"
    select = statements.select(schema, statements.vendor(), names, more="p.total")
    return statements.run(
        f"{select} JOIN ({keys}) p ON p.id = t.id WHERE p.total <= {_FEW} ORDER BY t.id",
        [*condition.params, page.limit, page.offset],
    )


def every(schema: Schema, query: Query, *, batch: int = 500) -> Iterator[json.Document]:
    """Yield the documents of all resources that a query selects, by key, in batches."""
    vendor, collection = statements.vendor(), collection_url(schema.model)
    condition = _condition(schema, query, vendor, collection, released_only=False)
    glue = " AND" if condition.text else " WHERE"
    sql = f"{statements.select(schema, vendor)}{condition.text}{glue} t.id > %s ORDER BY t.id LIMIT %s"
    compose, last = composer(schema, vendor, parsed=True), 0
    while rows := statements.run(sql, [*condition.params, last, batch]):
        yield from compose.page(rows, collection)
        last = rows[-1][0]


def _condition(
    schema: Schema, query: Query, vendor: str, collection: str, released_only: bool, types: tuple[str, ...] = ()
) -> Sql:
    parts: list[str] = []
    parameters: list[Any] = []
    if query.expression is not None:
        condition = where(query.expression, schema, vendor=vendor, alias="t", href_prefix=collection)
        parts.append(f"({condition.text})")
        parameters += condition.params
    if released_only and schema.versioned:
        parts.append("t.is_current")
    if types:
        parts.append(types_condition(types))
        parameters += [*types, *types]
    return Sql(f" WHERE {' AND '.join(parts)}" if parts else "", tuple(parameters))


def types_condition(types: tuple[str, ...]) -> str:
    """Return the condition that `Publication.shows` states, with each type twice as parameter."""
    marks = ", ".join(["%s"] * len(types))
    return f"(t.at_type IN ({marks}) OR t.at_base_type IN ({marks}))"


def _total(schema: Schema, condition: Sql, found: int, page: Page) -> tuple[int, bool]:
    if found < (page.limit or 0) and (found or not page.offset):
        return page.offset + found, True
    cap = settings.TMF_EXACT_COUNT_LIMIT
    source = f'FROM "{schema.table}" t{condition.text}'
    inner = f"SELECT 1 {source}"
    bounded, parameters = f"SELECT count(*) FROM ({inner} LIMIT %s) x", [*condition.params, cap + 1]
    if statements.vendor() == "postgresql":  # a bound costs half as much again as counting, so small tables have none
        bounded = (
            f"SELECT CASE WHEN (SELECT reltuples <= {cap} FROM pg_class WHERE oid = '\"{schema.table}\"'::regclass) "
            f"THEN (SELECT count(*) {source}) ELSE ({bounded}) END"
        )
        parameters = [*condition.params, *parameters]
    counted = int(statements.run(bounded, parameters)[0][0])
    return (counted, True) if counted <= cap else (max(_estimate(inner, condition.params), counted), False)


def _estimate(sql: str, parameters: Sequence[Any]) -> int:
    """Ask PostgreSQL's planner; SQLite counts."""
    if statements.vendor() != "postgresql":
        return int(statements.run(f"SELECT count(*) FROM ({sql}) x", parameters)[0][0])
    with connection.cursor() as cursor:  # EXPLAIN cannot be prepared with parameters
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])
