"""Events and hubs for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson

from tmfsite.events.models import Event, Hub
from tmfsite.events.services import fingerprint


def make_event(uid: str = "42", kind: str = "Create", **attributes: Any) -> Event:
    """Write an event of a product offering; further attributes go into its payload."""
    href = f"https://tmf.example/productOffering/{uid}"
    return Event.objects.create(
        event_id=str(uuid4()),
        event_type=f"ProductOffering{kind}Event",
        event_time=datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC),
        api="tmf620",
        resource_path="productOffering",
        resource_uid=uid,
        payload=orjson.dumps({"id": uid, "href": href} | attributes).decode(),
    )


def make_hub(callback: str, query: str = "", **attributes: Any) -> Hub:
    """Write a hub as `register_hub` does, without its checks."""
    named = {"api": "tmf620", "owner": "client", "callback": callback, "query": query} | attributes
    mark = fingerprint(**{name: named[name] for name in ("api", "owner", "callback", "query")})
    return Hub.objects.create(fingerprint=mark, **named)
