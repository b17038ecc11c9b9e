"""`manage.py settings_table`: the settings as the page `docs/settings.md`."""

from argparse import ArgumentParser
from itertools import groupby
from typing import Any, Final, cast

from django.core.management import BaseCommand, CommandError
from pydantic.fields import FieldInfo

from tmfsite.settings.environment import PROJECT, Environment, expected

PAGE: Final = PROJECT / "docs" / "settings.md"
_INTRODUCTION: Final = """\
# Settings

Every setting is an environment variable. An empty variable is the same as none. A value that a setting cannot take is
refused at start, with the name of the variable and what it takes; `manage.py check` warns of a `TMF_` variable that
nothing reads.

In production `DATABASE_URL`, `CELERY_BROKER_URL`, `TMF_SECRET_KEY` and `TMF_PUBLIC_URL` must be set.

This page is made from the code by `make docs`.
"""


class Command(BaseCommand):
    """Prints, writes or checks the page."""

    help = "Print the page of the settings, write it (--write), or check that it is up to date (--check)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(PROJECT)}")
        action.add_argument("--check", action="store_true", help="fail when the page is not up to date")

    def handle(self, *args: Any, write: bool, check: bool, **options: Any) -> None:
        if write:
            PAGE.write_text(page())
        elif not check:
            self.stdout.write(page())
        elif PAGE.read_text() != page():
            raise CommandError(f"{PAGE.relative_to(PROJECT)} is not up to date: run `make docs`.")


def page() -> str:
    """Return the page: one table per group, in the order of declaration."""
    fields = Environment.model_fields.items()
    groups = groupby(fields, key=lambda item: _extra(item[1])["group"])
    return "\n".join([_INTRODUCTION, *(_table(title, dict(items)) for title, items in groups)])


def _table(title: str, fields: dict[str, FieldInfo]) -> str:
    rows = [
        f"| `{name}` | {expected(name)} | {_default(field)} | {field.description} |" for name, field in fields.items()
    ]
    return "\n".join(
        [f"## {title}", "", "| Variable | Takes | Default | Meaning |", "| --- | --- | --- | --- |", *rows, ""]
    )


def _default(field: FieldInfo) -> str:
    if shown := _extra(field)["shown"]:
        return str(shown)
    default = field.default
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _extra(field: FieldInfo) -> dict[str, Any]:
    return cast(dict[str, Any], field.json_schema_extra)
