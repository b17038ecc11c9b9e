"""Cancelling orders: a task goes from its request through assessment and undoing to the cancelled order.

Each step is one transaction that locks the task, so that of two workers one takes it, and a worker that dies leaves
the task where the next one goes on. Whoever works orders plugs in with `plug_in`: until then every order that is not
over may be cancelled, and there is nothing to undo.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q

from ordering.models.order import CancelOrder, Order
from ordering.services.roll_up import ASSESSING, CANCELLED, CANCELLING
from tmfsite import operations
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM
from tmfsite.resources.errors import NotFound, ResourceError
from tmfsite.wire import href_of

logger = logging.getLogger(__name__)

DONE: Final = "done"
WORKING: Final = "inProgress"
TERMINATED: Final = "terminatedWithError"


class CancellationRefusedError(Exception):
    """An order cannot be cancelled any more; the message says why. It goes back to where it was."""


def _always(order: Order) -> bool:
    return True


@dataclass(frozen=True)
class Engine:
    """What those who work a kind of orders say to a cancellation; called in the transaction of the step.

    assess: True if the order may be cancelled, False while that is not known yet; raises `CancellationRefusedError`
    past the point of no return. compensate: undoes what was done, True when nothing is left to undo. Both are called
    again, by the sweep, after a False.
    """

    assess: Callable[[Order], bool] = _always
    compensate: Callable[[Order], bool] = _always


_engines: dict[type[Order], Engine] = {}


def plug_in(model: type[Order], engine: Engine) -> None:
    """Let an engine have its say when orders of a kind are cancelled."""
    _engines[model] = engine


def engine_of(model: type[Order]) -> Engine:
    """Return the engine that works a kind of orders."""
    return _engines.get(model, Engine())


def request_cancellation(*, order: Order, reason: str, actor: operations.Actor) -> CancelOrder:
    """Ask for an order to be cancelled, as a client of the API does."""
    model = next(each for each in task_models() if each.order_model() is type(order))
    name = model.schema().by_field[model.order_field].wire
    reference = {"id": order.uid, "href": href_of(order), "name": str(order)}
    body = {name: reference, **({"cancellationReason": reason} if reason else {})}
    return operations.create(model, body, actor=actor).instance


def run_due_cancellations() -> int:
    """Take every cancellation that is due as far as it goes now; return how many there were."""
    due = Q(requested_cancellation_date__isnull=True) | Q(requested_cancellation_date__lte=now())
    number = 0
    for model in task_models():
        tasks = model._default_manager.filter(due, state__in=(model.lifecycle.initial, WORKING))
        for pk in list(tasks.order_by("id").values_list("pk", flat=True)):
            number += 1
            try:
                cancel_order(model, pk)
            except Exception:  # one that fails must not keep the others waiting
                logger.exception("%s %s could not be worked; the sweep tries again", model.__name__, pk)
    return number


def task_models() -> list[type[CancelOrder]]:
    """Return the kinds of cancellations there are."""
    return [each for each in apps.get_app_config("ordering").get_models() if issubclass(each, CancelOrder)]


def cancel_order(model: type[CancelOrder], pk: int) -> None:
    """Take a cancellation as far as it goes now."""
    while _step(model, pk):
        pass


def _step(model: type[CancelOrder], pk: int) -> bool:
    """Do one step; return whether there is a next one to be done now."""
    with transaction.atomic():
        task = _locked(model, pk)
        if task is None:
            return False
        try:
            with transaction.atomic():
                return _advance(task)
        except NotFound:
            reason = f"there is no order {task.order_uid}"
        except ResourceError as error:
            logger.warning("%s %s failed: %s", model.__name__, task.uid, error)
            reason = error.message
        _terminate(_locked(model, pk), reason)
        return False


def _locked(model: type[CancelOrder], pk: int) -> Any:
    """Return a task that is not over and that no other worker holds."""
    skipping = connection.features.has_select_for_update_skip_locked
    rows = model._default_manager.select_for_update(skip_locked=skipping)
    return rows.filter(pk=pk, state__in=(model.lifecycle.initial, WORKING)).first()


def _advance(task: CancelOrder) -> bool:
    order = operations.get(task.order_model(), task.order_uid)
    if task.state != WORKING:
        return _begin(task, order)
    if order.is_in(ASSESSING):
        return _assess(task, order)
    if order.is_in(CANCELLING):
        return _undo(task, order)
    _terminate(task, f"the order was taken out of its cancellation: it is {order.state}")
    return False


def _begin(task: CancelOrder, order: Order) -> bool:
    if order.is_final or order.is_in(ASSESSING, CANCELLING):
        _terminate(task, f"the order is {order.state}")
        return False
    _move(task, WORKING)
    _change(order, task, {"state": ASSESSING})
    return True


def _assess(task: CancelOrder, order: Order) -> bool:
    try:
        with transaction.atomic():
            granted = engine_of(type(order)).assess(order)
    except CancellationRefusedError as refusal:
        _change(order, task, {"state": (order.resumption or {}).get("state") or order.lifecycle.initial})
        _terminate(task, str(refusal))
        return False
    if granted:
        _change(order, task, {"state": CANCELLING})
    return granted


def _undo(task: CancelOrder, order: Order) -> bool:
    if not engine_of(type(order)).compensate(order):
        return False
    changes = {"state": CANCELLED}
    if task.cancellation_reason and "cancellationReason" in order.schema().attributes:
        changes["cancellationReason"] = task.cancellation_reason
    cancelled = _change(order, task, changes)
    _finish(task, DONE, {"effectiveCancellationDate": format_instant(cancelled.last_update)}, "the order is cancelled")
    return False


def _change(order: Order, task: CancelOrder, changes: Document) -> Order:
    reason = f"{type(task).__name__} {task.uid}" + (f": {task.cancellation_reason}" if task.cancellation_reason else "")
    actor = operations.Actor(SYSTEM.kind, SYSTEM.name, reason=reason)
    outcome = operations.update(
        type(order), order.uid, lambda present: {**present, **changes}, actor=actor, trusted=True
    )
    return outcome.instance


def _terminate(task: CancelOrder, reason: str) -> None:
    if task.state != WORKING:
        _move(task, WORKING)
    known = task.schema().attributes
    error = {"code": "409", "reason": "The order cannot be cancelled", "message": reason}
    _finish(task, TERMINATED, {"errorMessage": error} if "errorMessage" in known else {}, reason)


def _finish(task: CancelOrder, state: str, changes: Document, reason: str) -> None:
    if state == DONE and "completionMessage" in task.schema().attributes:
        changes = {**changes, "completionMessage": reason}
    _move(task, state, changes, reason)


def _move(task: CancelOrder, state: str, changes: Document | None = None, reason: str = "") -> None:
    wanted = {"state": state, **(changes or {})}
    actor = operations.Actor(SYSTEM.kind, SYSTEM.name, reason=reason)
    operations.update(type(task), task.uid, lambda present: {**present, **wanted}, actor=actor, trusted=True)
    task.state = state
