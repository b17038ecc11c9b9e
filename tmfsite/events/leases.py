"""Who sends to which hub: leases, batches and outcomes. All of it short transactions; nothing is held during HTTP."""

import secrets
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tmfsite.events import backoff
from tmfsite.events.conf import setting
from tmfsite.events.envelope import EVENT_COLUMNS, Envelope, secret_key
from tmfsite.events.models import Attempt, Delivery, Event, Hub
from tmfsite.events.subscriptions import compile_query
from tmfsite.fields.instants import now

BATCH: Final = 100
ERROR_LENGTH: Final = 500


class EnvelopeCache:
    """Events at hand: many hubs want the same ones. Bounded by the size of the payloads."""

    def __init__(self, max_size: int = 64 * 1024 * 1024) -> None:
        self.max_size = max_size
        self.size = 0
        self._events: OrderedDict[int, Envelope] = OrderedDict()

    def get(self, ids: Iterable[int]) -> dict[int, Envelope]:
        """Return the events of these ids, those not at hand with one query."""
        wanted = list(ids)
        found = {pk: event for pk in wanted if (event := self._events.get(pk)) is not None}
        missing = [pk for pk in wanted if pk not in found]
        if missing:
            for row in Event.objects.filter(pk__in=missing).values_list(*EVENT_COLUMNS):
                event = Envelope(*row)
                found[event.id] = self._events[event.id] = event
                self.size += len(event.payload)
        while self.size > self.max_size:
            _, oldest = self._events.popitem(last=False)
            self.size -= len(oldest.payload)
        return found


@dataclass(slots=True)
class Lease:
    """The right of this worker to send to a hub, and what it needs to know of the hub for that."""

    hub_id: int
    token: str
    callback: str
    appends_event_name: bool
    key: bytes
    fields: tuple[str, ...] | None
    failures: int
    events: EnvelopeCache


@dataclass(slots=True)
class Owed:
    """A delivery to make: the event, and how often it was tried."""

    delivery_id: int
    attempts: int
    event: Envelope


@dataclass(slots=True)
class Result:
    """What came of one try: `status` None when there was no answer, `error` empty when the event was accepted."""

    at: datetime
    duration_ms: int
    status: int | None
    error: str
    retry_after: timedelta | None = None

    @property
    def accepted(self) -> bool:
        return not self.error

    @property
    def permanent(self) -> bool:
        return self.status is not None and backoff.is_permanent(self.status)


type Tries = Sequence[tuple[Owed, Result]]


def lease_hubs(limit: int, events: EnvelopeCache) -> list[Lease]:
    """Take up to `limit` hubs that are owed something now and that no other worker holds.

    A paused hub whose probe is due counts as well.
    """
    moment = now()
    hubs = _due(moment)
    if limit <= 0 or not hubs.exists():
        return []
    token = secrets.token_hex(16)
    with transaction.atomic():
        taken = list(hubs.select_for_update(skip_locked=True, no_key=True)[:limit])
        Hub.objects.filter(pk__in=[hub.pk for hub in taken]).update(lease_token=token, lease_until=_lease_end(moment))
    return [
        Lease(
            hub_id=hub.pk,
            token=token,
            callback=hub.callback,
            appends_event_name=hub.appends_event_name,
            key=secret_key(hub.secret),
            fields=compile_query(hub.query).fields,
            failures=hub.consecutive_failures,
            events=events,
        )
        for hub in taken
    ]


def _due(moment: datetime) -> QuerySet[Hub]:
    waits_for_nothing = Q(state=Hub.State.ACTIVE, next_attempt_at=None) | Q(next_attempt_at__lte=moment)
    is_free = Q(lease_until=None) | Q(lease_until__lt=moment)
    is_owed = Exists(Delivery.objects.filter(hub=OuterRef("pk"), status=Delivery.Status.PENDING))
    return Hub.objects.filter(waits_for_nothing, is_free, is_owed).order_by("pk")


def _lease_end(moment: datetime) -> datetime:
    # Longer than the longest batch, see `deliver.longest_batch`.
    return moment + timedelta(seconds=max(setting("TMF_HUB_LEASE"), 3 * setting("TMF_DELIVERY_TIMEOUT")))


@transaction.atomic
def next_batch(lease: Lease, tries: Tries, *, last: bool = False) -> list[Owed]:
    """Record the last batch, prolong the lease and return what to send now, in the order of the events.

    An empty answer means that the lease was given back or lost: nothing is owed, the hub has to wait, was paused or
    removed, another worker took over, or the caller said that this was the `last` batch.
    """
    moment = now()
    hub = Hub.objects.select_for_update(no_key=True).filter(pk=lease.hub_id, lease_token=lease.token).first()
    accepted = [owed.delivery_id for owed, result in tries if result.accepted]
    if accepted:
        Delivery.objects.filter(pk__in=accepted).update(
            status=Delivery.Status.DELIVERED, attempts=F("attempts") + 1, finished_at=moment, last_error=""
        )
    if hub is None:
        return []
    _record_failures(tries, moment)
    _account(hub, tries, moment)
    lease.failures = hub.consecutive_failures
    batch = [] if last else _owed(lease, _batch_size(hub, moment))
    hub.lease_until, hub.lease_token = (_lease_end(moment), lease.token) if batch else (None, "")
    hub.save(update_fields=_WRITTEN)
    return batch


def _batch_size(hub: Hub, moment: datetime) -> int:
    """Return how much to send: all one can, or after failures one event to see whether it goes again."""
    if hub.next_attempt_at is not None:
        return 1 if hub.next_attempt_at <= moment else 0
    return BATCH if hub.state == Hub.State.ACTIVE else 0


_WRITTEN: Final = (
    "state",
    "paused_reason",
    "paused_at",
    "consecutive_failures",
    "last_error",
    "last_failure_at",
    "last_success_at",
    "next_attempt_at",
    "lease_until",
    "lease_token",
)


def _owed(lease: Lease, limit: int) -> list[Owed]:
    rows = list(
        Delivery.objects.filter(hub=lease.hub_id, status=Delivery.Status.PENDING)
        .order_by("event_id")
        .values_list("pk", "attempts", "event_id")[:limit]
    )
    events = lease.events.get(event_id for _, _, event_id in rows)
    return [Owed(pk, attempts, events[event_id]) for pk, attempts, event_id in rows]


def _record_failures(tries: Tries, moment: datetime) -> None:
    """Write an attempt for each failure and for a success after failures; bury what cannot be delivered."""
    Attempt.objects.bulk_create(
        Attempt(
            delivery_id=owed.delivery_id,
            at=result.at,
            status_code=result.status,
            duration_ms=result.duration_ms,
            error=result.error,
        )
        for owed, result in tries
        if not result.accepted or owed.attempts
    )
    for owed, result in tries:
        if result.accepted:
            continue
        dies = result.permanent or owed.attempts + 1 >= setting("TMF_DELIVERY_MAX_ATTEMPTS")
        Delivery.objects.filter(pk=owed.delivery_id, status=Delivery.Status.PENDING).update(
            status=Delivery.Status.DEAD if dies else Delivery.Status.PENDING,
            attempts=F("attempts") + 1,
            finished_at=moment if dies else None,
            last_error=result.error,
        )


def _account(hub: Hub, tries: Tries, moment: datetime) -> None:
    """Bring the state of a hub up to date with its last tries: resume it, make it wait or pause it."""
    by_hand = hub.is_paused_by_hand
    for owed, result in tries:
        if result.accepted:
            hub.consecutive_failures, hub.last_success_at, hub.next_attempt_at = 0, result.at, None
            if not by_hand:
                hub.state, hub.paused_reason, hub.paused_at = Hub.State.ACTIVE, "", None
            continue
        hub.consecutive_failures += 1
        hub.last_failure_at, hub.last_error = result.at, result.error
        if by_hand:
            continue
        if hub.consecutive_failures >= setting("TMF_HUB_PAUSE_AFTER"):
            if hub.state == Hub.State.ACTIVE:
                hub.state, hub.paused_at = Hub.State.PAUSED, moment
            hub.paused_reason = f"{hub.consecutive_failures} failures in a row, last: {result.error}"
            hub.next_attempt_at = moment + backoff.probe_delay()
        else:
            hub.next_attempt_at = None if result.permanent else moment + backoff.delay_after(owed.attempts + 1)
        if result.retry_after is not None and hub.next_attempt_at is not None:
            hub.next_attempt_at = max(hub.next_attempt_at, moment + result.retry_after)
