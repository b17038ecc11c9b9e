"""Cancelling orders of every kind: what becomes of the task, of the order, and what is announced."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from ordering.models import ProductOrder, ResourceOrder, ServiceOrder
from ordering.models.order import Order
from ordering.services import cancel_order
from ordering.services.cancel_order import CancellationRefusedError, Engine, plug_in, run_due_cancellations
from tests.caller import Caller
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document

pytestmark = pytest.mark.django_db

KINDS: dict[str, tuple[type[Order], str, Document]] = {
    "product": (ProductOrder, "/tmf-api/productOrderingManagement/v4", {}),
    "service": (ServiceOrder, "/tmf-api/serviceOrdering/v4", {"service": {}}),
    "resource": (ResourceOrder, "/tmf-api/resourceOrderingManagement/v4", {}),
}


class Scene:
    """An order of two items, and the requests to cancel it."""

    def __init__(self, kind: str) -> None:
        self.model, api, more = KINDS[kind]
        self.call = Caller("all")
        self.name = f"{kind}Order"
        self.items = self.model.items_name()
        self.orders, self.tasks = f"{api}/{self.name}", f"{api}/cancel{kind.capitalize()}Order"
        items = [{"id": "1", "action": "add", **more}, {"id": "2", "action": "add", **more}]
        self.order = self.call.post(self.orders, {self.items: items}).body

    def move(self, *states: str) -> None:
        for state in states:
            answer = self.call.patch(f"{self.orders}/{self.order['id']}", {"state": state})
            assert answer.status == 200, answer.response.content

    def set_items(self, *states: str) -> None:
        items = [{**each, "state": state} for each, state in zip(self.now()[self.items], states, strict=True)]
        assert self.call.patch(f"{self.orders}/{self.order['id']}", {self.items: items}).status == 200

    def cancel(self, **more: Any) -> Document:
        answer = self.call.post(self.tasks, {self.name: {"id": self.order["id"]}, **more})
        assert answer.status == 201
        return answer.body  # type: ignore[no-any-return]

    def now(self) -> Document:
        return self.call.get(f"{self.orders}/{self.order['id']}").body  # type: ignore[no-any-return]

    def task(self, task: Document) -> Document:
        return self.call.get(f"{self.tasks}/{task['id']}").body  # type: ignore[no-any-return]

    def states(self) -> list[str]:
        return [each["state"] for each in self.now()[self.items]]


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(request.param)


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Engines plugged in are gone afterwards."""
    monkeypatch.setattr(cancel_order, "_engines", {})
    return None


def happened() -> list[str]:
    return list(Event.objects.order_by("id").values_list("event_type", flat=True))


def test_an_order_is_cancelled(scene: Scene) -> None:
    scene.move("inProgress")
    scene.set_items("completed", "inProgress")
    Event.objects.all().delete()
    task = scene.cancel(cancellationReason="Ordered twice")
    assert task["state"] == ("accepted" if scene.name == "serviceOrder" else "acknowledged")
    assert (scene.now()["state"], run_due_cancellations()) == ("inProgress", 1)
    order, after = scene.now(), scene.task(task)
    assert (order["state"], scene.states()) == ("cancelled", ["completed", "cancelled"])
    assert (after["state"], after["cancellationReason"]) == ("done", "Ordered twice")
    if scene.name == "resourceOrder":  # has neither
        assert not {"cancellationDate", "cancellationReason"} & order.keys()
    else:
        assert order["cancellationReason"] == "Ordered twice"
        assert order["cancellationDate"] == after["effectiveCancellationDate"]
    if scene.name == "serviceOrder":
        assert after["completionMessage"] == "the order is cancelled"
    kind = scene.name[0].upper() + scene.name[1:]
    assert happened() == [
        f"Cancel{kind}CreateEvent",
        f"Cancel{kind}StateChangeEvent",
        f"{kind}StateChangeEvent",
        f"{kind}StateChangeEvent",
        f"{kind}StateChangeEvent",
        f"Cancel{kind}StateChangeEvent",
    ]
    assert run_due_cancellations() == 0


@pytest.mark.parametrize(
    "states", [("rejected",), ("inProgress", "completed"), ("assessingCancellation",)], ids="+".join
)
def test_what_cannot_be_cancelled_stays_as_it_is(scene: Scene, states: tuple[str, ...]) -> None:
    scene.move(*states)
    before, task = scene.now(), scene.cancel()
    run_due_cancellations()
    after = scene.task(task)
    assert (after["state"], scene.now()) == ("terminatedWithError", before)
    assert "effectiveCancellationDate" not in after
    if scene.name == "serviceOrder":
        assert after["errorMessage"]["message"] == f"the order is {states[-1]}"


def test_an_order_that_is_not_here(scene: Scene) -> None:
    task = scene.call.post(scene.tasks, {scene.name: {"id": "elsewhere"}}).body
    run_due_cancellations()
    assert scene.task(task)["state"] == "terminatedWithError"


def test_of_two_requests_the_second_is_refused(scene: Scene) -> None:
    first, second = scene.cancel(), scene.cancel()
    run_due_cancellations()
    assert [scene.task(each)["state"] for each in (first, second)] == ["done", "terminatedWithError"]
    assert scene.now()["state"] == "cancelled"


def test_a_later_date_is_waited_for(scene: Scene) -> None:
    task = scene.cancel(requestedCancellationDate=format_instant(now() + timedelta(hours=1)))
    past = scene.cancel(requestedCancellationDate="2026-01-01T00:00:00Z")
    assert run_due_cancellations() == 1
    assert scene.task(task)["state"] in ("accepted", "acknowledged")
    assert scene.task(past)["state"] == "done"


def test_past_the_point_of_no_return(scene: Scene, engines: None) -> None:
    def assess(order: Order) -> bool:
        raise CancellationRefusedError("the parcel is on its way")

    plug_in(scene.model, Engine(assess=assess))
    scene.move("inProgress")
    scene.set_items("completed", "held")
    before, task = scene.now(), scene.cancel()
    run_due_cancellations()
    after = scene.now()
    assert scene.task(task)["state"] == "terminatedWithError"
    assert {**after, "lastUpdate": None} == {**before, "lastUpdate": None}
    assert scene.states() == ["completed", "held"]


def test_an_engine_takes_its_time(scene: Scene, engines: None) -> None:
    answers = {"assess": False, "compensate": False}
    plug_in(scene.model, Engine(assess=lambda order: answers["assess"], compensate=lambda order: answers["compensate"]))
    scene.move("inProgress")
    task = scene.cancel()
    for answer, state in (
        (None, "assessingCancellation"),
        (None, "assessingCancellation"),
        ("assess", "pendingCancellation"),
        (None, "pendingCancellation"),
        ("compensate", "cancelled"),
    ):
        if answer:
            answers[answer] = True
        run_due_cancellations()
        assert (scene.now()["state"], scene.states()) == (state, [state, state])
        assert scene.task(task)["state"] == ("done" if state == "cancelled" else "inProgress")


def test_somebody_takes_the_order_out_of_its_cancellation(scene: Scene, engines: None) -> None:
    plug_in(scene.model, Engine(assess=lambda order: False))
    scene.move("inProgress")
    task = scene.cancel()
    run_due_cancellations()
    scene.move("inProgress")
    run_due_cancellations()
    assert (scene.task(task)["state"], scene.now()["state"]) == ("terminatedWithError", "inProgress")


def test_an_engine_that_breaks_keeps_nobody_waiting(scene: Scene, engines: None) -> None:
    def breaks(order: Order) -> bool:
        if order.uid == scene.order["id"]:
            raise RuntimeError("out of order")
        return True

    plug_in(scene.model, Engine(assess=breaks))
    task = scene.cancel()
    other = scene.call.post(scene.orders, {scene.items: scene.order[scene.items]}).body
    second = scene.call.post(scene.tasks, {scene.name: {"id": other["id"]}}).body
    assert run_due_cancellations() == 2
    assert (scene.task(task)["state"], scene.task(second)["state"]) == ("inProgress", "done")
    plug_in(scene.model, Engine())
    run_due_cancellations()
    assert scene.task(task)["state"] == "done"


def test_a_finished_task_is_not_taken_up_again(scene: Scene) -> None:
    task = scene.cancel()
    run_due_cancellations()
    cancel = next(each for each in cancel_order.task_models() if each.order_model() is scene.model)
    pk = operations.get(cancel, task["id"]).pk
    before = Event.objects.count()
    cancel_order.cancel_order(cancel, pk)
    assert Event.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_cancel_once() -> None:
    scene = Scene("product")
    tasks = [scene.cancel()]
    for _ in range(2):
        other = scene.call.post(scene.orders, {scene.items: scene.order[scene.items]}).body
        tasks.append(scene.call.post(scene.tasks, {scene.name: {"id": other["id"]}}).body)
    Event.objects.all().delete()

    def work(_: int) -> None:
        try:
            run_due_cancellations()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    run_due_cancellations()  # what was locked by one that had to wait for another
    assert {scene.task(each)["state"] for each in tasks} == {"done"}
    assert sorted(happened()) == sorted(
        ["ProductOrderStateChangeEvent"] * 9 + ["CancelProductOrderStateChangeEvent"] * 6
    )
