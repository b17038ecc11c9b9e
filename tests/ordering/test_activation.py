"""Services that somebody else's TMF640 activates: asked once, whatever gets lost."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from inventory.models import Monitor, Product, Service
from inventory.services.carry_out_requests import carry_out_due_requests
from ordering.models import CancelProductOrder, Fulfilment, Step
from ordering.services import run_steps
from ordering.services.cancel_order import run_due_cancellations
from ordering.services.retry_step import retry_step
from ordering.services.run_steps import run_due_steps
from tests.ordering.fulfilment import (
    FIBRE,
    Desk,
    chosen,
    fill_stock,
    item,
    load_catalogs,
    step_of,
    steps,
)
from tests.ordering.network import Network
from tmfsite import operations
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor
from tmfsite.rest.models import ApiClient

OPERATOR = Actor("user", "operator")
SESSION = "activate:3"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, settings: Any) -> Desk:
    settings.TMF_STEP_BACKOFF = 0.001
    settings.TMF_STEP_MAX_ATTEMPTS = 3
    settings.TMF_ACTIVATION_POLL = 0.01
    settings.TMF_ACTIVATION_CALL_TIMEOUT = 2
    load_catalogs()
    fill_stock()
    return Desk()


@pytest.fixture
def network(settings: Any) -> Iterator[Network]:
    with Network() as network:
        settings.TMF_ACTIVATION = {"RFSS-InternetSession": network.url}
        yield network


def work(order: Document, desk: Desk, *, until: str = "completed", seconds: float = 5.0) -> Document:
    """Run what is due and what becomes due, until the order is in a state."""
    end = time.monotonic() + seconds
    while (latest := desk.order(order["id"]))["state"] != until and time.monotonic() < end:
        run_due_steps()
        time.sleep(0.01)
    assert latest["state"] == until, steps(order)
    return latest


def test_a_service_is_activated_elsewhere(desk: Desk, network: Network) -> None:
    order = work(desk.place(item(FIBRE), run=False), desk)
    (remote,) = network.services.values()
    assert (remote["state"], remote["name"]) == ("active", "Internet session")
    assert {each["name"]: each["value"] for each in remote["serviceCharacteristic"]} == {
        "Download speed": 250,
        "Upload speed": 100,
        "IPv6 prefix": "/56",
    }
    service = Service.objects.get(name="Internet session")
    assert service.state == "active"
    assert [(each["id"], each["role"]) for each in service.related_entity] == [("net-1", "activatedAs")]
    assert step_of(order, SESSION).result["request"] == remote["serviceOrderItem"][0]["role"]


def test_its_monitor_is_followed(desk: Desk, network: Network) -> None:
    network.answers_later = True
    order = desk.place(item(FIBRE))
    step = step_of(order, SESSION)
    assert (step.state, step.result["monitor"]) == ("running", f"{network.url}/monitor/1")
    time.sleep(0.02)
    run_due_steps()
    assert (desk.order(order["id"])["state"], network.sent("POST")) == ("inProgress", 1)
    network.carry_out()
    work(order, desk)
    assert network.sent("POST") == 1
    assert Service.objects.get(name="Internet session").related_entity[0]["id"] == "net-1"


def test_what_fails_there_fails_here_and_can_be_retried(desk: Desk, network: Network) -> None:
    network.answers_later = True
    order = desk.place(item(FIBRE))
    network.carry_out(fail=True)
    work(order, desk, until="failed")
    assert step_of(order, SESSION).error == "the activation failed: no light"
    run_due_steps()
    assert network.services == {}
    network.answers_later = False
    retry_step(step=step_of(order, SESSION), actor=OPERATOR, reason="fixed")
    work(order, desk)
    assert [each["state"] for each in network.services.values()] == ["active"]


def test_an_answer_that_takes_too_long_fails(desk: Desk, network: Network, settings: Any) -> None:
    network.answers_later = True
    settings.TMF_ACTIVATION_TIMEOUT = 0.05
    order = desk.place(item(FIBRE))
    time.sleep(0.06)
    work(order, desk, until="failed")
    assert "did not end in time" in step_of(order, SESSION).error


def test_a_passing_error_is_tried_again(desk: Desk, network: Network) -> None:
    answers = iter([503, 429])
    network.interfere = lambda method, path: next(answers, None) if method == "POST" else None
    order = work(desk.place(item(FIBRE), run=False), desk)
    assert (network.sent("POST"), len(network.services), step_of(order, SESSION).attempts) == (3, 1, 2)


def test_a_refusal_is_final(desk: Desk, network: Network) -> None:
    network.interfere = lambda method, path: 422 if method == "POST" else None
    order = work(desk.place(item(FIBRE), run=False), desk, until="failed")
    assert network.sent("POST") == 1
    assert "answered 422" in step_of(order, SESSION).error


def test_a_lost_answer_makes_no_second_service(desk: Desk, network: Network) -> None:
    network.loses = 2  # the client repeats a request over a connection that was lost
    work(desk.place(item(FIBRE), run=False), desk)
    assert len([each for each in network.services.values() if each["state"] == "active"]) == network.sent("POST") == 1


def test_a_worker_that_dies_after_sending_makes_no_second_service(
    desk: Desk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    call = run_steps._call

    def dying(pk: int, step: Any, outside: Any) -> None:
        outside.send()
        raise Killed

    for later in (False, True):
        network.answers_later = later
        sent = network.sent("POST")
        order = desk.place(item(FIBRE), run=False)
        monkeypatch.setattr(run_steps, "_call", dying)
        with pytest.raises(Killed):
            run_due_steps()
        monkeypatch.setattr(run_steps, "_call", call)
        run_due_steps()  # nobody takes it up until its lease is over
        assert network.sent("POST") == sent + 1
        Step.objects.filter(key=SESSION).exclude(due_at=None).update(due_at=now())
        Fulfilment.objects.filter(order=order["id"]).update(due_at=now())
        run_due_steps()
        network.carry_out()
        work(order, desk)
        assert network.sent("POST") == sent + 1


def test_an_item_that_fails_is_taken_down_there_too(
    desk: Desk, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    activate = run_steps.HANDLERS["activate"]

    def failing(work: Any) -> Any:
        if work.service()["name"] == "Home gateway management":
            raise run_steps.StepFailed("no", permanent=True)
        return activate(work)

    monkeypatch.setitem(run_steps.HANDLERS, "activate", failing)
    order = work(desk.place(item(FIBRE), run=False), desk, until="failed")
    run_due_steps()
    assert [each["state"] for each in network.services.values()] == ["terminated"]
    monkeypatch.setitem(run_steps.HANDLERS, "activate", activate)
    retry_step(step=step_of(order, "activate:4"), actor=OPERATOR, reason="again")
    work(order, desk)
    assert sorted(each["state"] for each in network.services.values()) == ["active", "terminated"]


def test_changes_and_removals_go_there_too(desk: Desk, network: Network) -> None:
    order = work(desk.place(item(FIBRE), run=False), desk)
    uid = order["productOrderItem"][0]["product"]["id"]
    change = {"id": "1", "action": "modify", "product": {"id": uid, **chosen(IPv6_prefix="/48")}}
    work(desk.place(change, run=False), desk)
    (remote,) = network.services.values()
    assert {"name": "IPv6 prefix", "valueType": "string", "value": "/48"} in remote["serviceCharacteristic"]
    work(desk.place({"id": "1", "action": "delete", "product": {"id": uid}}, run=False), desk)
    assert [each["state"] for each in network.services.values()] == ["terminated"]
    assert Product.objects.get().status == "terminated"


def test_what_was_sent_cannot_be_cancelled(desk: Desk, network: Network) -> None:
    network.answers_later = True
    order = desk.place(item(FIBRE))
    document = {"productOrder": {"id": order["id"]}}
    task = operations.create(CancelProductOrder, document, actor=SYSTEM).instance
    run_due_cancellations()
    task.refresh_from_db()
    assert (task.state, desk.order(order["id"])["state"]) == ("terminatedWithError", "inProgress")


@pytest.mark.django_db(transaction=True)
def test_our_own_api_can_be_the_other_side(desk: Desk, live_server: Any, settings: Any) -> None:
    _, token = ApiClient.issue("activation", ["all"])
    settings.TMF_ACTIVATION_TOKEN = token
    address = f"{live_server.url}/tmf-api/ServiceActivationAndConfiguration/v4"
    settings.TMF_ACTIVATION = {"RFSS-InternetSession": address}
    order = desk.place(item(FIBRE))
    assert Monitor.objects.get().state == "InProgress"
    assert carry_out_due_requests() == 1
    work(order, desk)
    ours, theirs = Service.objects.filter(name="Internet session").order_by("id")
    assert (ours.state, theirs.state, ours.related_entity[0]["id"]) == ("active", "active", theirs.uid)
