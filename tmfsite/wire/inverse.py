"""Attributes that show references from the other side: the offerings of a category are those that name it.

Declared on a model as ``inverses = {"productOffering": Inverse("catalog.ProductOffering", "category")}``. What is
stored for such an attribute are references to other systems; local ones come from the links of the resources
themselves, so the two sides cannot disagree.
"""

from typing import Any

from django.apps import apps
from django.db import connection

from tmfsite.fields import json
from tmfsite.resources.schema import Inverse, Schema
from tmfsite.wire import statements


def show_inverses(schema: Schema, documents: list[json.Document], names: frozenset[str] | None = None) -> None:
    """Complete the inverse attributes of documents, those among `names` if given."""
    for wire, inverse in schema.inverses.items():
        if documents and (names is None or wire in names):
            _show(wire, inverse, {str(document["id"]): document for document in documents}, documents)


def _show(wire: str, inverse: Inverse, by_uid: dict[str, json.Document], documents: list[json.Document]) -> None:
    from tmfsite.wire.encode import collection_url

    source: Schema = apps.get_model(inverse.source).schema()
    collection = collection_url(source.model)
    found: dict[str, list[json.Document]] = {}
    for target_uid, uid, name in dict.fromkeys(map(tuple, _sources(source, inverse.path, list(by_uid)))):
        reference = {"id": uid, "href": collection + uid, "name": name, "@referredType": source.type_name}
        found.setdefault(target_uid, []).append({key: value for key, value in reference.items() if value is not None})
    stored = {uid: document.get(wire) or [] for uid, document in by_uid.items()}
    local = _local(source, {str(each.get("id")) for references in stored.values() for each in references})
    for document in documents:
        uid = str(document["id"])
        sent = {each.get("id"): each for each in stored[uid]}
        shown = [each for each in stored[uid] if each.get("id") not in local]
        shown += [{**each, **sent.get(each["id"], {})} for each in found.get(uid, ())]
        if shown:
            document[wire] = shown
        else:
            document.pop(wire, None)


def _sources(source: Schema, path: str, targets: list[str]) -> list[Any]:
    """Return (target uid, source uid, source name) of the latest versions that refer to the targets."""
    latest = "AND s.is_latest" if source.versioned else ""
    name = "s.name" if "name" in source.by_field else "NULL"
    return statements.run(
        f'SELECT l.target_uid, s.uid, {name} FROM resources_link l JOIN "{source.table}" s '
        f"ON s.id = l.source_id {latest} WHERE l.source_type_id = %s AND l.path = %s AND {_any('l.target_uid')} "
        "ORDER BY s.id",
        [source.content_type_id(), path, *_any_values(targets)],
    )


def _local(source: Schema, uids: set[str]) -> set[str]:
    if not uids:
        return set()
    wanted = sorted(uids)
    rows = statements.run(f'SELECT s.uid FROM "{source.table}" s WHERE {_any("s.uid")}', _any_values(wanted))
    return {row[0] for row in rows}


def _any(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def _any_values(values: list[str]) -> list[Any]:
    return [values] if connection.vendor == "postgresql" else [json.dumps(values)]
