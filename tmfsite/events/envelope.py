"""The event on the wire: envelope, signature headers (TMF630 hub)."""

import base64
import binascii
import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson

from tmfsite.fields import json
from tmfsite.fields.instants import format_instant
from tmfsite.query.selection import project

EVENT_COLUMNS: Final = (
    "id",
    "event_id",
    "event_type",
    "event_time",
    "api",
    "resource_path",
    "resource_uid",
    "correlation_id",
    "payload",
    "topic_id",
)

_TRACE_ID: Final = re.compile(r"(?!0{32})[0-9a-f]{32}")

# What a receiver needs to recognise an event, however little of it the subscription asks for.
ALWAYS_SENT: Final = ("eventId", "eventTime", "eventType")


@dataclass(slots=True)
class Envelope:
    """One event as subscribers see it; fields in the order of `EVENT_COLUMNS`.

    One that was posted to a topic is what its sender sent, envelope and all.

    The body is composed once and depends on nothing but the row: a retry, also by another process, sends the same
    bytes.
    """

    id: int
    event_id: str
    event_type: str
    event_time: datetime
    api: str
    resource_path: str
    resource_uid: str
    correlation_id: str | None
    payload: str
    topic_id: int | None = None
    _bodies: dict[tuple[str, ...] | None, bytes] = field(default_factory=dict)
    _document: dict[str, Any] | None = None

    def head(self) -> dict[str, Any]:
        """Return the attributes of the envelope without the resource; of a posted event all there are."""
        if self.topic_id is not None:
            return self.document()
        time = format_instant(self.event_time)
        domain = self.resource_path[:1].upper() + self.resource_path[1:]
        head: dict[str, Any] = {"eventId": self.event_id, "eventTime": time, "eventType": self.event_type}
        if self.correlation_id is not None:
            head["correlationId"] = self.correlation_id
        head |= {
            "domain": domain,
            "title": self.event_type,
            "description": f"{self.event_type} of {domain} {self.resource_uid}",
            "priority": "1",
            # The spelling of the v4 swaggers.
            "timeOcurred": time,
        }
        return head

    def document(self) -> dict[str, Any]:
        """Return the whole event parsed, for queries."""
        if self._document is None:
            content = json.loads(self.payload)
            self._document = (
                content if self.topic_id is not None else self.head() | {"event": {self.resource_path: content}}
            )
        return self._document

    def body(self, fields: tuple[str, ...] | None = None) -> bytes:
        """Return the bytes to send; `fields` is the selection of the subscription, None for the whole event."""
        body = self._bodies.get(fields)
        if body is None:
            if fields is None and self.topic_id is not None:
                body = self.payload.encode()
            elif fields is None:
                resource = {self.resource_path: orjson.Fragment(self.payload)}
                body = json.dump_bytes(self.head() | {"event": resource})
            else:
                body = json.dump_bytes(project(self.document(), fields, always=ALWAYS_SENT))
            self._bodies[fields] = body
        return body


def secret_key(secret: str) -> bytes:
    """Return the key of a signing secret: base64 after `whsec_` (Standard Webhooks), else the text itself."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret[6:], validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def signed_headers(*, key: bytes, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of one try: Standard Webhooks id, time and signature, and W3C trace context.

    The trace id is the event id, or made from it, so that every try of one event and its handling belong to one trace.
    """
    digest = hmac.digest(key, b"%b.%d.%b" % (event_id.encode(), timestamp, body), hashlib.sha256)
    return {
        "Content-Type": "application/json;charset=utf-8",
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        "traceparent": f"00-{_trace_id(event_id)}-{os.urandom(8).hex()}-01",
    }


def _trace_id(event_id: str) -> str:
    digits = event_id.replace("-", "").lower()
    return digits if _TRACE_ID.fullmatch(digits) else hashlib.sha256(event_id.encode()).hexdigest()[:32]
