"""A resource of every kind of attribute, kept in a table of the tests' own, and the ways to ask for it."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.test.utils import isolate_apps

from tmfsite.fields import JsonField, ReferenceField, json
from tmfsite.query import POSTGRES_FUNCTIONS, Expression, matches, where
from tmfsite.query.sort import SortKey
from tmfsite.query.sql import order_by
from tmfsite.resources.links import links_of
from tmfsite.resources.models import Link, Resource
from tmfsite.resources.schema import schema_of
from tmfsite.wire import statements
from tmfsite.wire.decode import decode
from tmfsite.wire.encode import collection_url, document_of

with isolate_apps("tmfsite.resources"):

    class QueryStage(Resource):
        """A resource with attributes of every kind."""

        name = models.CharField(max_length=255, null=True)
        lifecycle_status = models.CharField(max_length=50, default="Active")
        is_bundle = models.BooleanField(null=True)
        priority = models.IntegerField(null=True)
        rating = models.FloatField(null=True)
        amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
        start_date = models.DateTimeField(null=True)
        due_date = models.DateField(null=True)
        note = JsonField(null=True)
        place = JsonField(null=True)
        category = ReferenceField("catalog.Category", many=True)

        class Meta:
            app_label = "resources"
            db_table = "query_stage"


SCHEMA = schema_of(QueryStage)


def build() -> None:
    """Create the table, for the present transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTIONS)
        columns = [
            f'"{field.column}" {field.db_type(connection)}' + (" PRIMARY KEY" if field.primary_key else "")
            for field in QueryStage._meta.concrete_fields
        ]
        cursor.execute(f"CREATE TEMPORARY TABLE query_stage ({', '.join(columns)})")


def fill(documents: Iterable[json.Document]) -> list[json.Document]:
    """Replace the rows by these documents; return them in wire form."""
    rows = []
    for number, document in enumerate(documents, 1):
        row = QueryStage(id=number, uid=str(document.get("id", number)))
        decode(row, {name: value for name, value in document.items() if name != "id"}, before=None)
        rows.append(row)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM query_stage")
    QueryStage._base_manager.bulk_create(rows)
    Link.objects.all().delete()
    Link.objects.bulk_create(
        Link(
            source_type_id=SCHEMA.content_type_id(), source_id=row.id, path=path, target_type_id=target, target_uid=uid
        )
        for row in rows
        for path, target, uid in links_of(SCHEMA, SCHEMA.attributes["category"], row.category)
    )
    return [document_of(row) for row in rows]


def found_by_sql(expression: Expression) -> list[str]:
    """Return the ids of the rows that meet an expression."""
    sql = where(expression, SCHEMA, vendor=connection.vendor, alias="t", href_prefix=collection_url(QueryStage))
    assert sql.text.count("%s") == len(sql.params), sql
    return [uid for (uid,) in statements.run(f"SELECT uid FROM query_stage t WHERE {sql.text} ORDER BY id", sql.params)]


def found_in_memory(expression: Expression, documents: list[json.Document]) -> list[str]:
    """Return the ids of the documents that meet an expression."""
    return [document["id"] for document in documents if matches(expression, document)]


def in_order(keys: tuple[SortKey, ...]) -> list[str]:
    """Return the ids of all rows, sorted."""
    sql = order_by(keys, SCHEMA, vendor=connection.vendor, alias="t")
    return [uid for (uid,) in statements.run(f"SELECT uid FROM query_stage t ORDER BY {sql.text}", sql.params)]


def raw(document: dict[str, Any]) -> json.Document:
    """Return a document as if it had come over the wire."""
    return json.loads(json.dumps(document))
