"""Operating the delivery of events: subscriptions with their backlog, deliveries, and the events themselves."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from tmfsite.events import services
from tmfsite.events.http import check_callback_url
from tmfsite.events.models import Attempt, Delivery, Event, Hub
from tmfsite.events.subscriptions import compile_query
from tmfsite.fields import json
from tmfsite.resources.attention import Attention, moment
from tmfsite.resources.errors import Invalid

STATE_COLOURS = {"active": "success", "paused": "warning"}
STATUS_COLOURS = {"pending": "info", "delivered": "success", "dead": "danger"}


class CappedPaginator(Paginator):
    """Counts no further than `LIMIT` rows: the tables are large, and nobody leafs that far."""

    LIMIT = 10_000

    @cached_property
    def count(self) -> int:
        """The number of rows, at most `LIMIT`."""
        return self.object_list[: self.LIMIT].count()  # type: ignore[attr-defined]


class LogAdmin(ModelAdmin):
    """Rows that the system writes: to be looked at, not to be changed."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_fullwidth = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class HubForm(forms.ModelForm):
    """A subscription as an operator edits it."""

    send_again_since = forms.SplitDateTimeField(
        required=False,
        label="Send again since",
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text="When saved with a time, every matching event from then on is sent again, received before or not.",
    )

    class Meta:
        model = Hub
        fields = ("api", "owner", "callback", "query", "appends_event_name", "secret")

    def clean_callback(self) -> str:
        return self._checked("callback", check_callback_url)

    def clean_query(self) -> str:
        return self._checked("query", compile_query)

    def _checked(self, name: str, check: Callable[[str], Any]) -> str:
        value: str = self.cleaned_data[name]
        try:
            check(value)
        except Invalid as error:
            raise ValidationError(error.message) from error
        return value

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and "callback" in data:
            topic = self.instance.topic.uid if self.instance.topic else ""
            named = {name: data[name] for name in ("api", "owner", "callback", "query")}
            mark = services.fingerprint(**named, topic=topic)
            if Hub.objects.filter(fingerprint=mark).exclude(pk=self.instance.pk).exists():
                raise ValidationError("This client has the same subscription already.")
            self.instance.fingerprint = mark
        return data


class DeadLettersFilter(admin.SimpleListFilter):
    """Whether a subscription has events that were given up."""

    title = "dead letters"
    parameter_name = "dead"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "With dead letters")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Hub]") -> "QuerySet[Hub]":
        if self.value() != "yes":
            return queryset
        return queryset.filter(Exists(Delivery.objects.filter(hub=OuterRef("pk"), status=Delivery.Status.DEAD)))


@admin.register(Hub)
class HubAdmin(ModelAdmin):
    """Subscriptions: who gets which events, how it goes, and pausing, resuming and sending again."""

    icon = "hub"
    sidebar_order = 20
    form = HubForm
    list_display = (
        "callback",
        "api",
        "topic",
        "owner",
        "state_badge",
        "backlog",
        "dead_letters",
        "last_success_at",
        "problem",
    )
    list_filter = (("state", ChoicesDropdownFilter), "api", DeadLettersFilter)
    attention = (
        Attention("with dead letters", {"dead": "yes"}, urgent=True),
        Attention("paused", {"state__exact": "paused"}),
    )
    list_filter_submit = True
    search_fields = ("callback", "owner", "uid")
    list_select_related = ("topic",)
    readonly_fields = (
        "uid",
        "topic",
        "readable_apis",
        "replay_from",
        "state",
        "paused_reason",
        "paused_at",
        "consecutive_failures",
        "last_error",
        "last_failure_at",
        "last_success_at",
        "next_attempt_at",
        "created",
    )
    fieldsets = (
        (None, {"fields": ("api", "owner", "callback", "query", "appends_event_name", "secret")}),
        ("Delivery", {"fields": readonly_fields}),
        ("Send again", {"fields": ("send_again_since",)}),
    )
    actions = ("pause_selected", "resume_selected", "replay_dead_letters")
    actions_submit_line = ("pause", "resume")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Hub]":
        return (
            super()
            .get_queryset(request)
            .annotate(pending=_count(Delivery.Status.PENDING), dead=_count(Delivery.Status.DEAD))
        )

    def get_fieldsets(self, request: HttpRequest, obj: Hub | None = None) -> Any:
        """Show the secret to those only who may change it, and what has happened only when something can have."""
        fieldsets: list[Any] = list(super().get_fieldsets(request, obj))
        if obj is None:
            return fieldsets[:1]
        if not self.has_change_permission(request, obj):
            visible = [name for name in fieldsets[0][1]["fields"] if name != "secret"]
            return [(None, {"fields": visible}), fieldsets[1]]
        return fieldsets

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def state_badge(self, hub: Hub) -> tuple[str, str]:
        return hub.state, hub.get_state_display()

    @display(description="Backlog", ordering="pending")
    def backlog(self, hub: Any) -> int:
        return hub.pending

    @display(description="Dead letters", ordering="dead")
    def dead_letters(self, hub: Any) -> int:
        return hub.dead

    @display(description="Problem")
    def problem(self, hub: Hub) -> str:
        if hub.state == Hub.State.PAUSED:
            return hub.paused_reason
        return hub.last_error if hub.consecutive_failures else ""

    def save_model(self, request: HttpRequest, obj: Hub, form: forms.ModelForm, change: bool) -> None:
        # Only what the form changed: a worker writes the other columns at any time.
        if change:
            Hub.objects.filter(pk=obj.pk).update(
                fingerprint=obj.fingerprint,
                **{name: getattr(obj, name) for name in form.fields if hasattr(obj, name)},
            )
        else:
            obj.save()
        for name in ("pause", "resume"):
            if f"events_hub_{name}" in request.POST and self.has_change_permission(request, obj):
                getattr(self, name)(request, obj)
        if (since := form.cleaned_data.get("send_again_since")) is not None:
            count = services.replay_hub(hub=obj, since=since)
            messages.success(request, f"{count} events are sent again.")

    def delete_model(self, request: HttpRequest, obj: Hub) -> None:
        services.remove_hub(hub=obj)

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Hub]") -> None:
        for hub in queryset:
            services.remove_hub(hub=hub)

    @action(description="Pause", permissions=["change"])
    def pause(self, request: HttpRequest, obj: Hub) -> None:
        services.pause_hub(hub=obj, reason=f"by {request.user.get_username()}")

    @action(description="Resume", permissions=["change"])
    def resume(self, request: HttpRequest, obj: Hub) -> None:
        services.resume_hub(hub=obj)

    @admin.action(description="Pause the selected hubs", permissions=["change"])
    def pause_selected(self, request: HttpRequest, queryset: "QuerySet[Hub]") -> None:
        for hub in queryset:
            self.pause(request, hub)
        messages.success(request, "Paused. Events are kept until the hubs are resumed.")

    @admin.action(description="Resume the selected hubs", permissions=["change"])
    def resume_selected(self, request: HttpRequest, queryset: "QuerySet[Hub]") -> None:
        for hub in queryset:
            self.resume(request, hub)
        messages.success(request, "Resumed.")

    @admin.action(description="Send dead letters of the selected hubs again", permissions=["change"])
    def replay_dead_letters(self, request: HttpRequest, queryset: "QuerySet[Hub]") -> None:
        dead = Delivery.objects.filter(hub__in=queryset.values("pk"), status=Delivery.Status.DEAD)
        count = services.replay_deliveries(deliveries=dead.values_list("pk", flat=True))
        messages.success(request, f"{count} deliveries are sent again.")


def _count(status: Delivery.Status) -> Coalesce:
    counted = (
        Delivery.objects.filter(hub=OuterRef("pk"), status=status).order_by().values("hub").annotate(count=Count("*"))
    )
    return Coalesce(Subquery(counted.values("count")), 0)


class AttemptInline(TabularInline):
    """The tries of a delivery."""

    model = Attempt
    fields = ("at", "status_code", "duration_ms", "error")
    readonly_fields = fields
    extra = 0
    can_delete = False
    tab = False

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return request.user.has_perm("events.view_delivery")

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(LogAdmin):
    """What is owed to hubs, what they got and what was given up."""

    icon = "outbox"
    sidebar_order = 40
    list_display = (
        "event_type",
        "resource",
        "event_time",
        "hub",
        "status_badge",
        "attempts",
        "last_error",
        "finished_at",
    )
    list_filter = (("status", ChoicesDropdownFilter), ("hub", RelatedDropdownFilter))
    list_filter_submit = True
    search_fields = ("=event__event_id", "=event__resource_uid")
    search_help_text = "Event id or resource id"
    ordering = ("-id",)
    fields = ("event", "hub", "status", "attempts", "finished_at", "last_error")
    inlines = (AttemptInline,)
    actions = ("replay", "give_up")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        return super().get_queryset(request).select_related("event", "hub").defer("event__payload")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Say whether the user may send again or give up, although nobody edits the rows."""
        return request.user.has_perm("events.change_delivery")

    @display(description="Event", ordering="event__event_type")
    def event_type(self, delivery: Delivery) -> str:
        return delivery.event.event_type

    @display(description="Resource")
    def resource(self, delivery: Delivery) -> str:
        return f"{delivery.event.resource_path} {delivery.event.resource_uid}"

    @display(description="Time", ordering="event")
    def event_time(self, delivery: Delivery) -> Any:
        return delivery.event.event_time

    @display(description="Status", ordering="status", label=STATUS_COLOURS)
    def status_badge(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()

    @admin.action(description="Send again", permissions=["operate"])
    def replay(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        count = services.replay_deliveries(deliveries=queryset.values_list("pk", flat=True))
        messages.success(request, f"{count} deliveries are sent again.")

    @admin.action(description="Give up (dead letter)", permissions=["operate"])
    def give_up(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        reason = f"given up by {request.user.get_username()}"
        count = services.give_up_deliveries(deliveries=queryset.values_list("pk", flat=True), reason=reason)
        messages.success(request, f"{count} deliveries are given up.")


@admin.register(Event)
class EventAdmin(LogAdmin):
    """What happened, newest first."""

    icon = "bolt"
    sidebar_order = 30
    list_display = ("event_type", "event_time", "api", "resource_path", "resource_uid", "dispatched_at")
    list_filter = ("api",)
    attention = (
        Attention(
            "not sent on yet", {"dispatched_at__isnull": "True", "event_time__lt": moment(minutes=-2)}, urgent=True
        ),
    )
    search_fields = ("=event_id", "=resource_uid", "=event_type")
    search_help_text = "Event id, resource id or event type"
    ordering = ("-id",)
    fields = (
        "event_id",
        "event_type",
        "event_time",
        "api",
        "resource_path",
        "resource_uid",
        "domain",
        "correlation_id",
        "dispatched_at",
        "content",
    )
    readonly_fields = ("content",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Event]":
        events = super().get_queryset(request)
        return events if request.resolver_match and request.resolver_match.kwargs else events.defer("payload")

    @display(description="Resource")
    def content(self, event: Event) -> SafeString:
        return readable(json.loads(event.payload))


def readable(value: Any) -> SafeString:
    """Return a JSON value as nested lists with worded labels."""
    if isinstance(value, dict):
        rows = ((_worded(name), readable(each)) for name, each in value.items())
        return format_html("<ul>{}</ul>", format_html_join("", "<li><strong>{}</strong> {}</li>", rows))
    if isinstance(value, list):
        return _rows(value)
    if isinstance(value, bool):
        value = "Yes" if value else "No"
    return format_html("{}", "" if value is None else value)


def _rows(values: Sequence[Any]) -> SafeString:
    return format_html("<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((readable(each),) for each in values)))


def _worded(name: str) -> str:
    """`productSpecification` -> `Product specification`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.lstrip("@")).lower()
    return words[:1].upper() + words[1:]
