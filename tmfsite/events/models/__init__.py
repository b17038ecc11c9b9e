"""The tables of events."""

from tmfsite.events.models.outbox import Attempt, Delivery, Event, Hub, new_hub_uid, new_secret
from tmfsite.events.models.topic import Topic

__all__ = ["Attempt", "Delivery", "Event", "Hub", "Topic", "new_hub_uid", "new_secret"]
