"""What all documents share: parameters, headers, error responses, subscriptions, patches, events and security."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tmfsite.resources.registry import Publication
from tmfsite.rest.errors import REASONS
from tmfsite.rest.openapi.schemas import JsonSchema, event_kinds, reference

if TYPE_CHECKING:
    from tmfsite.rest.routers import ApiRouter

SECURITY_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of an API client; administrators make them under API access.",
    }
}


def _text(description: str, **more: Any) -> JsonSchema:
    return {"type": "string", "description": description, **more}


# --- parameters and headers -----------------------------------------------------------------------------------------


def parameters(router: "ApiRouter") -> dict[str, dict[str, Any]]:
    """Return the parameters that many operations have, by component name."""
    default, cap = settings.TMF_DEFAULT_LIMIT, settings.TMF_MAX_LIMIT
    hubs = [name for name, viewset in router.viewsets.items() if viewset.has_hubs]
    above = dict.fromkeys((*(each.above for each in router.nested), *hubs))
    return {
        **{
            f"{name}Id": _parameter(f"{name}Id", f"The id of the {name}.", place="path", required=True)
            for name in above
        },
        "id": _parameter("id", "The id of the resource.", place="path", required=True),
        "version": _parameter("version", "Which version of the entity; without it the latest one you may see."),
        "fields": _parameter(
            "fields",
            "Attributes to return, by comma; dotted for nested ones; `none` for `id` and `href` alone, which always come.",
        ),
        "offset": _parameter("offset", "How many to skip.", {"type": "integer", "minimum": 0, "default": 0}),
        "limit": _parameter(
            "limit",
            f"How many to return; more than {cap} is taken as {cap}.",
            {"type": "integer", "minimum": 0, "default": default},
        ),
        "sort": _parameter("sort", "Attributes to sort by, by comma; `-name` or `name.desc` for descending order."),
        "filter": _parameter(
            "filter",
            "A JSONPath that must select something, such as "
            "`$[?(@.relatedParty[?(@.role=='owner' && @.name=='Jean')])]`: conditions on the same element of a list.",
        ),
        "depth": _parameter(
            "depth",
            "How many levels of references to replace by what they refer to.",
            {"type": "integer", "minimum": 0, "maximum": 3, "default": 0},
        ),
        "expand": _parameter("expand", "Which references to replace by what they refer to: dotted paths, by comma."),
        "If-Match": _parameter(
            "If-Match",
            "Entity tag of the revision you read: refused with 412 when there is a newer one.",
            place="header",
        ),
        "If-None-Match": _parameter(
            "If-None-Match",
            "Entity tag of the revision you have: answered with 304 while it is the latest.",
            place="header",
        ),
    }


def _parameter(
    name: str,
    description: str,
    schema: JsonSchema | None = None,
    *,
    place: str = "query",
    required: bool = False,
) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "description": description,
        "schema": schema or {"type": "string"},
        **({"required": True} if required else {}),
    }


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


HEADERS = {
    "X-Total-Count": _header("How many match the query in all.", "integer"),
    "X-Total-Count-Exact": _header("`false` when the total is an estimate.", "boolean"),
    "X-Result-Count": _header("How many are in this answer.", "integer"),
    "Link": _header("Addresses of this page and the first, previous, next and last one (RFC 8288)."),
    "ETag": _header("Entity tag of the revision."),
    "Location": _header("Address of the resource, the same as its href."),
    "Allow": _header("The methods that the address has."),
    "WWW-Authenticate": _header("How to authenticate (RFC 6750)."),
    "Retry-After": _header("Seconds to wait.", "integer"),
    "Accept-Patch": _header("The media types of patches that are understood."),
    "X-Rate-Limit-Limit": _header("Requests allowed in a minute.", "integer"),
    "X-Rate-Limit-Remaining": _header("Requests left in this minute.", "integer"),
    "X-Rate-Limit-Reset": _header("Unix time at which the next minute begins.", "integer"),
}


def headers(*names: str) -> dict[str, Any]:
    """Return references to headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


# --- errors ---------------------------------------------------------------------------------------------------------

# Status: (description, code of the example, its message, headers).
ERRORS: dict[int, tuple[str, str, str, tuple[str, ...]]] = {
    400: ("The request cannot be understood or its content not be stored.", "23", "name is mandatory", ()),
    401: ("No credentials, or they are not valid.", "40", "", ("WWW-Authenticate",)),
    403: ("The credentials do not allow this.", "50", "", ()),
    404: ("There is no such resource.", "60", "there is nothing at this address", ()),
    405: ("The address does not have this method.", "61", "", ("Allow",)),
    406: ("Only JSON is available.", "406", "only application/json is available", ()),
    409: ("The present state of the resource does not allow it.", "409", "cannot move from In Study to Launched", ()),
    412: ("The resource has changed since it was read.", "412", "", ()),
    413: ("The body is too large.", "413", "the body is too large", ()),
    415: ("The body is of a type that is not understood.", "415", "", ("Accept-Patch",)),
    422: ("A reference leads nowhere, where references are checked.", "2", "", ()),
    429: (
        "Too many requests.",
        "53",
        "",
        ("Retry-After", "X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"),
    ),
    500: ("The server failed; it has logged why.", "1", "", ()),
    503: ("The server cannot answer at the moment.", "503", "try again later", ("Retry-After",)),
}

ALWAYS = (400, 401, 403, 405, 406, 429, 500, 503)
READ_ITEM = (*ALWAYS, 404)
CREATE = (*ALWAYS, 409, 413, 415, 422)
CHANGE = (*ALWAYS, 404, 409, 412, 413, 415, 422)
DELETE = (*ALWAYS, 404, 409, 412)


def responses() -> dict[str, dict[str, Any]]:
    """Return the error responses by component name."""
    return {f"Error{status}": _error_response(status) for status in ERRORS}


def errors(statuses: Iterable[int]) -> dict[str, Any]:
    """Return references to the error responses of an operation."""
    return {str(status): {"$ref": f"#/components/responses/Error{status}"} for status in sorted(statuses)}


def _error_response(status: int) -> dict[str, Any]:
    description, code, message, names = ERRORS[status]
    example = {"code": code, "reason": REASONS.get(code, description.rstrip("."))}
    if message:
        example["message"] = message
    example |= {"status": str(status), "@type": "Error"}
    content = {"schema": reference("Error"), "example": example}
    response: dict[str, Any] = {"description": description, "content": {"application/json": content}}
    if names:
        response["headers"] = headers(*names)
    return response


_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "Why a request failed (TMF630 part 1).",
    "required": ["code", "reason"],
    "properties": {
        "code": _text("What kind of failure, from the list of TMF630 or, where it has none, the status."),
        "reason": _text("The kind of failure in words."),
        "message": _text("What exactly is wrong, and where."),
        "status": _text("The HTTP status."),
        "referenceError": _text("Where the failure is documented.", format="uri"),
        "@type": _text("Always `Error`."),
        "@baseType": _text("Class that @type extends."),
        "@schemaLocation": _text("Address of the JSON Schema that describes @type.", format="uri"),
    },
}

# --- subscriptions, patches -----------------------------------------------------------------------------------------

_CALLBACK = _text("The http or https address that events are posted to.", format="uri")
_QUERY = _text(
    "Which events, in the filter language over the event, such as `eventType=ProductOfferingCreateEvent`; "
    "`fields=` trims them. Empty for all."
)
_REPLAY = _text("Send what happened from this time on first, then what happens.", format="date-time")
_APPEND = {"type": "boolean", "description": "Post to `{callback}/listener/{eventName}` instead of the callback."}

_SUBSCRIPTIONS = {
    "EventSubscriptionInput": {
        "type": "object",
        "description": "A request for events.",
        "required": ["callback"],
        "properties": {"callback": _CALLBACK, "query": _QUERY, "appendEventName": _APPEND, "replayFrom": _REPLAY},
    },
    "EventSubscription": {
        "type": "object",
        "description": "A subscription to events.",
        "required": ["id", "callback"],
        "properties": {
            "id": _text("The id of the subscription."),
            "callback": _CALLBACK,
            "query": _QUERY,
            "appendEventName": _APPEND,
            "replayFrom": _REPLAY,
            "secret": _text("Signs the deliveries (Standard Webhooks); told once, at the first registration."),
        },
    },
}

# A hub below a resource is extensible, as the standard has it.
_HUBS = {"EventSubscription": "", "EventSubscriptionInput": "_Create"}
_CLASS = {name: each for name, each in _ERROR["properties"].items() if name.startswith("@")}


def _of_hub(schema: JsonSchema) -> JsonSchema:
    described = {**_CLASS, "@type": _text("Class of the subscription.")}
    return {**schema, "properties": {**schema["properties"], **described}}


_PATCH = {
    "JsonPatch": {
        "description": "Operations that are applied in order, all or none (RFC 6902; paths with conditions: TMF630 part 5).",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["op", "path"],
            "properties": {
                "op": {"type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"]},
                "path": _text("A JSON Pointer such as `/note/0/text`; with conditions `/note/text?note.author=Jean`."),
                "from": _text("Where `move` and `copy` take the value from."),
                "value": {"description": "What `add`, `replace` and `test` use."},
            },
        },
    }
}

# --- events ---------------------------------------------------------------------------------------------------------


def shared_schemas(publications: Iterable[Publication]) -> dict[str, JsonSchema]:
    """Return the component schemas that do not depend on one resource, and those of the events of all."""
    schemas: dict[str, JsonSchema] = {"Error": _ERROR, **_SUBSCRIPTIONS, **_PATCH}
    schemas |= {f"Hub{suffix}": _of_hub(schemas[name]) for name, suffix in _HUBS.items()}
    for publication in publications:
        for kind in event_kinds(publication):
            event_type = publication.event_type(kind)
            schemas[event_type] = _event(event_type)
            schemas[f"{event_type}Payload"] = {
                "type": "object",
                "description": "The resource as of the event.",
                "properties": {publication.path: reference(publication.type_name)},
            }
    return schemas


def _event(event_type: str) -> JsonSchema:
    return {
        "type": "object",
        "description": "What happened, and to which resource.",
        "required": ["eventId", "eventTime", "eventType"],
        "properties": {
            "eventId": _text("The id of the event, the same in every attempt to deliver it."),
            "eventTime": _text("When it happened.", format="date-time"),
            "eventType": _text("What happened.", examples=[event_type]),
            "correlationId": _text("Groups events that belong together."),
            "domain": _text("The class of the resource."),
            "title": _text("The event type again, as a title."),
            "description": _text("What happened, in words."),
            "priority": _text("How urgent it is."),
            "timeOcurred": _text("When it happened; the spelling is that of the standard.", format="date-time"),
            "event": reference(f"{event_type}Payload"),
        },
    }
