"""The query parameters of lists, and the query language as a DRF filter backend (TMF630 part 1)."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from tmfsite.fields.values import Value
from tmfsite.query import Matches, parse
from tmfsite.resources.schema import Attribute, Schema, schema_of, value_types
from tmfsite.rest.openapi.schemas import value_components
from tmfsite.wire.encode import collection_url

type Parameter = dict[str, Any]

_ORDERED = "several values by comma; also `{name}.gt`, `.gte`, `.lt`, `.lte`, `.ne`"
_OPERATORS = {
    "boolean": "`true` or `false`.",
    "string": "Equals; several values by comma; also `{name}.ne`, `{name}.regex`.",
    "integer": f"Equals; {_ORDERED}.",
    "number": f"Equals; {_ORDERED}.",
    "date": f"That day; {_ORDERED}.",
    "date-time": f"That instant or, without a time, that day; {_ORDERED}.",
}
# What lists of values and references are asked for most; their other attributes filter as well.
_IDENTIFYING = ("id", "name", "role")


class QueryLanguage(BaseFilterBackend):
    """Filters a queryset of resources by the query string, and tells what can be asked."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        """Return the resources that the filters in the query string select; raises `QueryError`."""
        expression = parse(request._request.META["QUERY_STRING"]).expression
        if expression is None:
            return queryset
        model = queryset.model
        return queryset.filter(Matches(expression, schema_of(model), href_prefix=collection_url(model)))

    def get_schema_operation_parameters(self, view: Any) -> list[Parameter]:
        """Return the OpenAPI parameters of filters on the view's resource."""
        return list(attribute_parameters(schema_of(view.model)))


def attribute_parameters(schema: Schema) -> Iterator[Parameter]:
    """Yield a parameter for every attribute, or for what identifies the values in it.

    Deeper and unknown attributes are filtered by as well, under their dotted path; to list them all would help nobody.
    """
    yield _parameter("id", "string")
    yield _parameter("href", "string")
    for attribute in schema.attributes.values():
        if attribute.wire != "id":
            for path, kind in attribute_paths(attribute):
                yield _parameter(path, kind)


def value_parameters(value_type: type[Value]) -> Iterator[Parameter]:
    """Yield a parameter for every scalar attribute of a value."""
    for name, kind in _leaves(value_type).items():
        yield _parameter(name, kind)


def attribute_paths(attribute: Attribute) -> Iterator[tuple[str, str]]:
    """Yield (dotted path, kind) by which a client would filter on an attribute."""
    if not attribute.is_json:
        yield attribute.wire, attribute.kind
        return
    for value_type in value_types(getattr(attribute.field, "value_type", None)):
        leaves = _leaves(value_type)
        if attribute.many or attribute.kind == "reference":
            leaves = {name: leaves[name] for name in _IDENTIFYING if name in leaves} or leaves
        for name, kind in leaves.items():
            yield f"{attribute.wire}.{name}", kind


@cache
def _leaves(value_type: type[Value]) -> dict[str, str]:
    properties = value_components([value_type])[value_type.__name__]["properties"]
    kinds = {name: (each.get("type"), each.get("format")) for name, each in properties.items()}
    return {
        name: "date-time" if form == "date-time" else kind for name, (kind, form) in kinds.items() if kind in _OPERATORS
    }


def _parameter(name: str, kind: str) -> Parameter:
    return {
        "name": name,
        "in": "query",
        "description": _OPERATORS[kind].format(name=name),
        # A text, because it may be a list of values.
        "schema": {"type": "boolean" if kind == "boolean" else "string"},
    }
