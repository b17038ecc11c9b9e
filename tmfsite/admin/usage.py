"""Where an entity is used: the references to it, from the Link table."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from tmfsite.fields.names import words
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of

LIMIT = 200


@dataclass(frozen=True)
class Use:
    """One entity that refers to another, and by which attribute."""

    entity: Any
    kind: str
    path: str
    url: str


def uses_of(entity: Any, url_of: Callable[[models.Model], str]) -> list[Use]:
    """Return who refers to an entity, at most `LIMIT`; references of the entity to itself do not count."""
    own = schema_of(type(entity)).content_type_id()
    rows = Link.objects.filter(target_type_id=own, target_uid=entity.uid).order_by("source_type_id", "source_id")
    by_type: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for source_type, source_id, path in rows.values_list("source_type_id", "source_id", "path")[: LIMIT + 50]:
        by_type[source_type][source_id].append(path)
    found: list[Use] = []
    for source_type, sources in by_type.items():
        model: Any = ContentType.objects.get_for_id(source_type).model_class()
        if model is None:
            continue
        for source in model._default_manager.filter(pk__in=list(sources)):
            if type(source) is type(entity) and source.uid == entity.uid:
                continue
            where = ", ".join(" › ".join(map(words, path.split("."))) for path in dict.fromkeys(sources[source.pk]))
            found.append(Use(source, str(model._meta.verbose_name), where, url_of(source)))
    return found[:LIMIT]
