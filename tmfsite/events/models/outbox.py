"""Event, Hub, Delivery and Attempt: what happened, who wants to know, what is owed to them and what was tried."""

import base64
import secrets
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from tmfsite.events.models.topic import Topic
from tmfsite.fields import JsonField
from tmfsite.fields.instants import now


def new_hub_uid() -> str:
    """Return a fresh hub id; not a counter, so that ids of other clients cannot be guessed."""
    return str(uuid4())


def new_secret() -> str:
    """Return a signing secret in the form of Standard Webhooks: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class Event(models.Model):
    """One change of one resource, written in the transaction of the change: the outbox.

    `payload` is the wire JSON of the resource as of the commit and `resource_path` its key in the envelope.
    `dispatched_at` is empty until the event was matched against the hubs of its API. The columns are written with
    plain SQL by `tmfsite.operations`.

    An event that a client posted to a topic stands beside them: `topic` is set, `payload` is the whole event as it
    was sent, `domain` is what it says of itself, and it belongs to no resource here.
    """

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=255)
    event_type = models.CharField(max_length=100)
    event_time = models.DateTimeField()
    api = models.CharField(max_length=20)
    resource_path = models.CharField(max_length=100)
    resource_uid = models.TextField()
    correlation_id = models.TextField(null=True)
    payload = models.TextField()
    dispatched_at = models.DateTimeField(null=True)
    # Outlives its topic until it is past its time, so the database holds no constraint.
    topic = models.ForeignKey(
        Topic, null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    domain = models.TextField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        # A constraint, because unique=True brings a second index for LIKE, which every write would pay for.
        constraints: ClassVar = [models.UniqueConstraint(fields=["event_id"], name="events_event_identity")]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(dispatched_at=None), name="events_event_undispatched"),
            models.Index(fields=["event_time"], name="events_event_time"),
            # What topics select by: types, and domains, with which types begin. PostgreSQL needs an operator class for the
            # latter; a second index would be written twice per event, as marking it touches all of them.
            models.Index(
                fields=["event_type", "id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="events_event_type"
            ),
            models.Index(fields=["topic", "id"], condition=Q(topic__isnull=False), name="events_event_posted"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.resource_uid}"


class Hub(models.Model):
    """A subscription: a callback of a client that receives the events of one API that match its query (TMF630).

    With a `topic` it receives the events of that topic instead, as far as they come from `readable_apis`. `owner`
    names the client that registered it. `fingerprint` makes (api, topic, owner, callback, query) unique whatever
    their length. `extension` holds what else the client sent. A hub is sent to by one worker at a time: the one whose
    `lease_token` stands in the row, until `lease_until`. Nothing is sent before `next_attempt_at`. A paused hub with a
    `next_attempt_at` is probed then; one without was paused by hand and waits for a hand. While past events are being
    made up for, `replay_position` is the key of the last one looked at, see `tmfsite.events.replay`.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"

    id = models.BigAutoField(primary_key=True)
    uid = models.CharField(max_length=36, unique=True, default=new_hub_uid, verbose_name="ID")
    api = models.CharField(max_length=20, verbose_name="API")
    owner = models.CharField(max_length=150, help_text="The API client that registered the subscription.")
    topic = models.ForeignKey(
        Topic, null=True, blank=True, editable=False, on_delete=models.CASCADE, related_name="hubs"
    )
    readable_apis = models.TextField(
        blank=True,
        default="",
        editable=False,
        verbose_name="readable APIs",
        help_text="Keys of the APIs whose events the owner may read; empty: all.",
    )
    callback = models.CharField(max_length=2000)
    query = models.TextField(
        blank=True, default="", help_text="Which events, in the TMF630 filter language; empty: all."
    )
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    appends_event_name = models.BooleanField(
        default=False,
        verbose_name="append the event name",
        help_text="Post to {callback}/listener/{eventName} instead of the callback itself.",
    )
    extension = JsonField(null=True, blank=True, editable=False)
    replay_from = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Past events were asked for from this time on."
    )
    replay_position = models.BigIntegerField(null=True, blank=True, editable=False)
    secret = models.CharField(max_length=100, default=new_secret, help_text="Signs deliveries (Standard Webhooks).")
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    paused_reason = models.TextField(blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    consecutive_failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    last_failure_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_token = models.CharField(max_length=32, blank=True, default="", editable=False)
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["api", "owner"], name="events_hub_owner")]

    def __str__(self) -> str:
        return self.callback

    @property
    def is_paused_by_hand(self) -> bool:
        """Paused by a person, who alone resumes it; otherwise paused for failures, and probed."""
        return self.state == self.State.PAUSED and self.next_attempt_at is None


class Delivery(models.Model):
    """An event owed to a hub, and what became of it.

    Rows are many and short-lived. The event column has no database constraint, because checking it for every row
    costs more than the row: `tmfsite.events.retention` removes deliveries before their events. Deleting a hub goes
    through `services.remove_hub`, which removes what hangs on it.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Dead letter"

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False)
    hub = models.ForeignKey(Hub, on_delete=models.DO_NOTHING, db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["id"]
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "hub"], name="events_delivery_identity")]
        indexes: ClassVar = [models.Index(fields=["hub", "status", "event"], name="events_delivery_due")]

    def __str__(self) -> str:
        return f"event {self.event_id} to hub {self.hub_id}"


class Attempt(models.Model):
    """One failed try of a delivery, or the try that succeeded after failures."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.DO_NOTHING)
    at = models.DateTimeField()
    status_code = models.PositiveSmallIntegerField(null=True)
    duration_ms = models.PositiveIntegerField()
    error = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.error or f"HTTP {self.status_code}"
