"""What a worker keeps of an import or export job."""

from django.db import migrations, models

import tmfsite.fields


def columns(model: str) -> list[migrations.AddField]:
    """Return the operations that give a job model its columns."""
    fields = {
        "attempts": models.PositiveSmallIntegerField(default=0, editable=False),
        "claimed_until": models.DateTimeField(blank=True, editable=False, null=True),
        "file": models.CharField(blank=True, default="", editable=False, max_length=255),
        "result": tmfsite.fields.JsonField(blank=True, editable=False, null=True),
    }
    return [migrations.AddField(model_name=model, name=name, field=field) for name, field in fields.items()]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        *columns("importjob"),
        *columns("exportjob"),
        migrations.AddField(model_name="importjob", name="dry_run", field=models.BooleanField(default=False)),
    ]
