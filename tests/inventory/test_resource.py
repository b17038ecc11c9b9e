"""TMF639 Resource Inventory Management: the contract of resources of all kinds, and the official samples."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from inventory.models import Resource
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications, samples
from tests.inventory.samples import CHARACTERISTIC, PARTY, PLACE, RESOURCE, RESOURCE_SPECIFICATION
from tests.resource import ResourceTests
from tests.samples import ATTACHMENT, NOTE
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.fields.json import Document

BASE = "/tmf-api/resourceInventoryManagement/v4"
TYPED = {"@type": "One", "@schemaLocation": "https://schemas.example.com/one.json"}
POOL = {"resourcePool": {"id": "pool-1"}}
NUMBER: Document = {
    "name": "0170112231",
    "description": "A number to choose",
    "category": "Premium",
    "value": "0170112231",
    "serialNumber": "SN-1",
    "versionNumber": "3",
    "resourceVersion": "business v2",
    "powerState": "Full Power",
    "manufactureDate": "2025-01-01T00:00:00Z",
    "startOperatingDate": "2026-01-01T00:00:00Z",
    "endOperatingDate": "2030-01-01T00:00:00+01:00",
    "administrativeState": "locked",
    "operationalState": "enable",
    "usageState": "idle",
    "resourceStatus": "available",
    "resourceSpecification": RESOURCE_SPECIFICATION,
    "resourceCharacteristic": [CHARACTERISTIC],
    "resourceRelationship": [
        {
            "id": "r-2",
            "href": "https://elsewhere.example.com/r-2",
            "name": "SIM",
            "relationshipType": "reliesOn",
            "resource": RESOURCE,
            "resourceRelationshipCharacteristic": [CHARACTERISTIC],
        }
    ],
    "relatedParty": [PARTY],
    "place": PLACE,
    "note": [NOTE],
    "attachment": [{**ATTACHMENT, "@referredType": "Attachment"}],
    "@referredType": "LogicalResource",
}


class Inventory(ResourceTests):
    """What the three routes have in common."""

    __test__ = False
    model = Resource
    minimal: ClassVar = {"name": "0170112231"}
    mandatory: ClassVar[tuple[str, ...]] = ("name",)
    server_set: ClassVar = POOL
    unpatchable: ClassVar = POOL
    states = ("resourceStatus", "administrativeState", "operationalState", "usageState")
    patch: ClassVar = {"category": "Gold", "note": [NOTE, {"text": "Done"}]}


class TestResource(Inventory):
    __test__ = True
    route = f"{BASE}/resource"
    full: ClassVar = {**NUMBER, **TYPED, "@baseType": "Entity"}


class TestPhysicalResource(Inventory):
    __test__ = True
    route = f"{BASE}/physicalResource"
    full: ClassVar = {**NUMBER, **TYPED, "@baseType": "PhysicalResource"}


class TestLogicalResource(Inventory):
    __test__ = True
    route = f"{BASE}/logicalResource"
    verbs = "LGCPUD"
    minimal: ClassVar = {"value": "0170112231"}
    mandatory = ()
    events = ()
    full: ClassVar = {**NUMBER, **TYPED, "@baseType": "LogicalResource"}


@pytest.fixture
def call(db: None) -> Caller:
    return Caller("all")


def ids(call: Caller, *paths: str) -> list[list[str]]:
    """The resources that each route shows."""
    return [call.get(f"{BASE}/{path}").ids for path in paths]


def test_one_store_three_views(call: Caller) -> None:
    router = call.post(f"{BASE}/physicalResource", {"name": "Router"}).body
    number = call.post(f"{BASE}/logicalResource", {"value": "017"}).body
    typed = call.post(f"{BASE}/logicalResource", {"value": "018", "@type": "MSISDN"}).body
    other = call.post(f"{BASE}/resource", {"name": "Other"}).body
    assert [each["@type"] for each in (router, number, typed, other)] == [
        "PhysicalResource", "LogicalResource", "MSISDN", "Resource",
    ]  # fmt: skip
    assert typed["@baseType"] == "LogicalResource"
    assert ids(call, "resource", "physicalResource", "logicalResource") == [
        [each["id"] for each in (router, number, typed, other)], [router["id"]], [number["id"], typed["id"]],
    ]  # fmt: skip
    call.get(f"{BASE}/physicalResource/{number['id']}").refused(404, "60")
    call.patch(f"{BASE}/physicalResource/{number['id']}", {"name": "x"}).refused(404, "60")
    call.delete(f"{BASE}/logicalResource/{router['id']}").refused(404, "60")
    assert (
        call.get(f"{BASE}/resource/{number['id']}").body["href"] == f"http://testserver{BASE}/resource/{number['id']}"
    )


def test_types_that_a_route_would_not_show_are_refused(call: Caller) -> None:
    body = {"name": "Router", "@type": "Router", "@baseType": "PhysicalResource"}
    call.post(f"{BASE}/logicalResource", body).refused(400, "24", about="@type")
    assert call.post(f"{BASE}/physicalResource", body).status == 201


def test_a_resource_without_name_can_be_changed_where_names_are_demanded(call: Caller) -> None:
    number = call.post(f"{BASE}/logicalResource", {"value": "017"}).body
    url = f"{BASE}/resource/{number['id']}"
    assert call.patch(url, {"category": "Gold"}).body["category"] == "Gold"
    assert call.patch(url, {"name": "017"}).status == 200
    call.patch(url, {"name": None}).refused(400, "23", about="name")


def test_replacement_of_a_logical_resource(call: Caller) -> None:
    number = call.post(f"{BASE}/logicalResource", {**NUMBER, "xOwn": 1}).body
    url = f"{BASE}/logicalResource/{number['id']}"
    after = call("PUT", url, {"value": "018", "administrativeState": "locked", "xOther": {}, "resourceStatus": "available",
                              "operationalState": "enable", "usageState": "busy"})  # fmt: skip
    assert after.status == 200, after.response.content
    assert after.body == {
        "id": number["id"], "href": number["href"], "@type": "LogicalResource", "value": "018",
        "administrativeState": "locked", "operationalState": "enable", "usageState": "busy",
        "resourceStatus": "available", "xOther": {},
    }  # fmt: skip
    assert call.get(url).body == after.body
    call("PUT", url, {"value": "019"}, headers={"If-Match": '"1"'}).refused(412, "412")


def test_four_states_that_know_nothing_of_each_other(call: Caller) -> None:
    router = call.post(f"{BASE}/physicalResource", {"name": "Router"}).body
    url = f"{BASE}/resource/{router['id']}"
    for attribute, state in (
        ("administrativeState", "locked"), ("administrativeState", "unlock"), ("administrativeState", "shutdown"),
        ("operationalState", "enable"), ("operationalState", "disable"), ("usageState", "busy"), ("usageState", "idle"),
        ("resourceStatus", "alarm"), ("resourceStatus", "available"),
    ):  # fmt: skip
        Event.objects.all().delete()
        answer = call.patch(url, {attribute: state})
        assert (answer.status, answer.body[attribute]) == (200, state), answer.response.content
        kinds = set(Event.objects.values_list("event_type", flat=True))
        assert kinds == {"ResourceStateChangeEvent", "PhysicalResourceStateChangeEvent"}
    call.patch(url, {"administrativeState": "locked"})
    call.patch(url, {"administrativeState": "shutdown"}).refused(409, "stateTransition", about="locked")
    call.patch(url, {"operationalState": None}).refused(409, "stateTransition")


def test_events_of_logical_resources_are_those_of_resources(call: Caller) -> None:
    call.post(f"{BASE}/logicalResource", {"value": "017"})
    assert list(Event.objects.values_list("event_type", "resource_path")) == [("ResourceCreateEvent", "resource")]


def official() -> dict[str, list[Document]]:
    """The official samples that are JSON, by file name."""
    found: dict[str, list[Document]] = {}
    for path in samples("TMF639"):
        try:
            content: Any = json.loads(Path(path).read_bytes())
        except ValueError:
            continue
        found[path.name] = content if isinstance(content, list) else [content]
    return found


@needs_specifications
@pytest.mark.parametrize("name", official())
def test_official_samples(call: Caller, name: str) -> None:
    """They have dates that no parser reads, and a party without type; the rest is taken as it is."""
    for document in official()[name]:
        for date in ("startOperatingDate", "endOperatingDate"):
            if str(document.get(date, "")).endswith(":00.000Z"):
                document[date] = document[date].replace(":00.000Z", ":00:00.000Z")
        made = call.post(f"{BASE}/resource", document)
        assert made.status == 201, made.response.content
        kept = call.get(f"{BASE}/resource/{made.body['id']}").body
        for attribute in document.keys() - {"id", "href"}:
            assert json.dumps(kept[attribute]) == json.dumps(document[attribute]), attribute
