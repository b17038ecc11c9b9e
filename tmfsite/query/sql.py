"""Expressions as SQL over the columns of a resource, the same answers as `memory.py`.

Identifiers come from model declarations only and operands are parameters, so that queries of one shape share one
text and with it one prepared statement. Scalars are tested as columns, in forms an index can serve; values and
references as JSON, by `postgres.py` or `sqlite.py`; undeclared attributes in the JSON column `extension`. Equality of a
reference's `id` is answered by the link table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.apps import apps

from tmfsite.query import postgres, sqlite
from tmfsite.query.errors import QueryError
from tmfsite.query.expression import (
    And,
    Descend,
    Elements,
    Exists,
    Expression,
    Located,
    Not,
    Or,
    Path,
    SomeElement,
    Test,
    relocate,
)
from tmfsite.query.fragments import FALSE, TRUE, Dialect, Sql, join, negate
from tmfsite.query.operands import fits, read
from tmfsite.query.sort import SortKey
from tmfsite.resources.schema import Inverse, Schema

_ORDERING = ("gt", "gte", "lt", "lte")
_HERE: Path = ()

DIALECTS: dict[str, Dialect] = {"postgresql": postgres.DIALECT, "sqlite": sqlite.DIALECT}


class AttributeLike(Protocol):
    """What the query language knows of an attribute; see `tmfsite.resources.schema.Attribute`."""

    @property
    def wire(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def field(self) -> Any: ...


class SchemaLike(Protocol):
    """What the query language knows of a resource; see `tmfsite.resources.schema.Schema`."""

    type_name: str
    attributes: dict[str, Any]
    inverses: Mapping[str, Inverse]

    @property
    def links(self) -> dict[str, str | None]: ...
    @property
    def keys(self) -> frozenset[str]: ...
    def content_type_id(self) -> int: ...
    def href_sql(self, alias: str) -> str: ...


@lru_cache(maxsize=2048)
def where(expression: Expression, schema: Any, *, vendor: str, alias: str = "t", href_prefix: str = "") -> Sql:
    """Return the condition for rows of `alias`; raises `QueryError` where an operand does not fit its attribute.

    `vendor` is Django's name of the database, `href_prefix` what stands before the id in every href.
    """
    return _Table(schema, DIALECTS[vendor], alias, href_prefix).condition(expression)


def order_by(sort: Sequence[SortKey], schema: Any, *, vendor: str, alias: str = "t") -> Sql:
    """Return what follows ORDER BY: missing values last, ties in order of creation."""
    return _order_by(tuple(sort), schema, vendor, alias)


@lru_cache(maxsize=1024)
def _order_by(sort: tuple[SortKey, ...], schema: Any, vendor: str, alias: str) -> Sql:
    table = _Table(schema, DIALECTS[vendor], alias, "")
    keys = [found for key in sort if (found := table.sort_key(key))]
    return join(", ", [*keys, Sql(f"{alias}.id")])


@dataclass(frozen=True, slots=True)
class _Table:
    schema: SchemaLike
    dialect: Dialect
    alias: str
    href_prefix: str

    def condition(self, node: Expression) -> Sql:
        match node:
            case And(items):
                return join(" AND ", [self.condition(item) for item in items]).enclosed()
            case Or(items):
                return join(" OR ", [self.condition(item) for item in items]).enclosed()
            case Not(item):
                return negate(self.condition(item))
            case Test() | Exists() | SomeElement():
                return self.located(node)

    def located(self, node: Located) -> Sql:
        if not node.path or not isinstance(node.path[0], str | Descend):
            return FALSE
        first, rest = node.path[0], node.path[1:]
        if isinstance(first, Descend):
            return self.anywhere(node, first, rest)
        return self.attribute(first, relocate(node, rest))

    def anywhere(self, node: Located, first: Descend, rest: Path) -> Sql:
        """`..name` is the attribute of that name, or one inside any JSON column."""
        columns = [each.column for each in self.schema.attributes.values() if _is_json(each)]
        places = [self.dialect.json_test(self.column(name), node) for name in [*columns, "extension"]]
        if first.name in self.schema.attributes or first.name == "href":
            places.insert(0, self.attribute(first.name, relocate(node, rest)))
        return join(" OR ", places).enclosed()

    def attribute(self, name: str, node: Located) -> Sql:
        """Return a condition whose path starts inside the attribute."""
        attribute: AttributeLike | None = self.schema.attributes.get(name)
        if attribute is None and name == "href":
            return self.text(Sql(self.schema.href_sql(self.alias), (self.href_prefix,)), node)
        if attribute is None:
            return self.dialect.json_test(self.column("extension"), relocate(node, (name, *node.path)))
        if _is_json(attribute):
            return self.nested(attribute, node)
        return self.scalar(attribute, node)

    def column(self, name: str) -> Sql:
        return Sql(f'{self.alias}."{name}"')

    # --- values and references -------------------------------------------------------------------------------------

    def nested(self, attribute: AttributeLike, node: Located) -> Sql:
        column = self.column(attribute.column)
        link = self.link((attribute.wire, *node.path), node) if isinstance(node, Test) else None
        if link:
            return link
        test = self.dialect.json_test(column, node)
        if isinstance(node, SomeElement):  # let the index narrow what the same-element test has to look at
            items = node.inner.items if isinstance(node.inner, And) else (node.inner,)
            narrowing = [
                link
                for item in items
                if isinstance(item, Test) and (link := self.link((attribute.wire, *node.path, *item.path), item))
            ]
            return join(" AND ", [*narrowing, test]).enclosed()
        return test

    def link(self, path: Path, test: Test) -> Sql | None:
        """Return the condition on the link table that is equal to the test, None if there is none."""
        if test.operator != "eq" or test.length or not all(isinstance(step, str) for step in path):
            return None
        place = ".".join(map(str, path))
        reference = place if place in self.schema.keys else place.removesuffix(".id")
        if (
            (reference == place and place not in self.schema.keys)
            or reference not in self.schema.links
            or read("eq", test.operands).spans
            or not all(map(_is_linked, test.operands))
        ):
            return None
        if (inverse := self.schema.inverses.get(reference)) is not None:
            return self.inverse_link(reference, inverse, test.operands)
        return self.link_to(reference, self.dialect.one_of(Sql("target_uid"), test.operands))

    def link_to(self, reference: str, target: Sql) -> Sql:
        return Sql(
            f"{self.alias}.id IN (SELECT source_id FROM resources_link "
            f"WHERE source_type_id = %s AND path = %s AND {target.text})",
            (self.schema.content_type_id(), reference, *target.params),
        )

    def inverse_link(self, reference: str, inverse: Inverse, uids: tuple[str, ...]) -> Sql:
        """Return the condition of an attribute that the references of others determine, see `wire.inverse`."""
        source: Schema = apps.get_model(inverse.source).schema()
        wanted = self.dialect.one_of(Sql("s.uid"), uids)
        latest = " AND s.is_latest" if source.versioned else ""
        theirs = Sql(
            f"{self.alias}.uid IN (SELECT l.target_uid FROM resources_link l "
            f'JOIN "{source.table}" s ON s.id = l.source_id{latest} '
            f"WHERE l.source_type_id = %s AND l.path = %s AND {wanted.text})",
            (source.content_type_id(), inverse.path, *wanted.params),
        )
        elsewhere = self.dialect.one_of(Sql("target_uid"), uids)
        unknown = f'{elsewhere.text} AND NOT EXISTS (SELECT 1 FROM "{source.table}" s WHERE s.uid = target_uid)'
        return join(" OR ", [theirs, self.link_to(reference, Sql(unknown, elsewhere.params))]).enclosed()

    # --- scalars ---------------------------------------------------------------------------------------------------

    def scalar(self, attribute: AttributeLike, node: Located) -> Sql:
        column = self.column(attribute.column)
        if isinstance(node, Test) and not _fits(attribute.kind, node):
            wanted = "a date-time" if attribute.kind in ("date-time", "date") else "a number"
            raise QueryError(f"is compared with {wanted}", attribute.wire)
        if attribute.kind == "string":
            if attribute.wire == "@type":
                column = Sql(f"COALESCE({column.text}, %s)", (self.schema.type_name,))
            return self.text(column, node)
        if attribute.kind == "date":
            return self.text(self.as_sent(attribute), node)
        if not _ends_here(node.path):
            return FALSE
        if isinstance(node, SomeElement):
            return self.element(attribute, node)
        test = self.typed(attribute, column, node)
        if attribute.kind == "boolean" or not attribute.field.null:
            return test
        unfit = self.dialect.json_test(self.column("extension"), relocate(node, (attribute.wire, *node.path)))
        return Sql(f"({test.text} OR ({column.text} IS NULL AND {unfit.text}))", (*test.params, *unfit.params))

    def typed(self, attribute: AttributeLike, column: Sql, node: Test | Exists) -> Sql:
        if isinstance(node, Exists):
            return Sql(f"{column.text} IS NOT NULL", column.params)
        if attribute.kind == "date-time":
            if node.length or node.operator in ("regex", "iregex"):
                return self.text(self.as_sent(attribute), node)
            return self.dialect.moment_test(column, node.operator, node.operands)
        if node.length or node.operator in ("regex", "iregex"):
            return FALSE
        if attribute.kind == "boolean":
            return self.dialect.boolean_test(column, node.operator, node.operands)
        return self.dialect.number_test(column, node.operator, node.operands, attribute.field.get_internal_type())

    def text(self, column: Sql, node: Located) -> Sql:
        if not _ends_here(node.path):
            return FALSE
        match node:
            case Exists():
                return Sql(f"{column.text} IS NOT NULL", column.params)
            case SomeElement(_, inner):
                return self.dialect.text_element(column, inner)
            case Test(_, operator, operands, length):
                if length:
                    return self.dialect.length_test(column, operator, operands)
                return self.dialect.text_test(column, operator, operands)

    def element(self, attribute: AttributeLike, node: SomeElement) -> Sql:
        """Return a same-element condition on a scalar, which is its own and only element."""

        def inner(each: Expression) -> Sql:
            match each:
                case And(items):
                    return join(" AND ", [inner(item) for item in items]).enclosed()
                case Or(items):
                    return join(" OR ", [inner(item) for item in items]).enclosed()
                case Not(item):
                    return negate(inner(item))
                case Test() | Exists() | SomeElement():
                    return self.scalar(attribute, each)

        return join(" AND ", [self.scalar(attribute, Exists(_HERE)), inner(node.inner)]).enclosed()

    def as_sent(self, attribute: AttributeLike) -> Sql:
        """Return a date attribute as its wire text: the client's spelling if it is kept, else the server's."""
        return self.dialect.wire_text(
            self.column("extension"), attribute.wire, self.column(attribute.column), attribute.kind
        )

    # --- order -----------------------------------------------------------------------------------------------------

    def sort_key(self, key: SortKey) -> Sql | None:
        """Return a sort key, None where no row has a value."""
        direction = "DESC" if key.descending else "ASC"
        first, rest = key.path[0], key.path[1:]
        attribute: AttributeLike | None = self.schema.attributes.get("id" if first == "href" else first)
        if attribute is None:
            return self.dialect.json_order(self.column("extension"), key.path, direction)
        if _is_json(attribute):
            return self.dialect.json_order(self.column(attribute.column), rest, direction)
        if rest:
            return None
        return self.dialect.scalar_order(self.column(attribute.column), attribute.kind, direction)


def _is_json(attribute: AttributeLike) -> bool:
    return attribute.kind in ("value", "reference", "json")


def _is_linked(uid: str) -> bool:
    """Tell whether references to an id are in the link table."""
    return 0 < len(uid) <= 255


def _fits(kind: str, test: Test) -> bool:
    return test.length or test.operator not in _ORDERING or fits(kind, test.operands)


def _ends_here(path: Path) -> bool:
    """Tell whether a path inside a scalar is the scalar itself, as its own only element."""
    return all(isinstance(step, Elements) or step == 0 for step in path)


__all__ = ["FALSE", "TRUE", "Sql", "order_by", "where"]
