"""Our OpenAPI document of an API against the official swagger: what that demands, and whether ours has it.

Tests and report share it: `test_swagger` fails on a demand that is neither met nor exempt, `report` counts them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.conformance.exemptions import Exemption, exempt
from tests.conformance.swagger import numbers, specification
from tmfsite.rest.openapi import openapi_document
from tmfsite.rest.routers import ApiRouter, routers

type Json = dict[str, Any]

# Errors of official operations that ours never have, by the beginning of our operation's name.
NEVER = {
    "list": {"404", "409"},  # an empty list is a success; reading has no conflicts
    "retrieve": {"409"},
    "unregisterListener": {"409"},
    "registerListener": {"404"},
    "create": {"404"},  # a collection is always there
}


@dataclass(frozen=True)
class Demand:
    """Something the official document has.

    `kind` is `operation`, `event`, `parameter`, `status`, `attribute`, `mandatory` or `facet` (kind, format, word of an
    attribute). `place` is where, `of` the official definition and attribute, which several places share.
    """

    kind: str
    place: str
    met: bool
    of: str = ""


@dataclass
class Comparison:
    """All demands of one API's official document."""

    router: ApiRouter
    official: Json
    ours: Json
    demands: list[Demand] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.router.api.number

    def faults(self, *kinds: str) -> list[str]:
        """Return the places of demands of some kinds that are not met."""
        return sorted({each.place for each in self.demands if each.kind in kinds and not each.met})

    def unexcused(self, *kinds: str) -> list[str]:
        """Return those of them that are not exempt."""
        return [place for place in self.faults(*kinds) if exempt(self.number, place) is None]

    def exemptions(self) -> dict[str, Exemption]:
        """Return the places that are exempt, and why."""
        every = self.faults(*{each.kind for each in self.demands})
        return {place: found for place in every if (found := exempt(self.number, place)) is not None}

    def counted(self, kind: str) -> tuple[int, int]:
        """Return how many demands of a kind are met wherever they are made, and how many there are."""
        everywhere: dict[str, bool] = {}
        for each in self.demands:
            if each.kind == kind:
                name = each.of or each.place
                everywhere[name] = everywhere.get(name, True) and each.met
        return sum(everywhere.values()), len(everywhere)


def comparisons() -> list[Comparison]:
    """Return the comparison of every API here that has an official document."""
    found = [comparison(each.api.key) for each in routers() if each.api.number in numbers()]
    return sorted(found, key=lambda each: each.number)


@cache
def comparison(key: str) -> Comparison:
    """Return the comparison of an API."""
    router = next(each for each in routers() if each.api.key == key)
    result = Comparison(router, specification(router.api.number), openapi_document(router, "http://testserver"))
    result.demands += _demands(result.official, result.ours)
    return result


def _demands(official: Json, ours: Json) -> Iterator[Demand]:
    # Listener paths are the subscriber's side: ours are the callbacks of the subscription, by the same names.
    callbacks = ours["paths"]["/hub"]["post"]["callbacks"]
    for path, operations in official["paths"].items():
        if path.startswith("/listener/"):
            name = path.removeprefix("/listener/")
            yield Demand("event", f"post {path}", name in callbacks)
            if name in callbacks:
                body = callbacks[name]["{$request.body#/callback}"]["post"]["requestBody"]["content"][
                    "application/json"
                ]
                theirs = operations["post"]["parameters"][0]["schema"]
                yield from _of_schema(official, theirs, ours, body["schema"], path)
            continue
        for method, operation in operations.items():
            mine = ours["paths"].get(path, {}).get(method)
            yield Demand("operation", f"{method} {path}", mine is not None)
            if mine is not None:
                yield from _of_operation(official, operation, ours, mine, f"{method} {path}")


def _of_operation(official: Json, theirs: Json, ours: Json, mine: Json, place: str) -> Iterator[Demand]:
    names = {resolved(ours, each)["name"] for each in mine.get("parameters", ())}
    for parameter in theirs["parameters"]:
        if parameter["in"] == "body":
            schema = mine["requestBody"]["content"]["application/json"]["schema"]
            name = parameter["schema"]["$ref"].rsplit("/", 1)[-1]
            yield from _of_schema(official, parameter["schema"], ours, schema, name)
        else:
            yield Demand("parameter", f"{place} {parameter['name']}", parameter["name"] in names)
    excused = next((each for name, each in NEVER.items() if mine["operationId"].startswith(name)), set())
    for status, response in theirs["responses"].items():
        if status not in excused:
            yield Demand("status", f"{place} {status}", status in mine["responses"])
        if status in mine["responses"] and "schema" in response:
            answer = resolved(ours, mine["responses"][status])
            schema = answer["content"]["application/json"]["schema"]
            yield from _of_schema(official, response["schema"], ours, schema, f"{place} {status}")


def _of_schema(
    official: Json, theirs: Json, ours: Json, mine: Json, place: str, of: str = "", above: tuple[int, ...] = ()
) -> Iterator[Demand]:
    """Yield the demands of a schema, nested attributes at any depth included."""
    if "$ref" in theirs:
        of = theirs["$ref"].rsplit("/", 1)[-1]
    theirs, mine = resolved(official, theirs), resolved(ours, mine)
    if id(theirs) in above or not mine:  # `{}` takes anything
        return
    kind, kinds = theirs.get("type"), mine.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kind is not None:
        fits = kind in kinds or (kind, kinds[0]) == ("integer", "number")
        yield Demand("facet", f"{place}: {kind} is {kinds[0]}", fits)
        if not fits:
            return
    if theirs.get("format") in ("date-time", "uri", "base64"):
        yield Demand("facet", f"{place}: the format is {theirs['format']}", mine.get("format") == theirs["format"])
    states = {*mine.get("enum", ()), *mine.get("x-extensible-enum", ())}
    for value in theirs.get("enum", ()):
        yield Demand("facet", f"{place}: {value} is missing", value in states)
    if kind == "array":
        yield from _of_schema(official, theirs["items"], ours, mine["items"], place, of, (*above, id(theirs)))
    for name, each in theirs.get("properties", {}).items():
        inner = mine.get("properties", {}).get(name)
        yield Demand("attribute", f"{place}.{name}", inner is not None, f"{of}.{name}")
        if inner is not None:
            yield from _of_schema(official, each, ours, inner, f"{place}.{name}", f"{of}.{name}", (*above, id(theirs)))
    # An update may leave mandatory attributes out: they are there already.
    if not place.partition(".")[0].endswith("_Update") or "." in place:
        for name in theirs.get("required", ()):
            is_required = name in mine.get("required", ())
            yield Demand("mandatory", f"{place}: {name} is mandatory", is_required, f"{of}.{name}")


def resolved(document: Json, node: Json) -> Json:
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
