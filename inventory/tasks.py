"""Celery tasks of the inventory, and when they run."""

import logging
from typing import Any, Final

from celery import shared_task

from inventory.services.carry_out_requests import carry_out_due_requests
from inventory.services.settle_reservations import expire_reservations

logger = logging.getLogger(__name__)


@shared_task(name="inventory.requests", ignore_result=True)
def carry_out_requests() -> None:
    """Carry out the requests that wait; sent as a wake-up by each new monitor and by the sweep."""
    carry_out_due_requests()


@shared_task(name="inventory.reservations", ignore_result=True)
def end_reservations() -> None:
    """Give back what was reserved until now."""
    expire_reservations()


def wake_workers() -> None:
    """Have a worker look for requests now; without a broker the sweep finds them."""
    try:
        carry_out_requests.apply_async(retry=False, expires=60)
    except Exception as error:
        logger.warning("the broker takes no wake-ups, the sweep goes on without: %s", error)


# The sweep finds what was accepted while no wake-up went through, and what a worker that died has left.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "inventory-requests": {"task": carry_out_requests.name, "schedule": 15.0, "options": {"expires": 15.0}},
    "inventory-reservations": {"task": end_reservations.name, "schedule": 60.0, "options": {"expires": 60.0}},
}
