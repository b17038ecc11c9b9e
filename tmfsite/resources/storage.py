"""How PostgreSQL keeps resources."""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections

from tmfsite.resources.models import Resource


def keep_rows_whole(*, app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Keep nested values inside their row, up to a page (`post_migrate`).

    By default PostgreSQL moves the columns of rows beyond 2 kB to another table, and a representation of 3 kB then
    takes thirty page reads instead of three.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in app_config.get_models():
            if issubclass(model, Resource) and model._meta.db_table in present:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")
