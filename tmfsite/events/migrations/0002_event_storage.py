"""How PostgreSQL keeps payloads: compressed fast and in the row, so that marking an event does not copy it."""

from typing import Any

from django.db import migrations

_HAS_LZ4 = "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"


def tune_storage(apps: Any, schema_editor: Any) -> None:
    """Compress payloads with lz4 where the server has it; vacuum the busy table early."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_HAS_LZ4)
        if cursor.fetchone():
            cursor.execute("ALTER TABLE events_event ALTER COLUMN payload SET COMPRESSION lz4")
        cursor.execute(
            "ALTER TABLE events_delivery SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)"
        )


class Migration(migrations.Migration):
    """Storage parameters only; the models stay as they are."""

    dependencies = [("events", "0001_event_hub_delivery")]

    operations = [migrations.RunPython(tune_storage, migrations.RunPython.noop, elidable=False)]
