"""System checks of what resources declare: a slip in a declaration is told at start, not by a client."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import models

from tmfsite.resources import registry
from tmfsite.resources.models import Resource
from tmfsite.resources.schema import Schema, schema_of


@register
def declarations_hold(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """Check every resource of the given apps, or of all."""
    chosen = apps.get_app_configs() if app_configs is None else app_configs
    return [
        message
        for config in chosen
        for model in config.get_models()
        if issubclass(model, Resource)
        for message in check_declaration(model)
    ]


def check_declaration(model: type[models.Model]) -> list[CheckMessage]:
    """Return what is wrong with the declaration of one resource."""
    try:
        schema = schema_of(model)
    except TypeError as error:
        return [Error(str(error), obj=model, id="resources.E001")]
    return [*_names(schema), *_clashes(schema), *_lifecycles(schema), *_publication(schema)]


def _names(schema: Schema) -> Iterator[CheckMessage]:
    declared = {
        "mandatory": schema.mandatory,
        "server_set": schema.api.server_set,
        "not_patchable": schema.api.not_patchable,
        "not_postable": schema.api.not_postable,
        "defaults": tuple(schema.api.defaults),
        "inverses": tuple(schema.inverses),
    }
    for where, names in declared.items():
        for name in names:
            if name not in schema.attributes:
                yield Error(f"{where} names {name}, which is no attribute.", obj=schema.model, id="resources.E002")
    fields = {field.name for field in schema.model._meta.concrete_fields}
    for where, names in {"wire": tuple(schema.api.wire), "hidden": schema.api.hidden}.items():
        for name in names:
            if name not in fields:
                yield Error(f"{where} names {name}, which is no field.", obj=schema.model, id="resources.E003")


def _clashes(schema: Schema) -> Iterator[CheckMessage]:
    names = Counter(attribute.wire for attribute in schema._attributes())
    names["href"] += 1  # every resource has it
    for name, count in names.items():
        if count > 1:
            yield Error(f"The wire name {name} stands for {count} attributes.", obj=schema.model, id="resources.E004")


def _lifecycles(schema: Schema) -> Iterator[CheckMessage]:
    for lifecycle in schema.lifecycles:
        if lifecycle.attribute not in schema.by_field:
            yield Error(
                f"The lifecycle is one of {lifecycle.attribute}, which is no attribute.",
                obj=schema.model,
                id="resources.E005",
            )
        named = (*lifecycle.released, *([lifecycle.initial] if lifecycle.initial else []))
        for state in named:
            if state not in lifecycle.states:
                yield Error(f"The lifecycle does not have the state {state}.", obj=schema.model, id="resources.E006")


def _publication(schema: Schema) -> Iterator[CheckMessage]:
    published = registry.publications_of(schema.model)
    if not published:
        return
    if schema.model not in admin.site._registry:
        yield Warning(
            "An API publishes it, but people cannot see it.",
            hint="Register a ResourceAdmin.",
            obj=schema.model,
            id="resources.W001",
        )
    kinds = {kind for each in published for kind in (schema.api.events if each.events is None else each.events)}
    changeable = any(letter in each.verbs for each in published for letter in "PU")  # a task is done at once
    if "StateChange" in kinds and changeable and not schema.lifecycles:
        yield Warning(
            "It declares StateChange events, but no lifecycle, so there will never be one.",
            obj=schema.model,
            id="resources.W002",
        )
