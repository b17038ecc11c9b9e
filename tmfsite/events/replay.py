"""Past events for hubs that ask for them: in their order, ahead of the live ones, none lost or doubled at the seam.

A replay walks the events that were fanned out already, by key, and remembers how far it came. Meanwhile the fan-out
leaves to it what lies ahead of it, and itself sees to what lies behind: events that were committed late. Both take the
same lock, so when a replay finds nothing more, the next event is the fan-out's.
"""

import logging

from django.db import transaction

from tmfsite.events.envelope import EVENT_COLUMNS, Envelope
from tmfsite.events.fanout import BATCH, become_the_runner, insert_deliveries, matches
from tmfsite.events.models import Hub
from tmfsite.events.topics import past_events
from tmfsite.resources.errors import Invalid

log = logging.getLogger(__name__)


def catch_up(limit: int = BATCH) -> bool:
    """Make the deliveries of up to `limit` past events for each hub that waits for some; tell whether more may wait."""
    waiting = list(Hub.objects.filter(replay_position__isnull=False).values_list("pk", flat=True))
    return sum(_catch_up(hub_id, limit) for hub_id in waiting) > 0


@transaction.atomic
def _catch_up(hub_id: int, limit: int) -> bool:
    become_the_runner()
    # The lock waits for a removal of the hub, and a removal for it.
    locked = Hub.objects.select_for_update(of=("self",), no_key=True).select_related("topic")
    hub = locked.filter(pk=hub_id, replay_position__isnull=False).first()
    if hub is None:
        return False
    position = None
    try:
        past = past_events(hub).filter(dispatched_at__isnull=False, pk__gt=hub.replay_position)
        if hub.replay_from is not None:
            past = past.filter(event_time__gte=hub.replay_from)
        events = [Envelope(*row) for row in past.order_by("pk").values_list(*EVENT_COLUMNS)[:limit]]
        insert_deliveries(matches(events, [hub]))
        position = events[-1].id if len(events) == limit else None
    except Invalid as error:
        log.error("the replay for hub %s ends: %s", hub_id, error)
    Hub.objects.filter(pk=hub_id).update(replay_position=position)
    return position is not None
