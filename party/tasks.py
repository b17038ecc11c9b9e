"""Celery tasks of parties, and when they run."""

import logging
from typing import Any, Final

from celery import shared_task

from party.services.make_bill import make_due_bills

logger = logging.getLogger(__name__)


@shared_task(name="party.bills", ignore_result=True)
def make_bills() -> None:
    """Make the bills that were asked for; sent as a wake-up by each bill on demand and by the sweep."""
    make_due_bills()


def wake_workers() -> None:
    """Have a worker look for bills on demand now; without a broker the sweep finds them."""
    try:
        make_bills.apply_async(retry=False, expires=60)
    except Exception as error:
        logger.warning("the broker takes no wake-ups, the sweep goes on without: %s", error)


# The sweep finds what was asked for while no wake-up went through.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "party-bills": {"task": make_bills.name, "schedule": 15.0, "options": {"expires": 15.0}},
}
