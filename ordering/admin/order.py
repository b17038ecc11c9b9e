"""What the admin pages of all orders share, and those of their cancellations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from unfold.decorators import display

from ordering.models.order import CancelOrder, Order
from ordering.services.cancel_order import request_cancellation
from ordering.services.roll_up import STATES
from ordering.values.order import ACTIONS, AppointmentRef
from tmfsite.admin.actor import actor_of
from tmfsite.admin.filters import refers_to
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.fields.json import Document
from tmfsite.fields.names import words
from tmfsite.resources.attention import Attention, moment

PRIORITIES = (("0", "0 – highest"), ("1", "1"), ("2", "2"), ("3", "3"), ("4", "4 – lowest"))
ACTION_CHOICES = [(each, words(each)) for each in ACTIONS]
STATE_CHOICES = [(each, words(each)) for each in STATES]
RELATIONSHIPS = ("reliesOn", "bundles", "requires", "replaces")

ITEM_LABELS = {"id": "Number", "appointment": "Appointment"}
ITEM_HELP = {
    "id": "By which other items refer to this one.",
    "state": "The state of the order follows from those of its items.",
}

describe(AppointmentRef, fields=("id", "description"), more=("name",), labels={"id": "ID"}, item="appointment")


def customer_of(order: Order) -> str:
    """Return the name of the customer, or else of the first party of an order."""
    parties: list[Document] = order.related_party or []
    customer = next((each for each in parties if "customer" in _kind(each)), parties[0] if parties else {})
    return str(customer.get("name") or customer.get("id") or "—")


def _kind(party: Document) -> str:
    return f"{party.get('role') or ''} {party.get('@referredType') or ''}".casefold()


def _moment(moment: datetime | None) -> str:
    return date_format(localtime(moment), "j M Y, H:i") if moment else "—"


class PriorityFilter(admin.SimpleListFilter):
    """By urgency."""

    title = "priority"
    parameter_name = "priority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return PRIORITIES

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(priority=self.value()) if self.value() else queryset


class OrderAdmin(ResourceAdmin):
    """What the orders of products, services and resources have in common."""

    list_display: Sequence[Any] = (
        "title", "state", "customer", "item_count", "priority", "ordered", "wanted", "completed",
    )  # fmt: skip
    list_filter: Sequence[Any] = (
        "state", PriorityFilter, "category", refers_to("relatedParty", "party"), "requested_completion_date",
    )  # fmt: skip
    search_fields = ("external_id", "description", "category", "uid")
    attention = (
        Attention("failed", {"state__in": "failed,partial"}, urgent=True, days=7),
        Attention("on hold", {"state__exact": "held"}),
        Attention("waiting for an answer", {"state__exact": "pending"}),
        Attention(
            "late", {"state__in": "acknowledged,inProgress,pending,held", "requested_completion_date__lt": moment()}
        ),
    )
    date_hierarchy = "order_date"
    actions = ("cancel_orders",)
    labels: ClassVar[dict[str, str]] = {
        "external_id": "Number elsewhere", "order_date": "Ordered", "requested_start_date": "Wanted from",
        "requested_completion_date": "Wanted by", "expected_completion_date": "Expected", "start_date": "Begun",
        "completion_date": "Completed", "cancellation_date": "Cancelled", "cancellation_reason": "Why cancelled",
        "notification_contact": "Tell", "related_party": "Parties", "note": "Notes",
        "external_reference": "Called elsewhere",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {
        "priority": "From 0, the highest, to 4.",
        "notification_contact": "An address or a number for news of the order.",
    }
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "category": ("B2C", "B2B", "Wholesale"),
        "priority": ("0", "1", "2", "3", "4"),
    }

    @display(description="Order", ordering="external_id")
    def title(self, order: Order) -> str:
        """Its number elsewhere, or the beginning of its description."""
        name = getattr(order, "name", None) or order.external_id or order.description
        return str(name or order.uid)[:60]

    @display(description="Customer")
    def customer(self, order: Order) -> str:
        """Who ordered."""
        return customer_of(order)

    @display(description="Ordered", ordering="order_date")
    def ordered(self, order: Order) -> str:
        """When it came in."""
        return _moment(order.order_date)

    @display(description="Wanted by", ordering="requested_completion_date")
    def wanted(self, order: Order) -> str:
        """When it should be done."""
        return _moment(order.requested_completion_date)

    @display(description="Completed", ordering="completion_date")
    def completed(self, order: Order) -> str:
        """When it was done."""
        return _moment(order.completion_date)

    @admin.action(description="Cancel", permissions=["change"])
    def cancel_orders(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Ask for the orders to be cancelled, as the API's task does."""
        tasks = [request_cancellation(order=order, reason="", actor=actor_of(request)) for order in queryset]
        messages.success(request, f"{len(tasks)} to be cancelled; the list of cancellations tells the outcome.")

    @display(description="Items")
    def item_count(self, order: Order) -> int:
        """How many items it has."""
        return len(order.items or ())


class CancelOrderAdmin(ResourceAdmin):
    """Requests to cancel an order: made once, then worked in the background."""

    icon = "cancel"
    dashboard = False
    attention = (Attention("failed", {"state__exact": "terminatedWithError"}, urgent=True, days=7),)
    list_display = (
        "order", "state", "reason", "wanted", "cancelled", "asked",
    )  # fmt: skip
    list_filter = ("state", "created")
    search_fields = ("cancellation_reason", "uid")
    date_hierarchy = "created"
    labels: ClassVar[dict[str, str]] = {
        "cancellation_reason": "Reason", "requested_cancellation_date": "Wanted on",
        "effective_cancellation_date": "Cancelled", "completion_message": "Outcome", "error_message": "Refusal",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {"requested_cancellation_date": "Empty for at once."}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Order")
    def order(self, task: CancelOrder) -> str:
        """The order to be cancelled."""
        reference: Document = getattr(task, task.order_field) or {}
        return str(reference.get("name") or reference.get("id") or "—")

    @display(description="Reason", ordering="cancellation_reason")
    def reason(self, task: CancelOrder) -> str:
        """Why it is to be cancelled."""
        return task.cancellation_reason or "—"

    @display(description="Wanted on", ordering="requested_cancellation_date")
    def wanted(self, task: CancelOrder) -> str:
        """When it is to be cancelled."""
        return _moment(task.requested_cancellation_date)

    @display(description="Cancelled", ordering="effective_cancellation_date")
    def cancelled(self, task: CancelOrder) -> str:
        """When it was cancelled."""
        return _moment(task.effective_cancellation_date)

    @display(description="Asked for", ordering="created")
    def asked(self, task: CancelOrder) -> str:
        """When the request was made."""
        return _moment(task.created)
