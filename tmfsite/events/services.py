"""What one does with hubs and deliveries: register, remove, pause, resume, give up, send again."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from tmfsite.events.conf import setting
from tmfsite.events.envelope import EVENT_COLUMNS, Envelope
from tmfsite.events.fanout import insert_deliveries, matches
from tmfsite.events.http import check_callback_url
from tmfsite.events.models import Attempt, Delivery, Event, Hub, Topic
from tmfsite.events.subscriptions import compile_query
from tmfsite.events.topics import past_events
from tmfsite.events.values.topic import Event as PostedEvent
from tmfsite.events.wakeup import wake
from tmfsite.fields import json
from tmfsite.fields.instants import format_instant, now, parse_instant
from tmfsite.fields.json import Document
from tmfsite.resources.errors import Conflict, Invalid, NotFound
from tmfsite.wire.decode import check_value

MAX_QUERY_LENGTH = 8000
_EVENT_ID = re.compile(r"[!$-.0->@-~]{1,255}")  # what fits in an address and in a header
_LENGTHS = {"eventType": 100}
_BATCH = 1000


def register_hub(
    *,
    api: str,
    callback: str,
    query: str = "",
    owner: str,
    appends_event_name: bool = False,
    topic: Topic | None = None,
    readable_apis: str = "",
    replay_from: datetime | None = None,
    extension: Document | None = None,
) -> tuple[Hub, bool]:
    """Subscribe a client to the events of an API or a topic; return the hub and whether it is new.

    The same callback and query again give the existing hub (TMF630 hub), without another replay. `replay_from` is the
    time from which past events are sent first. Raises `Invalid` for a callback that can never be called or a query
    that cannot be read, `Conflict` when the client has too many hubs.
    """
    check_callback_url(callback)
    if len(query) > MAX_QUERY_LENGTH:
        raise Invalid(f"query is longer than {MAX_QUERY_LENGTH} characters", path="query", code="28")
    compile_query(query)
    mark = fingerprint(api=api, owner=owner, callback=callback, query=query, topic="" if topic is None else topic.uid)
    existing = Hub.objects.filter(fingerprint=mark).first()
    if existing is not None:
        if existing.readable_apis != readable_apis:
            Hub.objects.filter(pk=existing.pk).update(readable_apis=readable_apis)
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
        topic=topic,
        readable_apis=readable_apis,
        extension=extension or None,
        replay_from=replay_from,
        replay_position=None if replay_from is None else 0,
    )
    try:
        with transaction.atomic():
            hub.save(force_insert=True)
    except IntegrityError:
        # Registered at the same time by another request, or the topic has ended.
        present = Hub.objects.filter(fingerprint=mark).first()
        if present is None:
            raise NotFound("the topic does not exist") from None
        return present, False
    if replay_from is not None:
        transaction.on_commit(wake)
    return hub, True


def fingerprint(*, api: str, owner: str, callback: str, query: str, topic: str = "") -> str:
    """Return what is the same for the same subscription of the same client."""
    parts = (api, owner, callback, query.strip().removeprefix("?"), *([topic] if topic else []))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_hub(*, api: str, uid: str, owner: str, topic: Topic | None = None) -> Hub:
    """Return a hub of a client; raises `NotFound` for those of others as well."""
    hub = Hub.objects.filter(api=api, uid=uid, owner=owner, topic=topic).first()
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
    events = past_events(hub).filter(event_time__gte=since, dispatched_at__isnull=False).order_by("pk")
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


def post_event(*, topic: Topic, api: str, document: Document) -> Envelope:
    """Take an event that a client posts to a topic of an API, and have it delivered like any other.

    `eventId` and `eventTime` are set where the client leaves them out; all else is kept as it was sent. Raises
    `Invalid`, or `Conflict` when there is an event with this id.
    """
    event = {name: value for name, value in document.items() if value is not None}
    check_value(PostedEvent, event)
    event_id = event.get("eventId") or str(uuid4())
    if not _EVENT_ID.fullmatch(event_id):
        raise Invalid("eventId must be a text without blanks, '/', '?' and '#'", path="eventId")
    for name, length in _LENGTHS.items():
        if len(event.get(name, "")) > length:
            raise Invalid(f"{name} must not be longer than {length} characters", path=name)
    time = parse_instant(event.get("eventTime", "")) or now()
    event = {**event, "eventId": event_id, "eventTime": event.get("eventTime") or format_instant(time)}
    row = Event(
        event_id=event_id,
        event_type=event.get("eventType", ""),
        event_time=time,
        api=api,
        resource_path="",
        resource_uid="",
        correlation_id=event.get("correlationId"),
        payload=json.dumps(event),
        topic=topic,
        domain=event.get("domain"),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(f"event {event_id} exists already") from error
    transaction.on_commit(wake)
    return Envelope(*(getattr(row, name) for name in EVENT_COLUMNS))
