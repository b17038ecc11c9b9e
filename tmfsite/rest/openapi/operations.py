"""The operations of resources and hubs as OpenAPI Operation Objects (TMF630 part 1)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from tmfsite.resources.extensions import Registered
from tmfsite.resources.registry import OpenApi, Publication, publications
from tmfsite.resources.schema import schema_of
from tmfsite.rest.openapi import components
from tmfsite.rest.openapi.components import errors, headers
from tmfsite.rest.openapi.examples import patch_examples
from tmfsite.rest.openapi.parameters import attribute_parameters, value_parameters
from tmfsite.rest.openapi.schemas import JsonSchema, choice, event_kinds, reference
from tmfsite.rest.patch import JSON_PATCH, JSON_PATCH_QUERY, MERGE_PATCH

if TYPE_CHECKING:
    from tmfsite.rest.nested import NestedViewSet

type Operation = dict[str, Any]

JSON: Final = "application/json"

_OF_LISTS: Final = ("fields", "offset", "limit", "sort", "filter")

GUIDE: Final = """\
**Authentication**: `Authorization: Bearer <token>` on every request.

**Filters**: every attribute, also nested (`category.name`) and unknown to the specification, filters a list:
`?name=A,B`, `?lastUpdate.gt=2026-01-01`, `?name.regex=^Fibre`, `?validFor.endDateTime<2027-01-01`. Different attributes
must all match; `;` stands for "or". The most useful ones are listed with each operation.

**Concurrent changes**: send the `ETag` of what you read as `If-Match`.

**Events**: subscribe at `/hub`; each event is described as a callback of that operation.
"""


def resource_operation(publication: Publication, action: str, registered: Registered) -> Operation:
    """Return the operation of a resource behind a viewset's action."""
    return {"tags": [publication.path], **_ACTIONS[action](publication, registered)}


def _list(publication: Publication, registered: Registered) -> Operation:
    name = publication.type_name
    content = _json({"type": "array", "items": choice(publication, "", registered)}, _example(f"{name}List"))
    counted = headers("X-Total-Count", "X-Total-Count-Exact", "X-Result-Count", "Link")
    responses = {"200": {"description": "What matches.", "headers": counted, "content": content}}
    if settings.TMF_PARTIAL_STATUS == 206:
        responses["206"] = {
            "description": "A part of what matches, as asked for.",
            "headers": counted,
            "content": content,
        }
    common = (*_OF_LISTS, "depth", "expand")
    return {
        "operationId": f"list{name}",
        "summary": f"List or find {name} resources",
        "parameters": [*map(_parameter, common), *attribute_parameters(schema_of(publication.model))],
        "responses": {**responses, **errors(components.ALWAYS)},
    }


def _retrieve(publication: Publication, registered: Registered) -> Operation:
    name = publication.type_name
    return {
        "operationId": f"retrieve{name}",
        "summary": f"Read a {name}",
        "parameters": [*_item(publication), *map(_parameter, ("fields", "depth", "expand", "If-None-Match"))],
        "responses": {
            "200": _answer("The resource.", publication, registered, "ETag"),
            "304": {"description": "The revision you have is the latest.", "headers": headers("ETag")},
            **errors(components.READ_ITEM),
        },
    }


def _create(publication: Publication, registered: Registered) -> Operation:
    name = publication.type_name
    examples = {"minimal": _reference_example(f"{name}_Create_minimal"), "full": _reference_example(f"{name}_Create")}
    return {
        "operationId": f"create{name}",
        "summary": f"Create a {name}",
        "requestBody": _body(_json(choice(publication, "_Create", registered), examples)),
        "responses": {
            "201": _answer("The resource as it is stored.", publication, registered, "Location", "ETag"),
            **errors(components.CREATE),
        },
    }


def _patch(publication: Publication, registered: Registered) -> Operation:
    name = publication.type_name
    merge = _json(choice(publication, "_Update", registered))[JSON]
    examples = patch_examples(publication)
    return {
        "operationId": f"patch{name}",
        "summary": f"Change some attributes of a {name}",
        "description": "In a merge patch (RFC 7396) null removes an attribute and lists are replaced as a whole.",
        "parameters": [*_item(publication), _parameter("If-Match")],
        "requestBody": _body(
            {
                MERGE_PATCH: {**merge, "example": examples["merge"]},
                JSON: {**merge, "example": examples["merge"]},
                JSON_PATCH: {"schema": reference("JsonPatch"), "example": examples["operations"]},
                JSON_PATCH_QUERY: {"schema": reference("JsonPatch"), "example": examples["query"]},
            }
        ),
        "responses": {
            "200": _answer("The whole resource after the change.", publication, registered, "ETag"),
            **errors(components.CHANGE),
        },
    }


def _update(publication: Publication, registered: Registered) -> Operation:
    name = publication.type_name
    return {
        "operationId": f"update{name}",
        "summary": f"Replace a {name}",
        "parameters": [*_item(publication), _parameter("If-Match")],
        "requestBody": _body(_json(choice(publication, "_Create", registered))),
        "responses": {
            "200": _answer("The resource after the change.", publication, registered, "ETag"),
            **errors(components.CHANGE),
        },
    }


def _destroy(publication: Publication, registered: Registered) -> Operation:
    name = publication.type_name
    return {
        "operationId": f"delete{name}",
        "summary": f"Delete a {name}",
        "parameters": [*_item(publication), _parameter("If-Match")],
        "responses": {"204": {"description": "It is deleted."}, **errors(components.DELETE)},
    }


_ACTIONS: Final = {
    "list": _list,
    "retrieve": _retrieve,
    "create": _create,
    "partial_update": _patch,
    "update": _update,
    "destroy": _destroy,
}


def nested_operation(view: "NestedViewSet", action: str) -> Operation:
    """Return an operation of what lies below a resource."""
    name = view.value.__name__
    above, answered = [_parameter(f"{view.above}Id")], reference(name)
    operation: Operation = {"tags": [view.collection], "operationId": f"{action}{name}", "parameters": above}
    match action:
        case "list":
            counted = headers("X-Total-Count", "X-Total-Count-Exact", "X-Result-Count", "Link")
            found = {"headers": counted, "content": _json({"type": "array", "items": answered})}
            responses = {"200": {"description": "What matches.", **found}}
            if settings.TMF_PARTIAL_STATUS == 206:
                responses["206"] = {"description": "A part of what matches, as asked for.", **found}
            asked = [*map(_parameter, _OF_LISTS), *value_parameters(view.value)]
            operation |= {
                "summary": f"List or find {name} entries of a {view.above}",
                "parameters": [*above, *asked],
                "responses": {**responses, **errors(components.READ_ITEM)},
            }
        case "retrieve":
            operation |= {
                "summary": f"Read a {name} of a {view.above}",
                "parameters": [*above, _parameter("id"), _parameter("fields")],
                "responses": {
                    "200": {"description": "It.", "content": _json(answered)},
                    **errors(components.READ_ITEM),
                },
            }
        case "create":
            operation |= {
                "summary": f"Post a {name} to a {view.above}",
                "requestBody": _body(_json(reference(f"{name}_Create"))),
                "responses": {
                    "201": {
                        "description": "It, as it is stored.",
                        "headers": headers("Location"),
                        "content": _json(answered),
                    },
                    **errors((*components.CREATE, 404)),
                },
            }
    return operation


def hub_operation(api: OpenApi, method: str, *, item: bool, above: str = "") -> Operation:
    """Return an operation of the hub of an API; the events are the callbacks of POST, for that is where they go.

    The `listener` paths of the standard's documents are the subscriber's side, which this server does not have. With
    `above` it is the hub of each resource of that name.
    """
    operation = _hub_operation(api, method, item, "Hub" if above else "EventSubscription")
    if above:
        operation["operationId"] += f"Of{above[:1].upper()}{above[1:]}"
        operation["parameters"] = [_parameter(f"{above}Id"), *operation.get("parameters", ())]
        operation["responses"] |= errors((404,))
        operation.pop("callbacks", None)
    return operation


def _hub_operation(api: OpenApi, method: str, item: bool, name: str) -> Operation:
    subscription = _json(reference(name))
    given = "Hub_Create" if name == "Hub" else "EventSubscriptionInput"
    operation: Operation = {"tags": ["hub"]}
    match method, item:
        case "POST", False:
            operation |= {
                "operationId": "registerListener",
                "summary": "Subscribe to events",
                "description": "The same callback and query again give the subscription that exists.",
                "requestBody": _body(_json(reference(given))),
                "callbacks": _callbacks(api),
                "responses": {
                    "201": {"description": "Subscribed.", "headers": headers("Location"), "content": subscription},
                    **errors(components.CREATE),
                },
            }
        case "GET", False:
            found = _json({"type": "array", "items": reference(name)})
            counted = headers("X-Total-Count", "X-Result-Count", "Link")
            operation |= {
                "operationId": "listListener",
                "summary": "List your subscriptions",
                "parameters": [*map(_parameter, _OF_LISTS)],
                "responses": {
                    "200": {"description": "Your subscriptions.", "headers": counted, "content": found},
                    "206": {"description": "Some of them, as asked for.", "headers": counted, "content": found},
                    **errors(components.ALWAYS),
                },
            }
        case "GET", True:
            operation |= {
                "operationId": "retrieveListener",
                "summary": "Read one of your subscriptions",
                "parameters": [_parameter("id"), _parameter("fields")],
                "responses": {
                    "200": {"description": "The subscription.", "content": subscription},
                    **errors(components.READ_ITEM),
                },
            }
        case "DELETE", True:
            operation |= {
                "operationId": "unregisterListener",
                "summary": "End a subscription",
                "parameters": [_parameter("id")],
                "responses": {"204": {"description": "It has ended."}, **errors(components.READ_ITEM)},
            }
    return operation


def _callbacks(api: OpenApi) -> dict[str, Any]:
    found = {}
    for publication in publications(api):
        for kind in event_kinds(publication):
            event_type = publication.event_type(kind)
            name = event_type[:1].lower() + event_type[1:]
            found[name] = {
                "{$request.body#/callback}": {
                    "post": {
                        "operationId": f"listenTo{event_type}",
                        "summary": event_type,
                        "requestBody": _body(_json(reference(event_type))),
                        "responses": {"2XX": {"description": "The event is accepted; anything else is tried again."}},
                    }
                }
            }
    return found


# --- parts ----------------------------------------------------------------------------------------------------------


def _item(publication: Publication) -> list[dict[str, Any]]:
    names = ("id", "version") if schema_of(publication.model).versioned else ("id",)
    return [_parameter(name) for name in names]


def _parameter(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/parameters/{name}"}


def _answer(description: str, publication: Publication, registered: Registered, *names: str) -> dict[str, Any]:
    content = _json(choice(publication, "", registered), _example(publication.type_name))
    return {"description": description, "headers": headers(*names), "content": content}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": content}


def _json(schema: JsonSchema, examples: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {JSON: {"schema": schema, **({"examples": dict(examples)} if examples else {})}}


def _example(name: str) -> dict[str, Any]:
    return {"full": _reference_example(name)}


def _reference_example(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/examples/{name}"}
