"""The settings of event delivery, with their defaults; each may be set in the Django settings under the same name."""

from typing import Any, Final

from django.conf import settings

DEFAULTS: Final[dict[str, Any]] = {
    # Networks (CIDR) that outgoing calls may reach although they are not public; loopback when embedded.
    "TMF_ALLOWED_CALLBACK_NETWORKS": (),
    # Subscriptions one client may hold per API.
    "TMF_HUBS_PER_CLIENT": 50,
    # Seconds a subscriber has to take one event.
    "TMF_DELIVERY_TIMEOUT": 10.0,
    # Tries of one delivery before it becomes a dead letter.
    "TMF_DELIVERY_MAX_ATTEMPTS": 20,
    # Seconds before the second try; doubled for every further one.
    "TMF_DELIVERY_BACKOFF": 2.0,
    # Failures in a row after which a hub is paused, and seconds between the probes of a paused hub.
    "TMF_HUB_PAUSE_AFTER": 8,
    "TMF_HUB_PROBE_INTERVAL": 300.0,
    # Seconds for which a worker holds a hub; after a crash the hub waits that long for the next worker.
    "TMF_HUB_LEASE": 30.0,
    # Hubs that one worker process sends to at the same time.
    "TMF_HUBS_AT_ONCE": 500,
    # Seconds between looks for events whose wake-up was lost.
    "TMF_SWEEP_INTERVAL": 3.0,
    # Days for which delivered deliveries are kept, and for which events and dead letters are.
    "TMF_DELIVERY_RETENTION_DAYS": 7,
    "TMF_EVENT_RETENTION_DAYS": 30,
}


def setting(name: str) -> Any:
    """Return a setting of event delivery."""
    return getattr(settings, name, DEFAULTS[name])
