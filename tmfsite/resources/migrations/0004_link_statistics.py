"""What PostgreSQL should know of links: a target is of one type, and stands at few paths.

Without it the planner takes the three for independent and expects too few links of a target by far.
"""

from typing import ClassVar

from django.db import migrations

STATISTICS = (
    "CREATE STATISTICS IF NOT EXISTS resources_link_dependencies (dependencies) "
    "ON source_type_id, path, target_uid FROM resources_link"
)


def create_statistics(apps, schema_editor):  # noqa: ANN001, ANN201 - Django's signature
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(STATISTICS)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("resources", "0003_extension_type")]
    operations: ClassVar = [migrations.RunPython(create_statistics, migrations.RunPython.noop)]
