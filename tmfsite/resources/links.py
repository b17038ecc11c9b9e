"""References found in a resource's attributes, and where they lead."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

from tmfsite.resources import registry
from tmfsite.resources.schema import Attribute, Schema, schema_of


def links_of(schema: Schema, attribute: Attribute, value: Any) -> Iterator[tuple[str, int | None, str]]:
    """Yield (path, target content type id, target uid) of every reference in an attribute's value."""
    for path in schema.link_holders[attribute]:
        to = schema.links[path]
        for found in _at(value, path.split(".")[1:]):
            reference = found if isinstance(found, dict) else {"id": found}
            uid = reference.get("id")
            if isinstance(uid, str) and 0 < len(uid) <= 255:
                yield path, _target_id(reference.get("@referredType"), to), uid


def _at(value: Any, steps: list[str]) -> Iterator[dict[str, Any] | str]:
    if isinstance(value, list):
        for each in value:
            yield from _at(each, steps)
    elif steps and isinstance(value, dict):
        yield from _at(value.get(steps[0]), steps[1:])
    elif not steps and isinstance(value, dict | str):
        yield value


def _target_id(referred_type: Any, to: str | None) -> int | None:
    """The declared target counts; an open reference goes by its `@referredType`."""
    model = _model(to) if to else registry.model_for(referred_type if isinstance(referred_type, str) else None)
    return schema_of(model).content_type_id() if model is not None else None


@cache
def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:
        return None


def target_exists(content_type_id: int, uid: str) -> bool:
    """Tell whether a resource of this type and uid is kept here."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return model is not None and model._default_manager.filter(uid=uid).exists()
