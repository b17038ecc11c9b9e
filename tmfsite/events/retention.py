"""Forgetting what is past its time: delivered deliveries soon, events and dead letters later."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tmfsite.events.conf import setting
from tmfsite.events.models import Attempt, Delivery, Event
from tmfsite.fields.instants import now

BATCH: Final = 1000


def purge() -> int:
    """Remove, in small transactions, what is older than the settings say; return the number of rows removed.

    What is still owed to a hub stays, however old.
    """
    removed = 0
    while count := _purge_deliveries() + _purge_events():
        removed += count
    return removed


def _purge_deliveries() -> int:
    """Remove one batch of delivered deliveries."""
    before = now() - timedelta(days=setting("TMF_DELIVERY_RETENTION_DAYS"))
    newest = Event.objects.filter(event_time__lt=before).order_by("-event_time").values_list("pk", flat=True).first()
    if newest is None:
        return 0
    old = Delivery.objects.filter(
        event_id__lte=newest, status=Delivery.Status.DELIVERED, finished_at__lt=before
    ).order_by("event_id")
    return _remove(old.values_list("pk", flat=True)[:BATCH])


def _purge_events() -> int:
    """Remove one batch of events to which nothing is owed, with their deliveries."""
    before = now() - timedelta(days=setting("TMF_EVENT_RETENTION_DAYS"))
    owed = Delivery.objects.filter(event=OuterRef("pk"), status=Delivery.Status.PENDING)
    old = Event.objects.filter(~Exists(owed), event_time__lt=before, dispatched_at__isnull=False)
    events = list(old.order_by("event_time").values_list("pk", flat=True)[:BATCH])
    with transaction.atomic():
        removed = _remove(Delivery.objects.filter(event__in=events).values_list("pk", flat=True))
        return removed + Event.objects.filter(pk__in=events).delete()[0]


@transaction.atomic
def _remove(deliveries: "QuerySet[Delivery, int]") -> int:
    ids = list(deliveries)
    Attempt.objects.filter(delivery__in=ids).delete()
    return Delivery.objects.filter(pk__in=ids).delete()[0]
