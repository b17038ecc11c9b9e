"""The query language inside Django querysets, for the admin."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, Expression

from tmfsite.query.expression import Expression as Condition
from tmfsite.query.sql import where


class Matches(Expression):
    """A condition for `QuerySet.filter()`: ``ProductOffering.objects.filter(Matches(expression, schema))``.

    It may be unknown to the database where an attribute is missing: filter by a `Not` instead of using `exclude()`.
    """

    conditional = True
    allowed_default = False
    output_field = BooleanField()

    def __init__(self, expression: Condition, schema: Any, *, href_prefix: str = "") -> None:
        super().__init__()
        self.expression = expression
        self.schema = schema
        self.href_prefix = href_prefix
        self.alias = schema.model._meta.db_table

    def resolve_expression(self, query: Any = None, *args: Any, **options: Any) -> "Matches":
        """Bind the condition to the table alias of the query."""
        resolved: Matches = super().resolve_expression(query, *args, **options)
        resolved.alias = query.get_initial_alias()
        return resolved

    def relabeled_clone(self, change_map: Mapping[str, str]) -> "Matches":
        """Follow a renamed alias."""
        clone: Matches = super().relabeled_clone(change_map)
        clone.alias = change_map.get(self.alias, self.alias)
        return clone

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition in SQL."""
        alias = connection.ops.quote_name(self.alias)
        sql = where(self.expression, self.schema, vendor=connection.vendor, alias=alias, href_prefix=self.href_prefix)
        return f"({sql.text})", sql.params
