"""Our OpenAPI documents hold everything that the official swaggers demand."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.swagger import needs_specifications, specification
from tmfsite.resources.registry import apis
from tmfsite.rest.openapi import openapi_document
from tmfsite.rest.routers import routers

pytestmark = needs_specifications

# What the official documents have and ours do not have in the same place, and why: (API or 0 for all, place, reason).
EXEMPT: tuple[tuple[int, str, str], ...] = (
    (0, "*_Update.@schemaLocation", "fixed at creation (TMF630 part 1); repeating the value is accepted all the same"),
    (0, "*_Update.@type", "as @schemaLocation"),
    (0, "*_Update.@baseType", "as @schemaLocation"),
    (0, "*Event.id", "an event goes by its eventId; the id of the resource stands in the payload"),
    (0, "*Event.href", "as the id"),
    (651, "AgreementSpecification_Update.lastUpdate", "set by the server on each change"),
    (666, "*Account_Update.lastModified", "set by the server on each change"),
    (666, "*Event.payload", "the resource stands in the event under its own name, as in every other API"),
    (642, "*.id: integer is string", "ids are text: the official samples and the conformance kit of the API have text"),
    (642, "Alarm_Update.alarmChangedTime", "set by the server on each change"),
    (628, "*_Update.creationTime", "set by the server"),
    (628, "*_Update.lastModifiedTime", "set by the server on each change"),
    (628, "*_Update.trackingRecord", "made by the server with each move"),
    (656, "ServiceProblem_Update.creationDate", "set by the server"),
    (656, "ServiceProblem_Update.lastUpdate", "set by the server on each change"),
    (656, "ServiceProblem_Update.statusChangeDate", "set by the server with the status"),
    (637, "*status: aborted  is missing", "taken with the blank at its end, which is a slip, and given without"),
    (685, "Reservation_Update.reservationItem", "what is reserved does not change; cancel it and reserve anew"),
    (685, "get /reservation/{id} 200: array is object", "one reservation is asked for, and one is given"),
    (685, "*.code: integer is string", "the body of errors is that of TMF630, as in every other API"),
    (685, "*.reason: integer is string", "as the code"),
    (685, "*.status: integer is string", "as the code"),
    (641, "*elatedParty: @type is mandatory", "no other API demands it, and the official sample leaves it out"),
    (641, "*errorMessage.serviceOrderItem: id is mandatory", "the reference to an item has no id, it has an itemId"),
    (641, "*jeopardyAlert.serviceOrderItem: id is mandatory", "as of the error message"),
    (641, "*milestone.serviceOrderItem: id is mandatory", "as of the error message"),
    (641, "*Relationship.orderItem: id is mandatory", "as of the error message"),
    (0, "*InformationRequiredEvent.fieldPath", "as of the event of changed attributes"),
    (0, "*AttributeValueChangeEvent.fieldPath", "optional; an event holds the whole resource, not a part of it"),
)


def exempt(number: int, place: str) -> bool:
    """Tell whether an official demand is excused; `*` in the table stands for any beginning."""
    return any(
        api in (0, number) and (place.endswith(rule[1:]) if rule.startswith("*") else place == rule)
        for api, rule, _ in EXEMPT
    )


@pytest.fixture(params=[api.key for api in apis()])
def documents(request) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """The number of an API, its official swagger, and our document."""
    router = next(each for each in routers() if each.api.key == request.param)
    return router.api.number, specification(router.api.number), openapi_document(router, "http://testserver")


def test_base_path(documents) -> None:
    _, official, ours = documents
    assert ours["servers"] == [{"url": f"http://testserver{official['basePath'].rstrip('/')}"}]
    assert ours["info"]["version"] == official["info"]["version"]


def test_paths_and_operations(documents) -> None:
    """Listener paths are the subscriber's side: ours are the callbacks of the subscription, by the same names."""
    number, official, ours = documents
    callbacks = ours["paths"]["/hub"]["post"]["callbacks"]
    missing = []
    for path, operations in official["paths"].items():
        for method in operations:
            if path.startswith("/listener/"):
                found = path.removeprefix("/listener/") in callbacks
            else:
                found = method in ours["paths"].get(path, {})
            if not found and not exempt(number, f"{method} {path}"):
                missing.append(f"{method} {path}")
    assert missing == []


def test_parameters(documents) -> None:
    _, official, ours = documents
    missing = []
    for path, method, operation in operations_of(official):
        names = {each["name"] for each in parameters_of(ours, path, method)}
        asked = {each["name"] for each in operation["parameters"] if each["in"] != "body"}
        missing += [f"{method} {path} {name}" for name in asked - names]
    assert missing == []


def test_statuses(documents) -> None:
    """Every success of the official operation; of its errors those that the operation can have."""
    _, official, ours = documents
    never = {
        "list": {"404", "409"},  # an empty list is a success; reading has no conflicts
        "retrieve": {"409"},
        "create": {"404"},  # a collection is always there
        "unregisterListener": {"409"},
        "registerListener": {"404"},
    }
    missing = []
    for path, method, operation in operations_of(official):
        mine = ours["paths"][path][method]
        excused = next((each for name, each in never.items() if mine["operationId"].startswith(name)), set())
        asked = set(operation["responses"]) - excused
        missing += [f"{method} {path} {status}" for status in sorted(asked - set(mine["responses"]))]
    assert missing == []


def test_event_payloads(documents) -> None:
    number, official, ours = documents
    faults = event_differences(official, ours)
    assert [fault for fault in faults if not exempt(number, fault)] == []


def test_attributes_of_bodies_and_answers(documents) -> None:
    """Nested attributes at any depth, mandatory ones, kinds, formats and enumerations."""
    number, official, ours = documents
    faults = operation_differences(official, ours)
    assert sorted({fault for fault in faults if not exempt(number, fault)}) == []


def test_exemptions_are_needed() -> None:
    """An exemption without a fault in its API, or for all in any API, is out of date."""
    found: dict[int, set[str]] = {}
    for router in routers():
        number = router.api.number
        official, ours = specification(number), openapi_document(router, "http://testserver")
        found.setdefault(number, set()).update(operation_differences(official, ours), event_differences(official, ours))
    for api, rule, reason in EXEMPT:
        places = found[api] if api else set().union(*found.values())
        assert any(place.endswith(rule.lstrip("*")) for place in places), f"{rule}: {reason}"


# --- comparison -----------------------------------------------------------------------------------------------------


def operations_of(official: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of everything that the server has to offer."""
    for path, operations in official["paths"].items():
        if not path.startswith("/listener/"):
            for method, operation in operations.items():
                yield path, method, operation


def operation_differences(official: dict[str, Any], ours: dict[str, Any]) -> Iterator[str]:
    """Yield what the bodies and answers of operations lack."""
    for path, method, operation in operations_of(official):
        mine = ours["paths"][path][method]
        for parameter in operation["parameters"]:
            if parameter["in"] == "body":
                content = mine["requestBody"]["content"]
                name = parameter["schema"]["$ref"].rsplit("/", 1)[-1]
                yield from differences(official, parameter["schema"], ours, content["application/json"]["schema"], name)
        for status, response in operation["responses"].items():
            if status in mine["responses"] and "schema" in response:
                answer = resolved(ours, mine["responses"][status])
                schema = answer["content"]["application/json"]["schema"]
                yield from differences(official, response["schema"], ours, schema, f"{method} {path} {status}")


def event_differences(official: dict[str, Any], ours: dict[str, Any]) -> Iterator[str]:
    """Yield what the events, which are the callbacks of our subscriptions, lack."""
    for path, operations in official["paths"].items():
        if path.startswith("/listener/"):
            theirs = operations["post"]["parameters"][0]["schema"]
            callback = ours["paths"]["/hub"]["post"]["callbacks"][path.removeprefix("/listener/")]
            body = callback["{$request.body#/callback}"]["post"]["requestBody"]["content"]["application/json"]
            yield from differences(official, theirs, ours, body["schema"], path)


def parameters_of(ours: dict[str, Any], path: str, method: str) -> list[dict[str, Any]]:
    """Return the parameters of one of our operations."""
    return [resolved(ours, each) for each in ours["paths"][path][method].get("parameters", ())]


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and the choice between a value and null."""
    while True:
        if "$ref" in node:
            target: Any = document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target.get(step, {})  # the document of TMF685 refers to what it does not have
            node = target
        elif "anyOf" in node:
            node = next(each for each in node["anyOf"] if each.get("type") != "null")
        else:
            return node


def differences(
    official: dict[str, Any],
    theirs: dict[str, Any],
    ours: dict[str, Any],
    mine: dict[str, Any],
    place: str,
    above: tuple[int, ...] = (),
) -> Iterator[str]:
    """Yield the places of a schema where ours lacks something of theirs."""
    theirs, mine = resolved(official, theirs), resolved(ours, mine)
    if id(theirs) in above or not mine:  # `{}` takes anything
        return
    kind = theirs.get("type")
    kinds = mine.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kind is not None and kind not in kinds and (kind, "number") != ("integer", kinds[0]):
        yield f"{place}: {kind} is {kinds[0]}"
        return
    if theirs.get("format") in ("date-time", "uri", "base64") and mine.get("format") != theirs["format"]:
        yield f"{place}: the format is {theirs['format']}"
    states = {*mine.get("enum", ()), *mine.get("x-extensible-enum", ())}
    for value in theirs.get("enum", ()):
        if value not in states:
            yield f"{place}: {value} is missing"
    if kind == "array":
        yield from differences(official, theirs["items"], ours, mine["items"], place, (*above, id(theirs)))
    for name, each in theirs.get("properties", {}).items():
        if name not in mine.get("properties", {}):
            yield f"{place}.{name}"
        else:
            inner = mine["properties"][name]
            yield from differences(official, each, ours, inner, f"{place}.{name}", (*above, id(theirs)))
    # An update may leave mandatory attributes out: they are there already.
    if not place.partition(".")[0].endswith("_Update") or "." in place:
        for name in theirs.get("required", ()):
            if name not in mine.get("required", ()):
                yield f"{place}: {name} is mandatory"
