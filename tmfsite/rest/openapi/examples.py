"""Examples of a document: from the demo data of the resource's app, else made from its schema."""

from collections.abc import Iterable
from typing import Any, Final

from django.apps import apps

from tmfsite.fields import json
from tmfsite.fields.json import Document
from tmfsite.resources.registry import Publication
from tmfsite.resources.schema import Schema, schema_of
from tmfsite.rest.openapi.schemas import PREFIX, JsonSchema

INSTANT: Final = "2026-01-31T12:00:00.000Z"
UID: Final = "42"

_TEXTS: Final = {
    "uri": "https://www.example.com/data.json",
    "date-time": INSTANT,
    "date": "2026-01-31",
    "base64": "aGk=",
}


def resource_examples(publications: Iterable[Publication], schemas: dict[str, JsonSchema], root: str) -> dict[str, Any]:
    """Return the example components of an API's resources: what is sent, and what comes back."""
    examples: dict[str, Any] = {}
    for publication in publications:
        name = publication.type_name
        answer = _answer(publication, schemas, root)
        examples[name] = {"value": answer}
        if "L" in publication.verbs:
            examples[f"{name}List"] = {"value": [answer]}
        if "C" in publication.verbs:
            least = minimal(f"{name}_Create", schemas)
            examples[f"{name}_Create_minimal"] = {"value": least}
            examples[f"{name}_Create"] = {"value": {**least, **_sent(publication, answer)}}
    return examples


def patch_examples(publication: Publication) -> dict[str, Any]:
    """Return a patch of a resource in each dialect: `merge`, `operations` and `query`."""
    schema = schema_of(publication.model)
    text = next((name for name in _texts(schema) if name in ("description", "name")), None) or next(
        iter(_texts(schema)), "@type"
    )
    list_of_references = next((each.wire for each in schema.references if each.many and each.patchable), None)
    condition = f"/{list_of_references}?id={UID}" if list_of_references else f"/{text}"
    return {
        "merge": {text: "A new text"},
        "operations": [{"op": "replace", "path": f"/{text}", "value": "A new text"}],
        "query": [{"op": "remove", "path": condition}],
    }


def _texts(schema: Schema) -> list[str]:
    return [each.wire for each in schema.attributes.values() if each.kind == "string" and each.patchable]


def _answer(publication: Publication, schemas: dict[str, JsonSchema], root: str) -> Document:
    schema = schema_of(publication.model)
    body = _demo(publication) or _made(schema, publication, schemas)
    uid = body.get("id", UID)
    rest = {name: value for name, value in body.items() if name not in ("id", "href")}
    answer = {"id": uid, "href": f"{root}{publication.route}/{uid}", **rest}
    for attribute in schema.attributes.values():
        if attribute.server_set and attribute.kind == "date-time" and attribute.wire.startswith(("last", "creation")):
            answer.setdefault(attribute.wire, INSTANT)
    return {**answer, "@type": answer.get("@type", publication.type_name)}


def _sent(publication: Publication, answer: Document) -> Document:
    schema = schema_of(publication.model)
    fixed = {each.wire for each in schema.attributes.values() if not each.postable} | {"id", "href", "version"}
    return {name: value for name, value in answer.items() if name not in fixed}


def _demo(publication: Publication) -> Document | None:
    """Return the first of the app's demo resources of this kind."""
    folder = apps.get_app_config(publication.model._meta.app_label).path
    try:
        with open(f"{folder}/demo/{publication.path}.json", "rb") as file:  # noqa: PTH123
            documents = json.loads(file.read())
    except OSError:
        return None
    return documents[0] if documents else None


def _made(schema: Schema, publication: Publication, schemas: dict[str, JsonSchema]) -> Document:
    document: Document = minimal(publication.type_name, schemas)
    for lifecycle in schema.lifecycles:
        if lifecycle.initial:
            document.setdefault(schema.by_field[lifecycle.attribute].wire, lifecycle.initial)
    return document


def minimal(name: str, schemas: dict[str, JsonSchema]) -> Any:
    """Return the smallest document that a component schema allows."""
    return _value("", {"$ref": PREFIX + name}, schemas)


def _value(name: str, schema: JsonSchema, schemas: dict[str, JsonSchema]) -> Any:
    if "$ref" in schema:
        return _value(name, schemas[schema["$ref"].removeprefix(PREFIX)], schemas)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _value(name, schema[several][0], schemas)
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        return {each: _value(each, properties.get(each, {}), schemas) for each in schema.get("required", ())}
    if kind == "array":
        return [_value(name, schema["items"], schemas)]
    if kind in ("integer", "number"):
        return 1
    if kind == "boolean":
        return True
    if states := schema.get("enum") or schema.get("x-extensible-enum"):
        return states[0]
    if name == "id":
        return UID
    if name in ("url", "href", "callback"):
        return _TEXTS["uri"]
    return _TEXTS.get(schema.get("format", ""), f"A {name.removeprefix('@')}")
