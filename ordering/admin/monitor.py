"""The order monitor: how the orders are doing, and which are in trouble."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.http import urlencode

from ordering.admin.order import customer_of
from ordering.admin.trace import title_of
from ordering.models.fulfilment import Fulfilment
from ordering.services.trace_order import Trace
from ordering.services.watch_orders import DAYS, KINDS, Day, Trouble, durations, states, throughput, troubles
from tmfsite.admin.dashboard import list_url
from tmfsite.admin.pages import list_page
from tmfsite.admin.states import colour_of
from tmfsite.fields import json

PAGE = 25
_COLOURS = {
    "failed": "danger",
    "rejected": "danger",
    "held": "warning",
    "late": "danger",
    "retried": "warning",
    "manual": "info",
}
_BARS = (("received", "Received", "#93c5fd"), ("completed", "Completed", "#10b981"), ("failed", "Failed", "#ef4444"))
_OPTIONS = json.dumps(
    {
        "animation": False,
        "grouped": True,
        "barPercentage": 0.9,
        "maxBarThickness": 28,
        "responsive": True,
        "maintainAspectRatio": False,
        "plugins": {
            "legend": {"display": True, "position": "bottom", "labels": {"boxWidth": 10}},
            "tooltip": {"enabled": True},
        },
        "scales": {
            "x": {"border": {"display": False}, "grid": {"display": False}},
            "y": {"border": {"display": False}, "beginAtZero": True, "ticks": {"precision": 0, "maxTicksLimit": 5}},
        },
    }
)


@list_page("ordering.ProductOrder", "monitor", title="Order monitor", icon="monitor_heart", order=-10)
def monitor(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """Charts, and the orders in trouble: `?trouble=failed` shows those of one kind."""
    found = troubles()
    kind = request.GET.get("trouble", "")
    shown = [each for each in found if kind in each.kinds] if kind in KINDS else found
    page = Paginator(shown, PAGE).get_page(request.GET.get("p"))
    counted = states()
    most = max((number for _, number in counted), default=1)
    took = durations()
    slowest = max((each.slow for each in took), default=0) or 1
    days = throughput()
    context = {
        **model_admin.list_context(request, "Order monitor"),
        "states": [
            {"state": state, "number": number, "percent": f"{100 * number / most:.1f}", "colour": colour_of(state),
             "url": list_url(model_admin, state__exact=state)}
            for state, number in counted
        ],
        "total": sum(number for _, number in counted),
        "chart": _chart(days),
        "chart_options": _OPTIONS,
        "days": DAYS,
        "has_days": any(each.received or each.completed or each.failed for each in days),
        "today": days[-1],
        "durations": [
            {"name": each.name, "number": each.number, "median": seconds(each.median), "slow": seconds(each.slow),
             "median_percent": f"{100 * each.median / slowest:.1f}", "slow_percent": f"{100 * each.slow / slowest:.1f}"}
            for each in took
        ],
        "kinds": [
            {"kind": name, "label": label, "number": sum(name in each.kinds for each in found), "chosen": name == kind,
             "colour": _COLOURS[name], "url": "?" + urlencode({"trouble": name})}
            for name, label in KINDS.items()
        ],
        "kind": kind,
        "troubles": _rows(list(page), model_admin),
        "page": page,
        "number": len(found),
    }  # fmt: skip
    return TemplateResponse(request, "ordering/monitor.html", context)


def _rows(troubles: list[Trouble], model_admin: Any) -> list[dict[str, Any]]:
    plans = {each.order: each for each in Fulfilment.objects.filter(order__in=[each.order.uid for each in troubles])}
    return [
        {
            "order": each.order,
            "title": each.order.external_id or each.order.uid,
            "customer": customer_of(each.order),
            "colour": colour_of(each.order.state),
            "kinds": [{"label": KINDS[kind], "colour": _COLOURS[kind]} for kind in each.kinds],
            "steps": [title_of(step, Trace(each.order, plans.get(each.order.uid))) for step in each.steps[:2]],
            "messages": each.messages[:2],
            "since": each.since,
            "url": model_admin.change_url(each.order, "trace"),
        }
        for each in troubles
    ]


def _chart(days: list[Day]) -> str:
    return json.dumps(
        {
            "labels": [each.day.strftime("%d %b") for each in days],
            "datasets": [
                {"label": label, "data": [getattr(each, name) for each in days], "backgroundColor": colour}
                for name, label, colour in _BARS
            ],
        }
    )


def seconds(value: float) -> str:
    """Return a time in words: `12 ms`, `3.4 s`, `5 min`, `2.5 h`."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    if value < 120:
        return f"{value:.1f} s"
    return f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.1f} h"
