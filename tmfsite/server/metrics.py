"""Figures for Prometheus: requests and their times here, the state of the event queues when it is asked for.

Several web processes on one machine share their figures when PROMETHEUS_MULTIPROC_DIR names a folder.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Final

from django.db import DatabaseError
from django.db.models import Count
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from tmfsite.resources import registry

REQUESTS: Final = Histogram(
    "tmf_http_request_seconds",
    "Time to answer a request.",
    ("api", "method", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))


def observe(path: str, method: str, status: int, seconds: float) -> None:
    """Count a request under its API, or under "page"."""
    api = _apis().get("/".join(path.split("/", 4)[:4]), "page")
    _series(api, method if method in _METHODS else "other", status).observe(seconds)


@cache
def _series(api: str, method: str, status: int) -> Histogram:
    return REQUESTS.labels(api, method, str(status))


@cache
def _apis() -> dict[str, str]:
    """Return the key of each API by its base path."""
    return {path: api.key for api in registry.apis() for path in (api.base_path, *api.aliases)}


class EventQueues:
    """The events waiting to be matched to hubs, and the deliveries by state, counted when asked."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; nothing while the database does not answer."""
        from tmfsite.events.models import Delivery, Event

        try:
            waiting = Event.objects.filter(dispatched_at=None).count()
            states = dict(Delivery.objects.order_by().values_list("status").annotate(Count("id")))
        except DatabaseError:
            return
        yield GaugeMetricFamily("tmf_events_waiting", "Events not yet matched to hubs.", value=waiting)
        deliveries = GaugeMetricFamily("tmf_deliveries", "Deliveries by state.", labels=("state",))
        for state, number in states.items():
            deliveries.add_metric((str(state),), number)
        yield deliveries


def exposition() -> bytes:
    """Return all figures in the text format of Prometheus."""
    figures = CollectorRegistry()
    figures.register(EventQueues())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(figures)
    else:
        figures.register(REQUESTS)
    return generate_latest(figures)
