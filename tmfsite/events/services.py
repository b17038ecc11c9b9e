"""What one does with hubs and deliveries: register, remove, pause, resume, give up, send again."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from tmfsite.events.conf import setting
from tmfsite.events.envelope import EVENT_COLUMNS, Envelope
from tmfsite.events.fanout import insert_deliveries, matches
from tmfsite.events.http import check_callback_url
from tmfsite.events.models import Attempt, Delivery, Event, Hub
from tmfsite.events.subscriptions import compile_query
from tmfsite.events.wakeup import wake
from tmfsite.fields.instants import now
from tmfsite.resources.errors import Conflict, Invalid, NotFound

MAX_QUERY_LENGTH = 8000
_BATCH = 1000


def register_hub(
    *, api: str, callback: str, query: str = "", owner: str, appends_event_name: bool = False
) -> tuple[Hub, bool]:
    """Subscribe a client to the events of an API; return the hub and whether it is new.

    The same callback and query again give the existing hub (TMF630 hub). Raises `Invalid` for a callback that can
    never be called or a query that cannot be read, `Conflict` when the client has too many hubs.
    """
    check_callback_url(callback)
    if len(query) > MAX_QUERY_LENGTH:
        raise Invalid(f"query is longer than {MAX_QUERY_LENGTH} characters", path="query", code="28")
    compile_query(query)
    mark = fingerprint(api=api, owner=owner, callback=callback, query=query)
    existing = Hub.objects.filter(fingerprint=mark).first()
    if existing is not None:
        return existing, False
    limit = setting("TMF_HUBS_PER_CLIENT")
    if Hub.objects.filter(api=api, owner=owner).count() >= limit:
        raise Conflict(f"a client may hold {limit} hubs in one API", code="hubLimit")
    hub = Hub(
        api=api,
        owner=owner,
        callback=callback,
        query=query,
        fingerprint=mark,
        appends_event_name=appends_event_name,
    )
    try:
        with transaction.atomic():
            hub.save(force_insert=True)
    except IntegrityError:
        # Registered at the same time by another request.
        return Hub.objects.get(fingerprint=mark), False
    return hub, True


def fingerprint(*, api: str, owner: str, callback: str, query: str) -> str:
    """Return what is the same for the same subscription of the same client."""
    parts = (api, owner, callback, query.strip().removeprefix("?"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_hub(*, api: str, uid: str, owner: str) -> Hub:
    """Return a hub of a client; raises `NotFound` for those of others as well."""
    hub = Hub.objects.filter(api=api, uid=uid, owner=owner).first()
    if hub is None:
        raise NotFound(f"hub {uid} does not exist")
    return hub


@transaction.atomic
def remove_hub(*, hub: Hub) -> None:
    """End a subscription; what was owed to it is forgotten."""
    # The lock waits for a fan-out that is making deliveries for this hub; a later one fails and starts anew.
    if Hub.objects.select_for_update().filter(pk=hub.pk).first() is None:
        return
    Attempt.objects.filter(delivery__hub=hub).delete()
    Delivery.objects.filter(hub=hub).delete()
    Hub.objects.filter(pk=hub.pk).delete()


def pause_hub(*, hub: Hub, reason: str) -> None:
    """Send nothing to a hub until `resume_hub`; its events are kept for it."""
    Hub.objects.filter(pk=hub.pk).update(
        state=Hub.State.PAUSED, paused_reason=reason, paused_at=now(), next_attempt_at=None
    )
    hub.refresh_from_db()


def resume_hub(*, hub: Hub) -> None:
    """Send to a hub again, at once, whether it was paused by hand or for its failures."""
    Hub.objects.filter(pk=hub.pk).update(
        state=Hub.State.ACTIVE, paused_reason="", paused_at=None, next_attempt_at=None, consecutive_failures=0
    )
    hub.refresh_from_db()
    transaction.on_commit(wake)


def replay_deliveries(*, deliveries: Iterable[int]) -> int:
    """Send deliveries again, whatever became of them, with the same event ids; return how many.

    Takes primary keys. The tries are counted anew.
    """
    count = Delivery.objects.filter(~Q(status=Delivery.Status.PENDING), pk__in=list(deliveries)).update(
        status=Delivery.Status.PENDING, attempts=0, finished_at=None
    )
    transaction.on_commit(wake)
    return count


def give_up_deliveries(*, deliveries: Iterable[int], reason: str) -> int:
    """Make dead letters of pending deliveries, so that the hub goes on with what follows; return how many."""
    count = Delivery.objects.filter(status=Delivery.Status.PENDING, pk__in=list(deliveries)).update(
        status=Delivery.Status.DEAD, finished_at=now(), last_error=reason
    )
    transaction.on_commit(wake)
    return count


def replay_hub(*, hub: Hub, since: datetime) -> int:
    """Send a hub every event from a time on that its query matches, received before or not; return how many."""
    count, last = 0, 0
    events = Event.objects.filter(api=hub.api, event_time__gte=since, dispatched_at__isnull=False).order_by("pk")
    while rows := list(events.filter(pk__gt=last).values_list(*EVENT_COLUMNS)[:_BATCH]):
        pairs = matches([Envelope(*row) for row in rows], [hub])
        last = rows[-1][0]
        count += len(pairs)
        with transaction.atomic():
            insert_deliveries(pairs)
            Delivery.objects.filter(hub=hub, event__in=[event for event, _ in pairs]).exclude(
                status=Delivery.Status.PENDING
            ).update(status=Delivery.Status.PENDING, attempts=0, finished_at=None)
    transaction.on_commit(wake)
    return count
