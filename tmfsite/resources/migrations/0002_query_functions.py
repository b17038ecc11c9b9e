"""The SQL functions that the query language uses on PostgreSQL."""

from typing import ClassVar

from django.db import migrations

from tmfsite.query.postgres import POSTGRES_FUNCTIONS


def create_functions(apps, schema_editor):  # noqa: ANN001, ANN201 - Django's signature
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRES_FUNCTIONS, params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("resources", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(create_functions, migrations.RunPython.noop)]
