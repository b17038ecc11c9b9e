"""`manage.py load_demo`: put the demo catalog into the store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import catalog
from catalog.models import ProductOffering
from catalog.services.import_entities import import_entities
from catalog.services.read_entries import Found, read_entries
from tmfsite.operations import Actor
from tmfsite.resources import registry

FOLDER = Path(catalog.__file__).parent / "demo"
LARGEST = 16 * 1024 * 1024


def demo_files() -> Iterator[Found]:
    """Yield the entities of the demo files."""
    for path in sorted(FOLDER.glob("*.json")):
        with path.open("rb") as content:
            yield from read_entries(content, path.name, max_bytes=LARGEST)


class Command(BaseCommand):
    """Loads what is new or different; may be repeated."""

    help = "Load the demo catalog of an invented operator; repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the demo files."""
        publication = registry.publication_of(ProductOffering)
        if publication is None:
            raise CommandError("no API publishes product offerings")
        report = import_entities(demo_files(), api=publication.api, actor=Actor("system", "load_demo"))
        if report.problems:
            raise CommandError(report.error_log)
        self.stdout.write(
            f"demo catalog: {report.count('create')} created, {report.count('update')} updated, "
            f"{report.count('unchanged')} unchanged"
        )
