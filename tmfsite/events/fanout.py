"""From the outbox to the hubs: each new event becomes one delivery for every hub whose query it matches."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, connection, transaction

from tmfsite.events.envelope import EVENT_COLUMNS, Envelope
from tmfsite.events.models import Delivery, Event, Hub
from tmfsite.events.subscriptions import Subscription, compile_query
from tmfsite.events.topics import Selection, selection_of
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
    become_the_runner()
    events = [
        Envelope(*row)
        for row in Event.objects.filter(dispatched_at=None).order_by("id").values_list(*EVENT_COLUMNS)[:limit]
    ]
    if events:
        insert_deliveries(matches(events))
        Event.objects.filter(pk__in=[event.id for event in events]).update(dispatched_at=now())
    return len(events)


def become_the_runner() -> None:
    """Keep every other runner from fanning out until the transaction ends."""
    # On SQLite the transaction itself excludes other writers (transaction_mode IMMEDIATE).
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


@dataclass(frozen=True, slots=True)
class _Listener:
    """A hub as the fan-out sees it; `selection` is that of its topic, None when it listens to an API."""

    hub_id: int
    subscription: Subscription
    api: str
    topic_id: int | None
    selection: Selection | None
    readable: frozenset[str]
    replayed_to: int | None
    replayed_from: datetime | None

    def wants(self, event: Envelope) -> bool:
        """Tell whether the hub is to get an event."""
        if self.selection is None:
            if event.topic_id is not None or event.api != self.api:
                return False
        elif event.topic_id is None:
            if self.readable and event.api not in self.readable:
                return False
        elif event.topic_id != self.topic_id:
            return False
        if self.replayed_to is not None and not self._is_late(event):
            return False
        if self.selection is not None and not self.selection.holds(event):
            return False
        return self.subscription.matches is None or self.subscription.matches(event.document())

    def _is_late(self, event: Envelope) -> bool:
        """Tell whether the replay has passed an event by, which was committed only then; what is ahead it will find."""
        if self.replayed_to is None or event.id > self.replayed_to:
            return False
        return self.replayed_from is None or event.event_time >= self.replayed_from


_LISTENER: Final = (
    "id", "api", "query", "readable_apis", "replay_position", "replay_from",
    "topic__header_query", "topic__content_query",
)  # fmt: skip


def matches(events: Sequence[Envelope], hubs: Iterable[Hub] | None = None) -> list[tuple[int, int]]:
    """Return the pairs (event, hub) where the hub, of all or of the given ones, wants the event; ordered by event.

    Given hubs are told of past events; all hubs of new ones, but for what a replay has still to come to.
    """
    live = hubs is None
    by_api: dict[str, list[_Listener]] = {}
    of_topics: list[_Listener] = []
    for hub in Hub.objects.select_related("topic").only(*_LISTENER) if hubs is None else hubs:
        try:
            listener = _listener(hub, live=live)
        except Invalid as error:
            log.error("hub %s has an unreadable query: %s", hub.pk, error)
            continue
        (by_api.setdefault(hub.api, []) if hub.topic is None else of_topics).append(listener)
    return [
        (event.id, listener.hub_id)
        for event in events
        for listener in (*by_api.get(event.api, ()), *of_topics)
        if listener.wants(event)
    ]


def _listener(hub: Hub, *, live: bool) -> _Listener:
    return _Listener(
        hub.pk,
        compile_query(hub.query),
        hub.api,
        hub.topic_id,
        None if hub.topic is None else selection_of(hub.topic),
        frozenset(hub.readable_apis.split()),
        hub.replay_position if live else None,
        hub.replay_from if live else None,
    )


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
