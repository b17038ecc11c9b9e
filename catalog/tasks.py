"""Celery tasks of the catalogs, and when they run."""

import logging
from typing import Any, Final

from celery import shared_task

from catalog.services.run_jobs import run_due_jobs

logger = logging.getLogger(__name__)


@shared_task(name="catalog.jobs", ignore_result=True)
def run_jobs() -> None:
    """Run the import and export jobs that wait; sent as a wake-up by each new job and by the sweep."""
    run_due_jobs()


def wake_workers() -> None:
    """Have a worker look for jobs now; without a broker the sweep finds them."""
    try:
        run_jobs.apply_async(retry=False, expires=60)
    except Exception as error:
        logger.warning("the broker takes no wake-ups, the sweep goes on without: %s", error)


# The sweep finds jobs whose wake-up was lost and those whose worker has died.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "catalog-jobs": {"task": run_jobs.name, "schedule": 15.0, "options": {"expires": 15.0}},
}
