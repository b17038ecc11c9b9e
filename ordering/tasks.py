"""Celery tasks of ordering, and when they run."""

import logging
from typing import Any, Final

from celery import shared_task

from ordering.services.cancel_order import run_due_cancellations

logger = logging.getLogger(__name__)


@shared_task(name="ordering.cancellations", ignore_result=True)
def run_cancellations() -> None:
    """Work the cancellations that are due; sent as a wake-up by each new one and by the sweep."""
    run_due_cancellations()


def wake_workers() -> None:
    """Have a worker look for cancellations now; without a broker the sweep finds them."""
    try:
        run_cancellations.apply_async(retry=False, expires=60)
    except Exception as error:
        logger.warning("the broker takes no wake-ups, the sweep goes on without: %s", error)


# The sweep finds those whose date has come, whose order is still at work, and whose wake-up was lost.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "ordering-cancellations": {"task": run_cancellations.name, "schedule": 15.0, "options": {"expires": 15.0}},
}
