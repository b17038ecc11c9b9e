"""TMF640 Service Activation and Configuration: the services of TMF638 once more, and requests carried out later."""

from typing import Any, ClassVar

import pytest

from inventory.models import Monitor, Service
from inventory.services import carry_out_requests
from inventory.services.carry_out_requests import carry_out, carry_out_due_requests
from inventory.tasks import SCHEDULE
from inventory.tasks import carry_out_requests as task
from tests.caller import JSON_PATCH, Caller
from tests.conformance.swagger import needs_specifications
from tests.inventory import test_service
from tests.inventory.samples import SERVICE
from tests.inventory.test_service import MINIMAL, MOVES
from tests.inventory.test_service import ROUTE as INVENTORY
from tests.replay import replay
from tests.resource import ResourceTests
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.fields.json import Document

BASE = "/tmf-api/ServiceActivationAndConfiguration/v4"
ROUTE = f"{BASE}/service"
LATER = {"Prefer": "respond-async, wait=10"}


class TestServiceActivation(ResourceTests):
    model = Service
    route = ROUTE
    minimal: ClassVar = MINIMAL
    mandatory = test_service.TestService.mandatory
    defaults: ClassVar = test_service.TestService.defaults
    stamped = test_service.TestService.stamped
    unpatchable: ClassVar = test_service.TestService.unpatchable
    full: ClassVar = SERVICE
    patch: ClassVar = test_service.TestService.patch
    state = "state"
    moves: ClassVar = MOVES


HEADER = [{"name": "Prefer", "value": "respond-async"}]


class TestMonitor(ResourceTests):
    model = Monitor
    route = f"{BASE}/monitor"
    verbs = "LG"
    minimal: ClassVar = {}
    defaults: ClassVar = {"state": "InProgress"}
    full: ClassVar = {
        "state": "InProgress",
        "sourceHref": "https://elsewhere.example.com/s-1",
        "request": {"method": "POST", "to": f"http://testserver{ROUTE}", "body": "{}", "header": HEADER},
        "response": {"statusCode": "201", "body": "{}", "header": HEADER},
    }
    state = "state"
    moves: ClassVar = {"InProgress": ("Completed", "InError"), "Completed": (), "InError": ()}


@pytest.fixture
def call(db: None) -> Caller:
    return Caller("all")


def monitored(call: Caller, answer: Any) -> Document:
    """The monitor of an accepted request, as it is by now."""
    assert answer.status == 202, answer.response.content
    assert answer.headers["Location"] == answer.body["href"]
    assert answer.headers["Preference-Applied"] == "respond-async"
    return call.get(answer.headers["Location"]).body


def test_one_service_in_two_apis(call: Caller) -> None:
    made = call.post(ROUTE, MINIMAL).body
    assert made["href"] == f"http://testserver{ROUTE}/{made['id']}"
    there = call.get(f"{INVENTORY}/{made['id']}").body
    assert there == {**made, "href": f"http://testserver{INVENTORY}/{made['id']}"}
    found = Event.objects.filter(event_type="ServiceCreateEvent").values_list("api", "payload")
    assert {api: json.loads(payload)["href"] for api, payload in found} == {
        "tmf638": there["href"],
        "tmf640": made["href"],
    }


def test_a_service_is_made_later(call: Caller) -> None:
    answer = call.post(ROUTE, {**MINIMAL, "name": "Later"}, headers={**LATER, "X-Request-ID": "r-1"})
    waiting = monitored(call, answer)
    assert (waiting["state"], waiting["@type"], Service.objects.count()) == ("InProgress", "Monitor", 0)
    request = waiting["request"]
    assert (request["method"], request["to"]) == ("POST", f"http://testserver{ROUTE}")
    assert json.loads(request["body"]) == {**MINIMAL, "name": "Later"}
    assert {each["name"]: each["value"] for each in request["header"]} == {
        "Content-Type": "application/json", "Prefer": LATER["Prefer"], "X-Request-ID": "r-1",
    }  # fmt: skip
    assert "Bearer" not in json.dumps(waiting)

    assert carry_out_due_requests() == 1
    done = call.get(answer.headers["Location"]).body
    service = call.get(done["sourceHref"]).body
    assert (done["state"], done["response"]["statusCode"]) == ("Completed", "201")
    assert json.loads(done["response"]["body"]) == service
    assert {"name": "Location", "value": service["href"]} in done["response"]["header"]
    assert service["name"] == "Later" and service["href"].startswith(f"http://testserver{ROUTE}/")
    kinds = Event.objects.filter(resource_path="monitor").order_by("id").values_list("event_type", flat=True)
    assert list(kinds) == ["MonitorCreateEvent", "MonitorStateChangeEvent", "MonitorAttributeValueChangeEvent"]


def test_services_are_changed_and_ended_later(call: Caller) -> None:
    service = call.post(ROUTE, MINIMAL).body
    url = f"{ROUTE}/{service['id']}"
    steps = [{"op": "replace", "path": "/state", "value": "active"}]
    patched = call.patch(url, steps, JSON_PATCH, headers={**LATER, "If-Match": '"1"'})
    stale = call.patch(url, {"name": "x"}, headers={**LATER, "If-Match": '"1"'})
    gone = call.delete(url, headers=LATER)
    assert call.get(url).body == service
    assert carry_out_due_requests() == 3
    answers = [monitored(call, each) for each in (patched, stale, gone)]
    assert [(each["state"], each["response"]["statusCode"]) for each in answers] == [
        ("Completed", "200"), ("InError", "412"), ("Completed", "204"),
    ]  # fmt: skip
    assert json.loads(answers[0]["response"]["body"])["state"] == "active"
    call.get(url).refused(404, "60")


def test_what_cannot_be_done_is_told_in_the_monitor(call: Caller) -> None:
    answer = call.post(ROUTE, {"state": "active"}, headers=LATER)
    carry_out_due_requests()
    done = monitored(call, answer)
    error = json.loads(done["response"]["body"])
    assert (done["state"], done["response"]["statusCode"], error["code"]) == ("InError", "400", "23")
    assert "serviceSpecification" in error["message"]
    assert "sourceHref" not in done
    call.post(ROUTE, b"{", headers=LATER).refused(400, "22")
    call.patch(f"{ROUTE}/1", {}, "text/plain", headers=LATER).refused(415, "415")
    Caller("tmf640:read").post(ROUTE, MINIMAL, headers=LATER).refused(403, "50")


def test_unforeseen_failures_end_the_request(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = call.post(ROUTE, MINIMAL, headers=LATER)
    monkeypatch.setattr(carry_out_requests, "_done", lambda *_: 1 // 0)
    carry_out_due_requests()
    assert monitored(call, answer)["response"]["statusCode"] == "500"


def test_a_worker_that_dies_leaves_nothing(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service and the answer are one transaction; run again, it makes one service."""
    answer = call.post(ROUTE, MINIMAL, headers=LATER)
    with monkeypatch.context() as patch:
        patch.setattr(carry_out_requests, "_answer", _die)
        with pytest.raises(KeyboardInterrupt):
            carry_out_due_requests()
    assert (Service.objects.count(), monitored(call, answer)["state"]) == (0, "InProgress")
    task()
    task()
    assert (Service.objects.count(), monitored(call, answer)["state"]) == (1, "Completed")


def test_of_two_workers_one_does_it(call: Caller) -> None:
    answer = call.post(ROUTE, MINIMAL, headers=LATER)
    one, other = Monitor.objects.get(), Monitor.objects.get()
    carry_out(one)
    carry_out(other)
    assert (Service.objects.count(), monitored(call, answer)["state"]) == (1, "Completed")
    assert operations.get(Monitor, one.uid).revision == 2


def _die(*_: Any) -> None:
    raise KeyboardInterrupt


def test_history_names_who_asked(call: Caller) -> None:
    from tmfsite.audit.models import Change

    call.post(ROUTE, MINIMAL, headers={**LATER, "X-Request-ID": "r-1"})
    carry_out_due_requests()
    change = Change.objects.get(resource_uid=Service.objects.get().uid)
    assert (change.actor_kind, change.actor_name, change.request_id) == ("client", "tests", "r-1")


def test_requests_are_looked_for_periodically() -> None:
    assert task.name in {each["task"] for each in SCHEDULE.values()}


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "model"), [("Service", Service), ("Monitor", Monitor)])
def test_official_samples(name: str, model: Any) -> None:
    replay(f"TMF640/{name}.example.json", model)
