"""From the outbox to the hubs: each new event becomes one delivery for every hub whose query it matches."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import IntegrityError, connection, transaction

from tmfsite.events.envelope import EVENT_COLUMNS, Envelope
from tmfsite.events.models import Delivery, Event, Hub
from tmfsite.events.subscriptions import Subscription, compile_query
from tmfsite.fields.instants import now
from tmfsite.resources.errors import Invalid

log = logging.getLogger(__name__)

BATCH: Final = 200

# Any constant will do, as long as nothing else in the database uses it.
_ADVISORY_LOCK: Final = 0x746D6630


def fan_out(limit: int = BATCH) -> int:
    """Make the deliveries of up to `limit` new events and return how many events there were.

    New is what carries no `dispatched_at`, not what lies behind some last id: ids are given before the commit, so a
    cursor would skip events that commit late. Everything happens in one transaction, by one runner at a time.
    """
    if not Event.objects.filter(dispatched_at=None).exists():
        return 0
    try:
        return _fan_out(limit)
    except IntegrityError:
        # A hub was removed between the reading of the hubs and the commit.
        return _fan_out(limit)


@transaction.atomic
def _fan_out(limit: int) -> int:
    _become_the_runner()
    events = [
        Envelope(*row)
        for row in Event.objects.filter(dispatched_at=None).order_by("id").values_list(*EVENT_COLUMNS)[:limit]
    ]
    if events:
        insert_deliveries(matches(events))
        Event.objects.filter(pk__in=[event.id for event in events]).update(dispatched_at=now())
    return len(events)


def _become_the_runner() -> None:
    # On SQLite the transaction itself excludes other writers (transaction_mode IMMEDIATE).
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def matches(events: Sequence[Envelope], hubs: Iterable[Hub] | None = None) -> list[tuple[int, int]]:
    """Return the pairs (event, hub) where the hub, of all or of the given ones, wants the event; ordered by event."""
    subscribers: dict[str, list[tuple[int, Subscription]]] = {}
    for hub in Hub.objects.only("id", "api", "query") if hubs is None else hubs:
        try:
            subscribers.setdefault(hub.api, []).append((hub.pk, compile_query(hub.query)))
        except Invalid as error:
            log.error("hub %s has an unreadable query: %s", hub.pk, error)
    pairs: list[tuple[int, int]] = []
    for event in events:
        document = None
        for hub_id, subscription in subscribers.get(event.api, ()):
            if subscription.matches is not None:
                document = document or event.document()
                if not subscription.matches(document):
                    continue
            pairs.append((event.id, hub_id))
    return pairs


def insert_deliveries(pairs: Sequence[tuple[int, int]]) -> None:
    """Owe the events to the hubs; pairs that exist are left alone."""
    if not pairs:
        return
    insert = "INSERT INTO events_delivery (event_id, hub_id, status, attempts, last_error)"
    pending = Delivery.Status.PENDING.value
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            events, hubs = zip(*pairs, strict=True)
            rows = "SELECT e, h, %s, 0, '' FROM unnest(%s::bigint[], %s::bigint[]) AS pair (e, h)"
            cursor.execute(f"{insert} {rows} ON CONFLICT DO NOTHING", [pending, list(events), list(hubs)])
        else:
            values = [(event, hub, pending) for event, hub in pairs]
            cursor.executemany(f"{insert} VALUES (%s, %s, %s, 0, '') ON CONFLICT DO NOTHING", values)
