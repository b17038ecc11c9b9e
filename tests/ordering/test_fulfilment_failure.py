"""What goes wrong with orders: shortages, failing steps, workers that die; and what operators do about it."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventory.models import Product, Resource, Service
from ordering.models import Fulfilment, Step
from ordering.services import run_steps
from ordering.services.plan_order import ACTIVATE
from ordering.services.retry_step import complete_step, retry_step, skip_step
from ordering.services.run_steps import run_due_steps
from ordering.services.work import StepFailed
from tests.events.test_kill import Worker, database_url, forget_everything
from tests.ordering.fulfilment import (
    FIBRE,
    Desk,
    fill_stock,
    free,
    fulfilment,
    item,
    load_catalogs,
    outcome,
    resource_orders,
    service_order,
    step_of,
    steps,
    stock,
)
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import Conflict

OPERATOR = Actor("user", "operator")

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None, settings: Any) -> Desk:
    settings.TMF_STEP_BACKOFF = 0.001
    settings.TMF_STEP_MAX_ATTEMPTS = 2
    load_catalogs()
    return Desk()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the services whose activation fails."""
    names: set[str] = set()
    activate = run_steps.HANDLERS[ACTIVATE]

    def failing(work: Any) -> Any:
        if work.service()["name"] in names and not work.step.is_skipped:
            raise StepFailed("the line card is dead", permanent=True)
        return activate(work)

    monkeypatch.setitem(run_steps.HANDLERS, ACTIVATE, failing)  # type: ignore[arg-type]
    return names


def work(seconds: float = 0.05) -> None:
    """Run what is due, and what becomes due soon."""
    for _ in range(5):
        run_due_steps()
        time.sleep(seconds / 5)


def states(order: Document) -> list[str]:
    return [each["state"] for each in order["productOrderItem"]]


# --- failing --------------------------------------------------------------------------------------------------------


def test_a_shortage_fails_the_item_and_gives_back_what_it_had(desk: Desk) -> None:
    fill_stock(1)
    first = desk.place(item(FIBRE))
    stock("PRS-HomeGateway", 1)
    second = desk.place(item(FIBRE))
    work()
    second = desk.order(second["id"])
    assert (first["state"], second["state"]) == ("completed", "failed")
    step = step_of(second, "reserve:1")
    assert (step.state, step.attempts) == ("failed", 2)
    assert step.error.startswith("there is no Optical network terminal left")
    assert second["note"][0]["text"] == f"item 1: {step.error}"
    assert (free("PRS-HomeGateway"), service_order(second).state) == (1, "failed")
    assert [each.state for each in resource_orders(second)] == ["failed"]
    assert service_order(second).error_message[0]["message"] == step.error
    assert set(Product.objects.values_list("status", flat=True)) == {"active", "aborted"}
    assert set(Service.objects.values_list("state", flat=True)) == {"active", "terminated"}


def test_a_shortage_that_ends_in_time_is_overcome(desk: Desk, settings: Any) -> None:
    settings.TMF_STEP_MAX_ATTEMPTS = 50
    order = desk.place(item("PO-EDGE-S"))
    assert (order["state"], step_of(order, "reserve:1").state) == ("inProgress", "waiting")
    stock("PRS-SDWANEdge", 1)
    work()
    assert desk.order(order["id"])["state"] == "completed"


def test_other_items_go_on(desk: Desk, broken: set[str]) -> None:
    fill_stock()
    broken.add("SD-WAN edge device")
    order = desk.place(item(FIBRE), item("PO-EDGE-S", "2"))
    assert (order["state"], states(order)) == ("partial", ["completed", "failed"])
    assert free("PRS-SDWANEdge") == 5
    assert [each.state for each in resource_orders(order)] == ["completed", "failed"]
    assert service_order(order).state == "partial"
    assert fulfilment(order).state == "failed"


def test_a_bundle_fails_with_a_part_and_keeps_the_others(desk: Desk, broken: set[str]) -> None:
    fill_stock()
    broken.add("Set-top box")
    order = desk.place(BUNDLE)
    (bundle,) = order["productOrderItem"]
    assert [each["state"] for each in bundle["productOrderItem"]] == ["completed", "failed", "completed", "completed"]
    assert (bundle["state"], order["state"]) == ("failed", "partial")
    assert steps(order)["finish:1"] == "failed"


def test_what_relies_on_a_failed_item_fails_too(desk: Desk, broken: set[str]) -> None:
    fill_stock()
    broken.add("PON access")
    tie = [{"id": "2", "relationshipType": "reliesOn"}]
    order = desk.place(item("PO-EDGE-S", productOrderItemRelationship=tie), item(FIBRE, "2"))
    assert (order["state"], states(order)) == ("failed", ["failed", "failed"])
    assert steps(order)["reserve:1"] == "cancelled"


def test_an_error_of_ours_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_stock()
    tries: list[Any] = []
    activate = run_steps.HANDLERS[ACTIVATE]

    def failing_once(work: Any) -> Any:
        done = activate(work)
        tries.append(work)
        if len(tries) == 1:
            raise RuntimeError("a bug")
        return done

    monkeypatch.setitem(run_steps.HANDLERS, ACTIVATE, failing_once)  # type: ignore[arg-type]
    order = desk.place(item(FIBRE))
    work()
    assert desk.order(order["id"])["state"] == "completed"
    assert step_of(order, "activate:2").attempts == 1


# --- operators ------------------------------------------------------------------------------------------------------


def test_a_failed_step_is_retried(desk: Desk, broken: set[str]) -> None:
    fill_stock()
    plain = outcome(desk.place(item(FIBRE)))
    broken.add("Internet session")
    order = desk.place(item(FIBRE))
    assert order["state"] == "failed"
    broken.clear()
    retry_step(step=step_of(order, "activate:3"), actor=OPERATOR, reason="card replaced")
    again = desk.order(order["id"])
    assert (again["state"], again.get("completionDate")) == ("inProgress", None)
    run_due_steps()
    order = desk.order(order["id"])
    after = outcome(order)
    assert {**after, "events": None} == {**plain, "events": None}
    assert step_of(order, "activate:3").reason == "card replaced"


def test_a_failed_bundle_is_retried_with_its_part(desk: Desk, broken: set[str]) -> None:
    fill_stock()
    broken.add("Set-top box")
    order = desk.place(BUNDLE)
    broken.clear()
    step = next(each for each in fulfilment(order).all_steps() if each.state == "failed" and each.kind == ACTIVATE)
    retry_step(step=step, actor=OPERATOR, reason="again")
    run_due_steps()
    order = desk.order(order["id"])
    assert order["state"] == "completed"
    assert set(steps(order).values()) == {"done"}


def test_a_failed_order_is_mended_by_command(desk: Desk) -> None:
    order = desk.place(item(FIBRE))
    work()
    assert desk.order(order["id"])["state"] == "failed"
    with pytest.raises(CommandError, match="no order nowhere is carried out here"):
        call_command("mend_order", "nowhere", "retry", reason="why not")
    with pytest.raises(CommandError, match="no such step has failed"):
        call_command("mend_order", order["id"], "retry", step="activate:1", reason="why not")
    fill_stock()
    call_command("mend_order", order["id"], "retry", reason="restocked", stdout=io.StringIO())
    work()
    assert desk.order(order["id"])["state"] == "completed"
    with pytest.raises(CommandError, match="no such step has failed"):
        call_command("mend_order", order["id"], "skip", reason="why not")


def test_a_failed_step_is_skipped(desk: Desk, broken: set[str]) -> None:
    fill_stock()
    broken.add("Internet session")
    order = desk.place(item(FIBRE))
    skip_step(step=step_of(order, "activate:3"), actor=OPERATOR, reason="done on the phone")
    run_due_steps()
    order = desk.order(order["id"])
    assert (order["state"], steps(order)["activate:3"]) == ("completed", "skipped")
    assert set(Service.objects.values_list("state", flat=True)) == {"active"}


def test_a_shortage_is_skipped(desk: Desk) -> None:
    order = desk.place(item("PO-EDGE-S"))
    work()
    skip_step(step=step_of(order, "reserve:1"), actor=OPERATOR, reason="the customer has one")
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"
    assert not Resource.objects.exists()


def test_only_what_failed_is_retried(desk: Desk) -> None:
    fill_stock()
    order = desk.place(item(FIBRE))
    with pytest.raises(Conflict):
        retry_step(step=step_of(order, "reserve:1"), actor=OPERATOR, reason="why not")
    rejected = desk.place(item("PO-FIBER-2500"))
    with pytest.raises(Conflict):
        retry_step(step=step_of(rejected, "validate"), actor=OPERATOR, reason="why not")


def test_a_manual_step_waits_for_an_operator(desk: Desk, settings: Any) -> None:
    fill_stock()
    settings.TMF_ACTIVATION = {"RFSS-PONAccess": "manual"}
    order = desk.place(item(FIBRE))
    step = step_of(order, "activate:2")
    assert (order["state"], step.state, fulfilment(order).state) == ("inProgress", "running", "waiting")
    complete_step(step=step, actor=OPERATOR)
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"
    with pytest.raises(Conflict):
        complete_step(step=step, actor=OPERATOR)


# --- dying ----------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for the end of the process."""


BUNDLE = item("PO-HOME-DUO")
SMALL = item(FIBRE)


def test_a_worker_may_die_at_any_step(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a step has begun to write, and after it has written everything, each step in turn."""
    fill_stock(60)
    plain = outcome(desk.place(BUNDLE))
    record = run_steps._record
    for boundary in range(len(plain["steps"])):
        seen: list[int] = []

        def dying(*arguments: Any, boundary: int = boundary, seen: list[int] = seen) -> None:
            seen.append(1)
            if len(seen) == boundary + 1:
                raise Killed
            record(*arguments)
            if len(seen) == boundary + 3:  # and two steps later again, after all was written
                raise Killed

        order = desk.place(BUNDLE, run=False)
        monkeypatch.setattr(run_steps, "_record", dying)
        for _ in range(2):
            try:
                run_due_steps()
            except Killed:
                continue
        monkeypatch.setattr(run_steps, "_record", record)
        run_due_steps()
        assert outcome(desk.order(order["id"])) == plain, boundary


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tmfsite.settings",
        "TMF_MODE": "embedded",
        "TMF_DATA_DIR": str(tmp_path),
        "DATABASE_URL": database_url(),
        "TMF_LOG_LEVEL": "WARNING",
    }


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_orders_that_another_completes(environment: dict[str, str]) -> None:
    load_catalogs()
    fill_stock(10)
    desk = Desk()
    plain = outcome(desk.place(SMALL))
    orders = [desk.place(SMALL, run=False) for _ in range(9)]
    chance, command = random.Random(), [sys.executable, "-m", "tests.ordering.worker"]
    for _ in range(6):
        wanted = done() + chance.randrange(1, 8)
        with subprocess.Popen(command, cwd=Path(__file__).parents[2], env=environment) as process:
            end = time.monotonic() + 20
            while process.poll() is None and done() < wanted and time.monotonic() < end:
                time.sleep(0.003)
            time.sleep(chance.random() * 0.03)
            process.send_signal(signal.SIGKILL)
    assert done() > 0
    run_due_steps()
    for order in orders:
        assert outcome(desk.order(order["id"])) == plain


def done() -> int:
    return Step.objects.filter(state="done").count()


# --- what happens to the services around ----------------------------------------------------------------------------


@pytest.mark.kill
@pytest.mark.django_db(transaction=True)
def test_orders_outlive_their_broker_and_their_database(environment: dict[str, str], tmp_path: Path) -> None:
    """All messages are lost, and on PostgreSQL every connection of the worker breaks, as when the server restarts."""
    load_catalogs()
    fill_stock(12)
    desk = Desk()
    plain = outcome(desk.place(SMALL))
    worker = Worker({**environment, "CELERY_BROKER_URL": os.environ.get("TEST_BROKER_URL", "")}, tmp_path)
    try:
        worker.start()
        orders = []
        for number in range(10):
            orders.append(desk.place(SMALL, run=False))
            if number in (3, 6, 9):
                forget_everything(os.environ.get("TEST_BROKER_URL", ""), tmp_path)
                break_connections()
                time.sleep(0.5)
        end = time.monotonic() + 60
        while Fulfilment.objects.filter(due_at__isnull=False).exists() and time.monotonic() < end:
            time.sleep(0.2)
    finally:
        worker.kill()
        worker.log.close()
    for order in orders:
        assert outcome(desk.order(order["id"])) == plain, (tmp_path / "worker.log").read_text()[-3000:]


def break_connections() -> None:
    """End the sessions of all others in the database of the test."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
