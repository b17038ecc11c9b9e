"""The start page of the admin: what there is, what waits, what happened."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.db.models import Count, Min
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tmfsite.admin.resource import ResourceAdmin
from tmfsite.admin.sidebar import place_of
from tmfsite.admin.states import colour_of
from tmfsite.audit.models import Change
from tmfsite.events.models import Delivery, Event, Hub
from tmfsite.fields import json
from tmfsite.fields.instants import format_instant, now
from tmfsite.query import Matches, parse
from tmfsite.resources.registry import publication_of
from tmfsite.resources.schema import schema_of

DAYS = 14
EXPIRY = timedelta(days=30)
RECENT = 8
_WAITING = ("In Test", "Pending", "Held", "pending", "held")


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the page shows, as far as the user may see it."""
    admins = [each for each in visible(request) if each.dashboard]
    return {
        **context,
        "title": "Dashboard",
        "cards": [card(request, each) for each in admins],
        "todo": [item for each in admins for item in todo(request, each)],
        "recent": recent(request),
        "chart": activity(),
        "chart_options": CHART_OPTIONS,
        "events": events(request),
    }


def visible(request: HttpRequest) -> list[ResourceAdmin]:
    """Return the admins of the resources that the user may look at, in the order of the sidebar."""
    found = [
        model_admin
        for model_admin in admin.site._registry.values()
        if isinstance(model_admin, ResourceAdmin) and model_admin.has_view_or_change_permission(request)
    ]
    return sorted(found, key=_place)


def _place(model_admin: ResourceAdmin) -> tuple[int, int, int]:
    publication = publication_of(model_admin.model)
    number = publication.api.number if publication else 0
    return place_of(model_admin.opts.app_label), number, model_admin.sidebar_order


def list_url(model_admin: Any, **filters: Any) -> str:
    """Return the address of a list, filtered."""
    url = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    return f"{url}?{urlencode(filters, quote_via=quote)}" if filters else url


def card(request: HttpRequest, model_admin: ResourceAdmin) -> dict[str, Any]:
    """Return how many entities of a resource there are, by state."""
    states: list[dict[str, Any]] = []
    rows = model_admin.get_queryset(request)
    if model_admin.states:
        attribute = model_admin.states[0]
        counts = Counter(dict(rows.order_by().values_list(attribute).annotate(number=Count("pk"))))
        known = schema_of(model_admin.model).lifecycles[0].states
        order = sorted(counts, key=lambda state: known.index(state) if state in known else len(known))
        states = [
            {
                "state": state or "none",
                "count": counts[state],
                "colour": colour_of(state),
                "url": list_url(model_admin, **{f"{attribute}__exact": state}) if state else list_url(model_admin),
            }
            for state in order
        ]
        total = sum(counts.values())
    else:
        total = rows.count()
    return {
        "title": str(model_admin.opts.verbose_name_plural).capitalize(),
        "icon": model_admin.icon,
        "total": total,
        "states": states,
        "url": list_url(model_admin),
        "add": reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_add")
        if model_admin.has_add_permission(request)
        else "",
    }


def todo(request: HttpRequest, model_admin: ResourceAdmin) -> Iterator[dict[str, Any]]:
    """Yield what waits for somebody: entities in a waiting state, and those whose validity ends soon."""
    name = str(model_admin.opts.verbose_name)
    schema = schema_of(model_admin.model)
    if model_admin.states:
        attribute = model_admin.states[0]
        waiting = model_admin.get_queryset(request).filter(**{f"{attribute}__in": _WAITING}).order_by("last_update")
        for entity in waiting[:RECENT]:
            state = getattr(entity, attribute)
            yield {"entity": entity, "url": model_admin.change_url(entity), "kind": name, "state": state,
                   "colour": colour_of(state), "when": entity.last_update, "text": "since"}  # fmt: skip
    if "validFor" in schema.attributes:
        start, end = format_instant(now()), format_instant(now() + EXPIRY)
        query = parse(f"validFor.endDateTime%3E={quote(start)}&validFor.endDateTime%3C={quote(end)}")
        if query.expression is not None:
            ending = model_admin.get_queryset(request).filter(Matches(query.expression, schema))
            for entity in ending[:RECENT]:
                yield {"entity": entity, "url": model_admin.change_url(entity), "kind": name, "state": "ends soon",
                       "colour": "danger", "when": (entity.valid_for or {}).get("endDateTime", "")[:10], "text": "on"}  # fmt: skip


def recent(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the latest changes of what the user may look at."""
    allowed = {schema_of(each.model).content_type_id(): each for each in visible(request)}
    found = []
    for change in Change.objects.filter(resource_type_id__in=allowed).order_by("-id")[:RECENT]:
        model_admin = allowed[change.resource_type_id]
        entity = model_admin.model._default_manager.filter(pk=change.resource_id).first()
        found.append(
            {
                "change": change,
                "entity": entity or _deleted_name(change),
                "url": model_admin.change_url(entity, "history") if entity else "",
                "kind": str(model_admin.opts.verbose_name),
                "verb": {"create": "created", "delete": "deleted", "transition": "moved"}.get(change.action, "changed"),
            }
        )
    return found


def _deleted_name(change: Change) -> str:
    pair = change.changes.get("")
    document = pair[0] if isinstance(pair, list) and pair and isinstance(pair[0], dict) else {}
    return str(document.get("name") or change.resource_uid)


CHART_OPTIONS = json.dumps(
    {
        "animation": False,
        "barPercentage": 1,
        "base": 0,
        "grouped": False,
        "maxBarThickness": 28,
        "responsive": True,
        "maintainAspectRatio": False,
        "plugins": {"legend": {"display": False}, "tooltip": {"enabled": True}},
        "scales": {
            "x": {"border": {"display": False}, "grid": {"display": False}},
            "y": {"border": {"display": False}, "beginAtZero": True, "ticks": {"precision": 0, "maxTicksLimit": 5}},
        },
    }
)


def activity() -> str:
    """Return the changes per day of the last two weeks, as the chart's data."""
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = timezone.now() - timedelta(days=DAYS)
    counts = dict(
        Change.objects.filter(at__gte=since)
        .annotate(day=TruncDate("at"))
        .order_by()
        .values_list("day")
        .annotate(n=Count("pk"))
    )
    return json.dumps(
        {
            "labels": [day.strftime("%d %b") for day in days],
            "datasets": [
                {
                    "label": "Changes",
                    "data": [counts.get(day, 0) for day in days],
                    "backgroundColor": "var(--color-primary-500)",
                    "maxBarThickness": 28,
                }
            ],
        }
    )


def events(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the state of event delivery, for users who may look at it."""
    if not request.user.has_perm("events.view_hub"):
        return []
    waiting = Event.objects.filter(dispatched_at=None).aggregate(number=Count("id"), oldest=Min("event_time"))
    hubs = Counter(dict(Hub.objects.order_by().values_list("state").annotate(number=Count("id"))))
    late = waiting["oldest"] and timezone.now() - waiting["oldest"] > timedelta(minutes=1)
    rows = [
        ("Events to be matched", waiting["number"], "warning" if late else "", _url("event")),
        ("Active subscriptions", hubs.get(Hub.State.ACTIVE, 0), "", _url("hub")),
        (
            "Paused subscriptions",
            paused := hubs.get(Hub.State.PAUSED, 0),
            "warning" if paused else "",
            _url("hub", state="paused"),
        ),
    ]
    for status, text, colour in (
        (Delivery.Status.PENDING, "Deliveries pending", ""),
        (Delivery.Status.DEAD, "Dead letters", "danger"),
    ):
        number = Delivery.objects.filter(status=status).count()
        rows.append((text, number, colour if number else "", _url("delivery", status=str(status))))
    return [{"text": text, "number": number, "colour": colour, "url": url} for text, number, colour, url in rows]


def _url(model: str, **filters: str) -> str:
    query = "?" + urlencode({f"{name}__exact": value for name, value in filters.items()}) if filters else ""
    try:
        return reverse(f"admin:events_{model}_changelist") + query
    except NoReverseMatch:
        return ""
