"""`manage.py load_demo`: put the demo catalogs into the store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

import catalog
from catalog.models import ProductOffering, ResourceSpecification, ServiceSpecification
from catalog.services.import_entities import Step, exchanged, import_entities
from catalog.services.read_entries import Found, read_entries
from tmfsite.operations import Actor
from tmfsite.resources import registry
from tmfsite.resources.registry import OpenApi

FOLDER = Path(catalog.__file__).parent / "demo"
LARGEST = 16 * 1024 * 1024
ORDER: tuple[type[models.Model], ...] = (ResourceSpecification, ServiceSpecification, ProductOffering)
"""A resource of each catalog: those first that others refer to."""


def demo_files(api: OpenApi) -> Iterator[Found]:
    """Yield the entities of an API's demo files, which are named after its resources."""
    for name in sorted(each.path for each in exchanged(api)):
        path = FOLDER / f"{name}.json"
        if path.exists():
            with path.open("rb") as content:
                yield from read_entries(content, path.name, max_bytes=LARGEST)


class Command(BaseCommand):
    """Loads what is new or different; may be repeated."""

    help = "Load the demo catalogs of an invented operator; repeating it changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Import the demo files."""
        steps: list[Step] = []
        for model in ORDER:
            publication = registry.publication_of(model)
            if publication is None:
                raise CommandError(f"no API publishes {model._meta.verbose_name_plural}")
            api = publication.api
            report = import_entities(demo_files(api), api=api, actor=Actor("system", "load_demo"))
            if report.problems:
                raise CommandError(report.error_log)
            steps += report.steps
        counts = [
            f"{sum(step.action == action for step in steps)} {word}"
            for action, word in (("create", "created"), ("update", "updated"), ("unchanged", "unchanged"))
        ]
        self.stdout.write(f"demo catalog: {', '.join(counts)}")
