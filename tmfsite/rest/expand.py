"""`depth` and `expand`: references replaced by what they refer to (TMF630 part 2)."""

from typing import Any

from django.db import models

from tmfsite.fields import json
from tmfsite.query import Query
from tmfsite.resources import registry
from tmfsite.resources.schema import schema_of
from tmfsite.wire import statements
from tmfsite.wire.encode import collection_url, composer

MAX_DEPTH = 3
_MAX_TARGETS = 500

type _Key = tuple[type[models.Model], str]


def expand(document: json.Document, model: type[models.Model], query: Query, principal: Any) -> json.Document:
    """Return a document in which local references are merged with their targets' attributes.

    `query.depth` levels everywhere, or along the dotted paths of `query.expand`. A reference's own attributes win
    over the target's; what is not kept here, what the caller may not read and what would go in circles stays as it is.
    """
    paths = {tuple(path.split(".")) for path in query.expand or ()}
    return _Expansion(principal).expand(document, model, min(query.depth or 0, MAX_DEPTH), paths, frozenset())


class _Expansion:
    def __init__(self, principal: Any) -> None:
        self.principal = principal
        self.found: dict[_Key, json.Document | None] = {}

    def expand(
        self,
        document: json.Document,
        model: type[models.Model],
        depth: int,
        paths: set[tuple[str, ...]],
        above: frozenset[_Key],
    ) -> json.Document:
        above |= {(model, document.get("id", ""))}
        result = dict(document)
        for attribute in schema_of(model).references:
            below = {path[1:] for path in paths if path[0] == attribute.wire}
            if attribute.wire in result and (depth > 0 or below):
                targets = {path for path in below if path}
                result[attribute.wire] = self._follow(
                    result[attribute.wire], getattr(attribute.field, "to", None), depth - 1, targets, above
                )
        return result

    def _follow(
        self, value: Any, to: str | None, depth: int, paths: set[tuple[str, ...]], above: frozenset[_Key]
    ) -> Any:
        if isinstance(value, list):
            return [self._follow(each, to, depth, paths, above) for each in value]
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            return value
        model = _model(value.get("@referredType"), to)
        if model is None or (model, value["id"]) in above:
            return value
        target = self._target(model, value["id"])
        if target is None:
            return value
        return {**self.expand(target, model, depth, paths, above), **value}

    def _target(self, model: type[models.Model], uid: str) -> json.Document | None:
        key = (model, uid)
        if key not in self.found:
            self.found[key] = self._read(model, uid) if len(self.found) < _MAX_TARGETS else None
        return self.found[key]

    def _read(self, model: type[models.Model], uid: str) -> json.Document | None:
        publication = registry.publication_of(model)
        if publication is None or not self.principal.may(publication.api.key, "read", model):
            return None
        schema = schema_of(model)
        which = "current" if self.principal.released_only(publication.api.key) else "latest"
        condition = statements.identity(schema, which if schema.versioned else "latest")
        rows = statements.run(f"{statements.select(schema, statements.vendor())} WHERE {condition}", [uid])
        if not rows:
            return None
        return composer(schema, statements.vendor(), parsed=True).page(rows, collection_url(model))[0]


def _model(referred_type: Any, to: str | None) -> type[models.Model] | None:
    if to is not None:
        app, _, name = to.rpartition(".")
        model = registry.model_for(name)
        return model if model is not None and model._meta.app_label == app else None
    return registry.model_for(referred_type if isinstance(referred_type, str) else None)
