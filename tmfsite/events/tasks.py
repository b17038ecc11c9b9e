"""Celery tasks of event delivery, and when they run."""

from typing import Any, Final

from celery import shared_task

from tmfsite.events.conf import setting
from tmfsite.events.deliver import dispatch
from tmfsite.events.retention import purge


@shared_task(name="events.dispatch", ignore_result=True)
def dispatch_events() -> None:
    """Deliver what is due; sent as a wake-up after changes and by the sweep."""
    dispatch()


@shared_task(name="events.purge", ignore_result=True)
def purge_events() -> None:
    """Remove events and finished deliveries that are past their time."""
    purge()


# The sweep finds what a lost wake-up left behind, retries that have come due and paused hubs to probe.
SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "events-sweep": {
        "task": dispatch_events.name,
        "schedule": setting("TMF_SWEEP_INTERVAL"),
        # Sweeps must not pile up while no worker runs, yet a worker that only looks once a second must see them.
        "options": {"expires": 60.0},
    },
    "events-purge": {"task": purge_events.name, "schedule": 3600.0, "options": {"expires": 3600.0}},
}
