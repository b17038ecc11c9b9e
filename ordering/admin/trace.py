"""The trace of a product order: from the order through service and resource orders to the inventory, live.

The page polls a fragment of itself while the order is worked. What an operator may do about it are POSTs to `act` and
`step`, for those who may change orders; cancelling is for those who may ask for cancellations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from ordering.admin.order import customer_of
from ordering.admin.tree import Linker, Node, phrases
from ordering.models import ProductOrder
from ordering.models.fulfilment import Step
from ordering.services.cancel_order import request_cancellation
from ordering.services.hold_order import hold_order, resume_order
from ordering.services.plan_order import VALIDATE
from ordering.services.retry_step import complete_step, retry_step, skip_step
from ordering.services.roll_up import ASSESSING, CANCELLING, HELD, IN_PROGRESS, walk
from ordering.services.trace_order import Trace, moves_of, stages_of, state_of_steps, trace_order
from tmfsite.admin.actor import actor_of
from tmfsite.admin.pages import entity_page
from tmfsite.admin.states import colour_of
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.resources.errors import ResourceError

TITLE: Final = "Trace"
_MODEL: Final = "ordering.ProductOrder"
_COLOURS: Final = {
    "done": "success", "failed": "danger", "skipped": "warning", "running": "info", "cancelled": "danger", "waiting": "",
}  # fmt: skip
_ICONS: Final = {
    "done": "check_circle", "failed": "error", "skipped": "skip_next", "running": "progress_activity",
    "cancelled": "cancel", "waiting": "schedule",
}  # fmt: skip
_VERBS: Final = {
    "validate": "Check the order", "start": "Plan, and order services and resources", "reserve": "Reserve resources",
    "activate": "Activate", "deactivate": "Take down", "return": "Return resources", "finish": "Finish",
    "undo": "Take back",
}  # fmt: skip
_FAR: Final = timedelta(days=3650)
_UNITS: Final = (
    ("min", "s", 60, 1, 3600), ("h", "min", 3600, 60, 86400), ("d", "h", 86400, 3600, float("inf")),
)  # fmt: skip
_FEW: Final = 12
"""So many steps need not be folded."""


# --- pages ----------------------------------------------------------------------------------------------------------


@entity_page(_MODEL, "trace", title=TITLE, icon="timeline")
def page(model_admin: Any, request: HttpRequest, order: ProductOrder) -> HttpResponseBase:
    """The whole page."""
    return TemplateResponse(request, "ordering/trace.html", _context(model_admin, request, order))


@entity_page(_MODEL, "trace_fragment", route="trace/fragment/")
def fragment(model_admin: Any, request: HttpRequest, order: ProductOrder) -> HttpResponseBase:
    """What changes while the order is worked; 204 to who knows the `version` already."""
    trace = trace_order(order)
    if request.GET.get("version") == trace.version and trace.is_live:
        return HttpResponse(status=204)
    return render(request, "ordering/trace_fragment.html", _context(model_admin, request, order, trace))


@entity_page(_MODEL, "trace_act", route="trace/act/")
def act(model_admin: Any, request: HttpRequest, order: ProductOrder) -> HttpResponseBase:
    """Hold, resume or cancel the order: POST `action` and `reason`."""
    return require_POST(_act)(request, model_admin, order)


@entity_page(_MODEL, "trace_step", route="trace/step/<int:step_id>/", permission="change")
def step(model_admin: Any, request: HttpRequest, order: ProductOrder, step_id: int) -> HttpResponseBase:
    """Retry, skip or complete a step: POST `action` and `reason`."""
    return require_POST(_step)(request, model_admin, order, step_id)


def _act(request: HttpRequest, model_admin: Any, order: ProductOrder) -> HttpResponseBase:
    action, reason = request.POST.get("action", ""), _reason(request)
    may = actions_of(request, model_admin, order)
    if action not in {"hold", "resume", "cancel"} or not (may["change"] if action != "cancel" else may["may_cancel"]):
        raise PermissionDenied
    actor = actor_of(request, reason)
    try:
        if action == "hold":
            hold_order(order=order, actor=actor, reason=reason)
            messages.success(request, "The order is held; what is at work is still finished.")
        elif action == "resume":
            resume_order(order=order, actor=actor, reason=reason)
            messages.success(request, "The order goes on.")
        elif order.is_final:
            messages.error(request, f"The order is {order.state}; it cannot be cancelled any more.")
        else:
            request_cancellation(order=order, reason=reason, actor=actor)
            messages.success(request, "The cancellation is asked for; the trace tells what becomes of it.")
    except ResourceError as refusal:
        messages.error(request, refusal.message)
    return model_admin.redirect_to(order, "trace")  # type: ignore[no-any-return]


def _step(request: HttpRequest, model_admin: Any, order: ProductOrder, step_id: int) -> HttpResponseBase:
    found = get_object_or_404(Step, pk=step_id, fulfilment__order=order.uid)
    action, reason = request.POST.get("action", ""), _reason(request)
    actor = actor_of(request, reason)
    try:
        if action == "retry":
            retry_step(step=found, actor=actor, reason=reason)
            messages.success(request, "The step is tried again.")
        elif action == "skip" and not reason:
            messages.error(request, "Say why the step may be skipped.")
        elif action == "skip":
            skip_step(step=found, actor=actor, reason=reason)
            messages.success(request, "The step is skipped.")
        elif action == "complete":
            complete_step(step=found, actor=actor, reason=reason)
            messages.success(request, "The step is done.")
        else:
            messages.error(request, "There is nothing like that to do with a step.")
    except ResourceError as refusal:
        messages.error(request, refusal.message)
    return model_admin.redirect_to(order, "trace")  # type: ignore[no-any-return]


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:500]


def actions_of(request: HttpRequest, model_admin: Any, order: ProductOrder) -> dict[str, bool]:
    """Return what the user may do about the order as it stands."""
    change = bool(model_admin.has_change_permission(request, order))
    cancel = request.user.has_perm("ordering.add_cancelproductorder")
    return {
        "change": change,
        "may_cancel": cancel,
        "hold": change and order.is_in(IN_PROGRESS),
        "resume": change and order.is_in(HELD),
        "cancel": cancel and not order.is_final and not order.is_in(ASSESSING, CANCELLING),
    }


# --- what is shown --------------------------------------------------------------------------------------------------


def _context(model_admin: Any, request: HttpRequest, order: ProductOrder, trace: Trace | None = None) -> dict[str, Any]:
    trace = trace or trace_order(order)
    linker, actions = Linker(request), actions_of(request, model_admin, order)
    return {
        **model_admin.page_context(request, order, TITLE),
        "trace": trace,
        "actions": actions,
        "summary": _summary(trace),
        "stages": [
            {"stage": each, "colour": _COLOURS[each.state], "icon": _ICONS[each.state],
             "took": duration(each.started, each.finished)}
            for each in stages_of(trace.steps)
        ],
        "groups": _groups(trace, may=actions["change"]),
        "tree": _tree(trace, linker),
        "moves": [
            {"move": each, "kind": str(type(each.order)._meta.verbose_name), "colour": colour_of(each.new),
             "url": linker.url_of(each.order), "reason": each.reason.removesuffix(f" of product order {order.uid}")}
            for each in moves_of(trace)
        ],
        "cancellations": [
            {"task": each, "colour": colour_of(each.state), "url": linker.url_of(each)} for each in trace.cancellations
        ],
    }  # fmt: skip


def _summary(trace: Trace) -> dict[str, Any]:
    order, fulfilment = trace.order, trace.fulfilment
    ended = order.completion_date or order.cancellation_date or (fulfilment.finished if fulfilment else None)
    over = sum(each.is_over for each in trace.steps)
    late = (trace.service_order.jeopardy_alert or ()) if trace.service_order else ()
    return {
        "title": order.external_id or order.uid,
        "customer": customer_of(order),
        "colour": colour_of(order.state),
        "ended": ended,
        "took": duration(order.order_date, ended or (now() if trace.is_live else None)),
        "over": over,
        "number": len(trace.steps),
        "percent": round(100 * over / len(trace.steps)) if trace.steps else 0,
        "alerts": [each.get("message") or each.get("name") for each in late],
        "notes": [each.get("text") for each in order.note or () if each.get("text")],
    }


def duration(start: datetime | None, end: datetime | None) -> str:
    """Return how long something took: `25 ms`, `2.5 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`."""
    if start is None or end is None:
        return ""
    seconds = max((end - start).total_seconds(), 0)
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{int(seconds)} s"
    for large, small, in_large, in_small, most in _UNITS:
        if seconds < most:
            rest = int(seconds % in_large / in_small)
            return f"{int(seconds // in_large)} {large}" + (f" {rest} {small}" if rest else "")
    return ""


@dataclass(frozen=True)
class _Scale:
    """The common scale of time of all bars."""

    begin: datetime
    whole: float

    def bar(self, start: datetime | None, end: datetime | None) -> dict[str, str]:
        """Return where a bar begins and how wide it is, in percent; nothing for what has not begun."""
        if start is None or end is None:
            return {}
        left = 100 * (start - self.begin).total_seconds() / self.whole
        width = 100 * (end - start).total_seconds() / self.whole
        return {"left": f"{min(left, 99.5):.2f}", "width": f"{max(min(width, 100 - left), 0.5):.2f}"}


def _groups(trace: Trace, *, may: bool) -> list[dict[str, Any]]:
    """Return the steps by item; what needs an eye is unfolded."""
    moment = now()
    started = [each for each in trace.steps if each.started_at]
    begin = min((each.started_at for each in started if each.started_at), default=moment)
    end = max((each.finished_at or moment for each in started), default=moment)
    scale = _Scale(begin, max((end - begin).total_seconds(), 0.001))
    names = _item_names(trace)
    by_item: dict[str, list[Step]] = {}
    for step in trace.steps:
        by_item.setdefault(step.item, []).append(step)
    return [_group(path, names.get(path, path), steps, trace, scale, may=may) for path, steps in by_item.items()]


def _group(path: str, name: str, steps: list[Step], trace: Trace, scale: _Scale, *, may: bool) -> dict[str, Any]:
    rows = [_row(each, trace, scale, may=may) for each in steps]
    state = state_of_steps(steps)
    begun = [each.started_at for each in steps if each.started_at]
    ended = [each.finished_at for each in steps if each.finished_at]
    start, end = min(begin for begin in begun) if begun else None, max(ended) if ended else None
    end = end if all(not each.is_open for each in steps) or start is None else now()
    return {
        "path": path,
        "title": name,
        "rows": rows,
        "state": state,
        "colour": _COLOURS[state],
        "icon": _ICONS[state],
        "over": sum(each.is_over for each in steps),
        "number": len(steps),
        "started": start,
        "took": duration(start, end),
        "is_unfolded": state == "failed" or any(row["needs_eye"] for row in rows) or len(trace.steps) <= _FEW,
        **scale.bar(start, end),
    }


def _row(step: Step, trace: Trace, scale: _Scale, *, may: bool) -> dict[str, Any]:
    moment = now()
    until = step.finished_at or (moment if step.is_open else step.started_at)
    is_manual = step.is_open and bool((step.result or {}).get("manual"))
    waits = step.is_open and step.due_at is not None and moment < step.due_at < moment + _FAR
    return {
        "step": step,
        "state": step.state,
        "colour": _COLOURS.get(step.state, ""),
        "icon": _ICONS.get(step.state, "schedule"),
        "title": title_of(step, trace),
        "took": duration(step.started_at, step.finished_at),
        "next_try": step.due_at if waits else None,
        "is_manual": is_manual,
        "may_retry": may and step.state == Step.State.FAILED and step.kind != VALIDATE,
        "may_complete": may and is_manual,
        "needs_eye": is_manual or step.state in (Step.State.FAILED, Step.State.RUNNING) or bool(step.error),
        **scale.bar(step.started_at, until),
    }


def title_of(step: Step, trace: Trace) -> str:
    """Return what a step does, in words."""
    verb = _VERBS.get(step.kind, step.kind)
    if not step.subject:
        return verb
    entry = trace.entries.get(step.item, {})
    name = next((each["name"] for each in entry.get("services", ()) if each["item"] == step.subject), step.subject)
    return f"{verb} {name}"


def _item_names(trace: Trace) -> dict[str, str]:
    paths = ((path, item) for path, item in walk(trace.order.items, "productOrderItem"))
    return {"/".join(path): f"{path[-1]} {_name(item, '/'.join(path), trace)}" for path, item in paths}


def _name(item: Document, path: str, trace: Trace) -> str:
    """Return what an item is about: its offering, or the product that was made for it."""
    offering, product = item.get("productOffering") or {}, item.get("product") or {}
    made = [trace.products[uid] for uid in trace.entries.get(path, {}).get("products", ()) if uid in trace.products]
    known = (offering.get("name"), product.get("name"), *(each.name for each in made[:1]))
    return str(next((each for each in (*known, offering.get("id"), product.get("id")) if each), ""))


# --- the tree -------------------------------------------------------------------------------------------------------


def _tree(trace: Trace, linker: Linker) -> list[Node]:
    """Return the order with its items; below each what was made for it."""
    below = [] if trace.service_order is None else [linker.node(trace.service_order, title=_short(trace.service_order))]
    below += _items(trace.order.items or [], (), trace, linker)
    return [linker.node(trace.order, title=_short(trace.order), children=below)]


def _short(order: Any) -> str:
    return str(order.external_id if isinstance(order, ProductOrder) and order.external_id else order.uid[:8])


def _items(items: list[Document], above: tuple[str, ...], trace: Trace, linker: Linker) -> list[Node]:
    found = []
    for item in items:
        path = (*above, str(item.get("id")))
        entry = trace.entries.get("/".join(path), {})
        made = entry.get("products") or [str((item.get("product") or {}).get("id"))]
        children = [linker.node(trace.products[uid]) for uid in made if uid in trace.products]
        if (held := trace.resource_orders.get(entry.get("resourceOrder", ""))) is not None:
            children.append(linker.node(held, title=_short(held)))
        children += _services("/".join(path), entry, trace, linker)
        children += _items(item.get("productOrderItem") or [], path, trace, linker)
        quantity, name = item.get("quantity") or 1, _name(item, "/".join(path), trace)
        found.append(
            Node(
                f"Item {path[-1]} · {item.get('action')}",
                "deployed_code",
                f"{quantity} × {name}" if quantity != 1 else name or path[-1],  # noqa: RUF001
                state=str(item.get("state") or ""),
                colour=colour_of(item.get("state")),
                details=phrases((item.get("product") or {}).get("productCharacteristic") or ()),
                children=children,
            )
        )
    return found


def _services(path: str, entry: Document, trace: Trace, linker: Linker) -> list[Node]:
    by_item: Mapping[str, Document] = {each["item"]: each for each in entry.get("services", ())}
    inner = {item for each in by_item.values() for item in each["after"]}
    taken, seen = trace.taken(path), set[str]()

    def node(service: Document) -> Node:
        seen.add(service["item"])
        children = [node(by_item[item]) for item in service["after"] if item in by_item and item not in seen]
        children += [_resource(each, taken, trace, linker) for each in service["resources"]]
        note = _step_note(trace, path, service)
        known = trace.services.get(service["id"])
        if known is not None:
            return linker.node(known, children=children, note=note, details=())
        return Node("Service", "lan", service["name"], note=note, children=children)

    return [node(each) for each in by_item.values() if each["item"] not in inner]


def _step_note(trace: Trace, path: str, service: Document) -> str:
    steps = trace.steps_of(path, service["item"])
    said = [service["action"], *(f"{_VERBS.get(each.kind, each.kind).lower()}: {each.state}" for each in steps)]
    return ", ".join(said)


def _resource(resource: Document, taken: Mapping[str, str], trace: Trace, linker: Linker) -> Node:
    known = trace.resources.get(str(resource.get("id") or taken.get(resource.get("item", ""), "")))
    if known is not None:
        return linker.node(known, note=str(resource["action"]))
    return Node("Resource", "router", str(resource["name"]), note=f"{resource['action']}, not taken yet")
