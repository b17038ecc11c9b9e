"""Celery tasks of ordering, and when they run."""

import logging
from typing import Any, Final

from celery import shared_task

from ordering.services.cancel_order import run_due_cancellations
from ordering.services.run_steps import find_parked, run_due_steps
from ordering.services.watch_jeopardy import watch_jeopardy

logger = logging.getLogger(__name__)


@shared_task(name="ordering.cancellations", ignore_result=True)
def run_cancellations() -> None:
    """Work the cancellations that are due; sent as a wake-up by each new one and by the sweep."""
    run_due_cancellations()


@shared_task(name="ordering.fulfil", ignore_result=True)
def fulfil_orders() -> None:
    """Run the steps of orders that are due; sent as a wake-up by each new order and by the sweep."""
    run_due_steps()


@shared_task(name="ordering.sweep", ignore_result=True)
def sweep_orders() -> None:
    """As a wake-up, after looking for orders that rest although they need not."""
    find_parked()
    run_due_steps()


@shared_task(name="ordering.jeopardy", ignore_result=True)
def watch_orders() -> None:
    """Say which orders are late."""
    watch_jeopardy()


def wake_workers() -> None:
    """Have a worker look for cancellations now; without a broker the sweep finds them."""
    _wake(run_cancellations)


def wake_fulfilment() -> None:
    """Have a worker look for steps now."""
    _wake(fulfil_orders)


def _wake(task: Any) -> None:
    try:
        task.apply_async(retry=False, expires=60)
    except Exception as error:
        logger.warning("the broker takes no wake-ups, the sweep goes on without: %s", error)


# The sweeps find what is due by now, what a worker that died has left, and what lost its wake-up.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "ordering-fulfilment": {"task": sweep_orders.name, "schedule": 15.0, "options": {"expires": 15.0}},
    "ordering-jeopardy": {"task": watch_orders.name, "schedule": 60.0, "options": {"expires": 60.0}},
    "ordering-cancellations": {"task": run_cancellations.name, "schedule": 15.0, "options": {"expires": 15.0}},
}
