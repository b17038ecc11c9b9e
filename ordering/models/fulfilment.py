"""How product orders are worked: the plan of an order and its steps, kept by the engine; no resources of an API."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models

from tmfsite.fields import JsonField
from tmfsite.fields.instants import now


class Noted(models.Model):
    """A row of the engine, which is changed an attribute at a time."""

    class Meta:
        abstract = True

    def note(self, **values: Any) -> None:
        """Set some attributes and store them."""
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=list(values))


class Fulfilment(Noted):
    """The working of one product order; see `services.run_steps`.

    `plan` says which products, services and resources the order makes, changes or gives up: see `services.plan_order`.
    `due_at` is when the next step may run, None when none may: the engine finds its work by this column alone.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        WAITING = "waiting"
        HELD = "held"
        CANCELLING = "cancelling"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.BigAutoField(primary_key=True)
    order = models.CharField(max_length=255, unique=True)
    service_order = models.CharField(max_length=255, blank=True, default="", db_index=True)
    state = models.CharField(max_length=20, choices=State, default=State.RUNNING)
    due_at = models.DateTimeField(null=True, blank=True)
    plan = JsonField(null=True, blank=True)
    started = models.DateTimeField(default=now)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="ordering_fulfilment_due"),
            models.Index(fields=["state", "id"]),
        ]

    def __str__(self) -> str:
        return f"fulfilment of {self.order}"

    @property
    def items(self) -> dict[str, Any]:
        """What is planned for each item of the order, by its path."""
        items: dict[str, Any] = (self.plan or {}).get("items", {})
        return items

    def all_steps(self) -> "list[Step]":
        """Return its steps in their order."""
        return list(Step.objects.filter(fulfilment=self).order_by("position", "id"))


class Step(Noted):
    """One thing to do for an order, or for one of its items, by the handler of its `kind`.

    It runs once the steps whose keys are in `after` are over, and not before `due_at`. `item` is the path of the item
    of the product order, empty where the step is for all of it. `result` holds what it has to remember between tries,
    such as the request it sent; `reason` is an operator's, for a retry or for skipping it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        SKIPPED = "skipped"
        CANCELLED = "cancelled"

    id = models.BigAutoField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="steps", db_index=False)
    key = models.CharField(max_length=255)
    kind = models.CharField(max_length=40)
    item = models.CharField(max_length=255, blank=True, default="")
    subject = models.CharField(max_length=255, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    after = JsonField(default=list, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    is_skipped = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    result = JsonField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["fulfilment", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fulfilment", "key"], name="ordering_step_identity"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["finished_at"], condition=models.Q(state="failed"), name="ordering_step_failed"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_over(self) -> bool:
        """Whether steps that wait for it may run."""
        return self.state in (self.State.DONE, self.State.SKIPPED)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def is_due(self, moment: datetime) -> bool:
        """Whether the time of its next try has come."""
        return self.due_at is None or self.due_at <= moment
