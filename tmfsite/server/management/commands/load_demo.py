"""`manage.py load_demo`: put the demo data of the apps into the store."""

from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from catalog.services.import_entities import Action, import_entities
from catalog.services.read_entries import Found, read_entries
from tmfsite.operations import Actor

LARGEST = 16 * 1024 * 1024


def demo_entities(labels: Collection[str] = ()) -> Iterator[Found]:
    """Yield the entities in the `demo` folders of apps, of all by default.

    A file is named after the resource whose entities it holds.
    """
    for app in apps.get_app_configs():
        if labels and app.label not in labels:
            continue
        for path in sorted((Path(app.path) / "demo").glob("*.json")):
            with path.open("rb") as content:
                yield from read_entries(content, f"{app.label}/{path.name}", max_bytes=LARGEST)


class Command(BaseCommand):
    """Loads what is new or different, what others refer to first; may be repeated."""

    help = "Load the demo data: an invented operator, its catalogs and its customers; repeating it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("app", nargs="*", help="an app whose demo data to load, such as catalog; all by default")

    def handle(self, *args: Any, app: list[str], **options: Any) -> None:
        """Import the demo files."""
        report = import_entities(demo_entities(app), api=None, actor=Actor("system", "load_demo"))
        if report.problems:
            raise CommandError(report.error_log)
        counts: tuple[tuple[Action, str], ...] = (
            ("create", "created"),
            ("update", "updated"),
            ("unchanged", "unchanged"),
        )
        self.stdout.write(f"demo data: {', '.join(f'{report.count(action)} {word}' for action, word in counts)}")
