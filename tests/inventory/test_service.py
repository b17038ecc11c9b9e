"""TMF638 Service Inventory Management: the contract of services, what follows their state, and the official sample."""

from typing import Any, ClassVar

import pytest

from inventory.models import Service
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.inventory.samples import SERVICE
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import NOTE
from tmfsite.fields.json import Document

ROUTE = "/tmf-api/serviceInventory/v4/service"
MINIMAL: Document = {"state": "feasibilityChecked", "serviceSpecification": {"id": "ss-1"}}
MOVES = {
    "feasibilityChecked": ("designed", "reserved", "inactive", "active", "terminated"),
    "designed": ("reserved", "inactive", "active", "terminated"),
    "reserved": ("designed", "inactive", "active", "terminated"),
    "inactive": ("active", "terminated"),
    "active": ("inactive", "terminated"),
    "terminated": ("active",),
}


class TestService(ResourceTests):
    model = Service
    route = ROUTE
    minimal: ClassVar = MINIMAL
    mandatory = ("state", "serviceSpecification")
    defaults: ClassVar = {"hasStarted": False, "isServiceEnabled": False}
    stamped = ("serviceDate",)
    unpatchable: ClassVar = {"serviceDate": "2001-01-01"}
    full: ClassVar = SERVICE
    patch: ClassVar = {"name": "Access of Bob", "note": [NOTE, {**NOTE, "text": "Done"}]}
    state = "state"
    moves: ClassVar = MOVES


@pytest.fixture
def call(db: None) -> Caller:
    return Caller("all")


def facts(document: Document) -> dict[str, Any]:
    """What follows the state."""
    shown = {name: document.get(name) for name in ("hasStarted", "isServiceEnabled")}
    return {**shown, "started": "startDate" in document, "ended": "endDate" in document}


def test_what_follows_the_state(call: Caller) -> None:
    service = call.post(ROUTE, MINIMAL).body
    url = f"{ROUTE}/{service['id']}"
    steps = (
        ("designed", False, False, False),
        ("active", True, True, False),
        ("inactive", False, True, False),
        ("terminated", False, True, True),
        ("active", True, True, False),
    )
    for state, runs, started, ended in steps:
        document = call.patch(url, {"state": state}).body
        assert facts(document) == {
            "hasStarted": runs, "isServiceEnabled": runs, "started": started, "ended": ended,
        }, state  # fmt: skip


def test_what_a_client_says_goes_before(call: Caller) -> None:
    service = call.post(ROUTE, {**MINIMAL, "state": "active", "isServiceEnabled": False}).body
    assert facts(service) == {"hasStarted": True, "isServiceEnabled": False, "started": True, "ended": False}
    url = f"{ROUTE}/{service['id']}"
    inactive = call.patch(url, {"state": "inactive", "isServiceEnabled": True}).body
    assert facts(inactive) == {"hasStarted": False, "isServiceEnabled": True, "started": True, "ended": False}
    assert call.patch(url, {"hasStarted": True}).body["hasStarted"] is True


def test_services_are_found_by_what_they_rest_on(call: Caller) -> None:
    below = call.post(ROUTE, MINIMAL).body
    above = call.post(ROUTE, {**MINIMAL, "supportingService": [{"id": below["id"]}]}).body
    assert call.get(ROUTE, **{"supportingService.id": below["id"]}).ids == [above["id"]]
    shown = call.get(f"{ROUTE}/{above['id']}", expand="supportingService").body
    assert shown["supportingService"][0]["state"] == "feasibilityChecked"


@needs_specifications
@pytest.mark.django_db
def test_official_sample() -> None:
    def repair(document: Document) -> None:
        """The sample misspells an attribute that its specification demands."""
        for feature in document["feature"]:
            feature["featureCharacteristic"] = feature.pop("featureCharacteritic")

    replay("TMF638/Service.example.json", Service, repair)
