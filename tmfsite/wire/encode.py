"""Resource to wire form, TMF v4: from an instance, or straight from a row of `statements`."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.db import models

from tmfsite.fields import json
from tmfsite.fields.instants import format_instant
from tmfsite.resources.registry import Publication, publication_of
from tmfsite.resources.schema import Attribute, Schema, schema_of
from tmfsite.wire.inverse import show_inverses

public_root: ContextVar[str] = ContextVar("public_root", default="")
"""Scheme and host that clients use, set per request; elsewhere the setting TMF_PUBLIC_URL holds."""


def collection_url(of: type[models.Model] | Publication) -> str:
    """Return the absolute URL of a collection with a trailing slash; relative if no root is known."""
    root = settings.TMF_PUBLIC_URL or public_root.get()
    if isinstance(of, Publication):
        return f"{root}{of.route}/"
    publication = publication_of(of)
    return f"{root}{publication.route}/" if publication else f"{root}/{schema_of(of).path}/"


def href_of(instance: models.Model, publication: Publication | None = None) -> str:
    """Return the absolute URL of a resource (TMF630 rule 10), in the given API or in its first one."""
    return collection_url(publication or type(instance)) + instance.uid  # type: ignore[attr-defined]


def encode_scalar(attribute: Attribute, value: Any) -> Any:
    """Return the JSON form of a column value."""
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if attribute.kind == "number" and value is not None:
        return float(value)
    return value


def document_of(instance: models.Model, *, derived: bool = True) -> json.Document:
    """Return the full representation of a resource: every attribute with a value, `id`, `href` and `@type`.

    Nested values are those of the instance, not copies. Without `derived` it holds only what is stored.
    """
    schema = schema_of(type(instance))
    document: json.Document = {"id": instance.uid, "href": href_of(instance)}  # type: ignore[attr-defined]
    for wire, attribute in schema.attributes.items():
        value = getattr(instance, attribute.name)
        if value is not None:
            document[wire] = value if attribute.is_json else encode_scalar(attribute, value)
    document.setdefault("@type", schema.type_name)
    extension = instance.extension  # type: ignore[attr-defined]
    if extension:
        document.update(extension)
    if derived and schema.inverses:
        show_inverses(schema, [document])
    return document


@lru_cache(maxsize=1000)  # clients choose the names
def composer(schema: Schema, vendor: str, names: frozenset[str] | None = None, *, parsed: bool = False) -> "Composer":
    """Return what turns rows of `statements.select` into documents.

    Nested values are JSON fragments, good for writing out, or `parsed`. `names` limits the attributes.
    """

    def conversion(attribute: Attribute) -> Callable[[Any], Any] | None:
        if attribute.is_json:
            return json.loads if parsed or attribute.wire in schema.inverses else orjson.Fragment
        return bool if vendor == "sqlite" and attribute.kind == "boolean" else None

    columns = [
        (each.wire, conversion(each))
        for each in schema.attributes.values()
        if names is None or each.wire in names or each.wire == "id"
    ]
    return Composer(schema, names, columns)


class Composer:
    """Turns one row into a document ready for orjson, without a model instance; get it from `composer`.

    The row is `(id, revision, extension, *attributes)`, JSON as text and date-times in wire form.
    """

    __slots__ = ("columns", "names", "schema", "type_name")

    def __init__(
        self,
        schema: Schema,
        names: frozenset[str] | None,
        columns: list[tuple[str, Callable[[Any], Any] | None]],
    ) -> None:
        self.schema = schema
        self.type_name = schema.type_name
        self.names = names
        self.columns = columns

    def __call__(self, row: Sequence[Any], collection: str) -> json.Document:
        document: json.Document = {"id": None, "href": None}
        index = 3
        for wire, convert in self.columns:
            value = row[index]
            index += 1
            if value is not None:
                document[wire] = value if convert is None else convert(value)
        document["href"] = collection + document["id"]
        names = self.names
        if names is None:
            if "@type" not in document:
                document["@type"] = self.type_name
            if row[2] is not None:
                document.update(json.loads(row[2]))
        else:
            if "@type" in names and "@type" not in document:
                document["@type"] = self.type_name
            if row[2] is not None:
                document.update((name, value) for name, value in json.loads(row[2]).items() if name in names)
        return document

    def page(self, rows: Sequence[Any], collection: str) -> list[json.Document]:
        """Return the documents of several rows, with what other resources determine of them."""
        documents = [self(row, collection) for row in rows]
        if self.schema.inverses:
            show_inverses(self.schema, documents, self.names)
        return documents
