"""`manage.py resource ProductOffering`: print what is derived from the declaration of a resource."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from inspect import getdoc
from textwrap import indent
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.management.base import BaseCommand, CommandError
from django.urls import get_resolver

from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Value
from tmfsite.resources import registry
from tmfsite.resources.models import Resource
from tmfsite.resources.schema import Attribute, Schema, schema_of, value_types

_COLLECTION = {"L": "GET", "C": "POST"}
_ITEM = {"G": "GET", "P": "PATCH", "U": "PUT", "D": "DELETE"}


class Command(BaseCommand):
    """Prints the model, routes, attributes, values, references, lifecycles, events, filters and admin of a resource."""

    help = "Print what is derived from the declaration of a resource."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="Name of the resource, such as ProductOffering; none lists all.")

    def handle(self, *, name: str | None, **options: Any) -> None:
        """Print."""
        _ = get_resolver().url_patterns  # the routes declare the APIs
        models = {model.__name__.lower(): model for model in apps.get_models() if issubclass(model, Resource)}
        if name is None:
            self.stdout.write("\n".join(sorted(model.__name__ for model in models.values())))
            return
        if name.lower() not in models:
            known = ", ".join(sorted(model.__name__ for model in models.values()))
            raise CommandError(f"There is no resource {name}; there are {known}.")
        self.stdout.write("\n".join(derivation(schema_of(models[name.lower()]))))


def derivation(schema: Schema) -> Iterator[str]:
    """Yield the lines that tell what is derived from a declaration."""
    yield from _section(schema.type_name, _identity(schema))
    yield from _section("Routes", _routes(schema))
    yield from _section("Attributes", _table(_attribute(schema, each) for each in schema.attributes.values()))
    yield from _section("Values", _values(schema))
    yield from _section("References", _table((path, f"-> {to or 'anything'}") for path, to in schema.links.items()))
    for lifecycle in schema.lifecycles:
        moves = _table(
            (state, "-> " + (", ".join(lifecycle.targets(state)) or "(final)")) for state in lifecycle.states
        )
        facts = [f"initial: {lifecycle.initial}", f"released: {', '.join(lifecycle.released) or '-'}"]
        facts.append(f"other states: {'kept' if lifecycle.open else 'refused'}")
        yield from _section(f"Lifecycle of {schema.by_field[lifecycle.attribute].wire}", [*facts, *moves])
    yield from _section("Events", _events(schema))
    yield from _section("Filters", _filters(schema))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield title
        yield indent("\n".join(body), "  ")
        yield ""


def _table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    cells = list(rows)
    if not cells:
        return []
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _identity(schema: Schema) -> Iterator[str]:
    model = schema.model
    yield (getdoc(model) or "").partition("\n")[0]
    page = admin.site._registry.get(model)
    shown = f"{type(page).__module__}.{type(page).__name__}" if page is not None else "none"
    yield from _table(
        [
            ("model", f"{model.__module__}.{model.__name__}{' (versioned)' if schema.versioned else ''}"),
            ("table", schema.table),
            ("admin", shown),
        ]
    )


def _routes(schema: Schema) -> Iterator[str]:
    for each in registry.publications_of(schema.model):
        yield f"TMF{each.api.number} {each.api.title} {each.api.version}"
        for verbs, path in ((_COLLECTION, each.route), (_ITEM, f"{each.route}/{{id}}")):
            methods = " ".join(method for letter, method in verbs.items() if letter in each.verbs)
            if methods:
                yield f"  {methods.ljust(18)} {path}"


def _attribute(schema: Schema, attribute: Attribute) -> tuple[str, str, str, str]:
    field = attribute.field
    kind = attribute.kind
    if isinstance(field, ValueField):
        kind = " | ".join(each.__name__ for each in value_types(field.value_type)) + ("[]" if attribute.many else "")
    notes = [
        *(["mandatory"] if attribute.wire in schema.mandatory else []),
        *(["server-set"] if attribute.server_set else []),
        *(["not on POST"] if not attribute.postable and not attribute.server_set else []),
        *(["fixed"] if not attribute.patchable and not attribute.server_set else []),
        *(["derived"] if attribute.wire in schema.inverses else []),
        *([f"default {schema.api.defaults[attribute.wire]}"] if attribute.wire in schema.api.defaults else []),
        *([f"-> {field.to}"] if isinstance(field, ReferenceField) and field.to else []),
    ]
    return attribute.wire, kind, attribute.column, ", ".join(notes)


def _values(schema: Schema) -> Iterator[str]:
    seen: dict[type[Value], None] = {}

    def visit(annotation: Any) -> None:
        for each in value_types(annotation):
            if each not in seen:
                seen[each] = None
                for info in each.model_fields.values():
                    visit(info.annotation)

    for attribute in schema.attributes.values():
        if isinstance(attribute.field, ValueField):
            visit(attribute.field.value_type)
    for each in seen:
        names = (f"{info.alias or name}{'*' if info.is_required() else ''}" for name, info in each.model_fields.items())
        yield f"{each.__name__}: {', '.join(names)}"
    if seen:
        yield "(* mandatory)"


def _events(schema: Schema) -> Iterator[str]:
    for each in registry.publications_of(schema.model):
        kinds = schema.api.events if each.events is None else each.events
        for kind in kinds:
            yield f"{each.api.key}  {each.event_type(kind)}"


def _filters(schema: Schema) -> Iterator[str]:
    columns = [
        ", ".join(schema.by_field[name].wire if name in schema.by_field else name for name in index.fields)
        for index in schema.model._meta.indexes
        if index.fields
    ]
    yield "every attribute by its dotted path, extension attributes too"
    if columns:
        yield f"by index: {'; '.join(columns)}"
    if schema.links:
        yield "ids of references by the link index"
