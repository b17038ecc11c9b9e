"""When an item of an order cannot be done: what was begun for it is taken back, the other items go on.

The same is done for an order that is cancelled, with other words for how it ended.
"""

from dataclasses import dataclass
from typing import Final

from inventory.models.product import Product
from inventory.models.resource import Resource
from inventory.models.service import Service
from inventory.services.reserve_resources import release
from ordering.models.fulfilment import Step
from ordering.models.order import Order
from ordering.models.product import ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.fulfil_order import holder_of
from ordering.services.note_progress import move_items, with_error, with_note
from ordering.services.plan_order import ACTIVATE, ADD, DEACTIVATE, MODIFY, RESERVE, UNDO
from ordering.services.roll_up import ASSESSING, CANCELLED, CANCELLING, FAILED, IN_PROGRESS
from ordering.services.work import Work
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import NotFound


@dataclass(frozen=True)
class Ending:
    """How an item ends that is not done: the state of order items, and that of products not yet active."""

    item: str
    product: str


AS_FAILED: Final = Ending(FAILED, "aborted")
AS_CANCELLED: Final = Ending(CANCELLED, "cancelled")


def fail_item(work: Work, reason: str) -> None:
    """Let the item of a failed step fail, and those that rely on it; without an item, the whole order."""
    paths = [work.step.item] if work.step.item else list(work.fulfilment.items)
    if not work.fulfilment.items:
        _fail_order(work, reason)
        return
    texts = {}
    for path in _relying(work, paths):
        texts[path] = reason if path in paths else f"it relies on {', '.join(paths)}, which failed: {reason}"
        _stop_steps(work, path)
        undo_item(work, path, AS_FAILED)
    items = [service["item"] for path in texts for service in work.fulfilment.items[path]["services"]]
    if items:
        _end_service_items(work, items, AS_FAILED, reason)
    states = dict.fromkeys(texts, FAILED)
    notes = [f"item {path}: {text}" for path, text in texts.items()]
    move_items(ProductOrder, work.order.uid, states, actor=work.actor, more=lambda each: with_note(each, *notes))


def _fail_order(work: Work, reason: str) -> None:
    """Let an order fail that has not been planned yet."""
    _stop_steps(work, "")

    def patch(present: Document) -> Document:
        return with_note({**present, "state": FAILED}, reason)

    if work.order.state != IN_PROGRESS:
        operations.transition(work.order, IN_PROGRESS, actor=work.actor, force=True)
    operations.update(ProductOrder, work.order.uid, patch, actor=work.actor, trusted=True)


def _relying(work: Work, paths: list[str]) -> list[str]:
    """Return items and all that rely on them."""
    found = list(paths)
    for path in found:
        found += [
            other for other, entry in work.fulfilment.items.items() if path in entry["needs"] and other not in found
        ]
    return found


def _stop_steps(work: Work, path: str) -> None:
    for step in work.steps:
        if step.item == path and step.is_open and step is not work.step:
            step.note(state=Step.State.CANCELLED, due_at=None)


def _end_service_items(work: Work, items: list[str], ending: Ending, reason: str) -> None:
    states = dict.fromkeys(items, ending.item)
    move_items(
        ServiceOrder,
        work.service_order,
        states,
        actor=work.actor,
        more=lambda each: with_error(each, reason, items),
    )


def undo_item(work: Work, path: str, ending: Ending) -> None:
    """Take back what was done for an item in the inventory, and end its resource order."""
    entry = work.fulfilment.items[path]
    for service in entry["services"]:
        _undo_service(service, work)
    for service in entry["services"]:
        for resource in service["resources"]:
            if resource["action"] == ADD:
                release(holder=holder_of(entry["resourceOrder"], resource["item"]), actor=work.actor)
    for uid in entry["products"]:
        _undo_product(uid, entry, ending, work)
    if entry["resourceOrder"]:
        if ending is AS_CANCELLED:
            begin_cancelling(ResourceOrder, entry["resourceOrder"], work.actor)
        resources = [each["item"] for service in entry["services"] for each in service["resources"]]
        move_items(ResourceOrder, entry["resourceOrder"], dict.fromkeys(resources, ending.item), actor=work.actor)
    _take_down_outside(work, path, entry)


def begin_cancelling(model: type[Order], uid: str, actor: Actor) -> None:
    """Take an order that is at work to the state from which it is cancelled, by the way that its lifecycle has."""
    order = model._default_manager.filter(uid=uid).first()
    if order is not None and not order.is_final:
        for state in (ASSESSING, CANCELLING):
            if not order.is_in(CANCELLING):
                order = operations.transition(order, state, actor=actor, force=True).instance


def _undo_service(service: Document, work: Work) -> None:
    if service["action"] == ADD:
        _change(Service, service["id"], {"state": "terminated"}, work.actor)
    elif service["action"] == MODIFY:
        before = service["before"]
        changes = {"serviceCharacteristic": before["characteristics"] or None}
        if "supportingService" in before:
            changes["supportingService"] = before["supportingService"] or None
        _change(Service, service["id"], changes, work.actor, drop=_added(service, work))


def _added(service: Document, work: Work) -> set[str]:
    """Return the holders' resources that a change added to a service."""
    reserved = next((each for each in work.steps if each.kind == RESERVE and _is_for(each, service, work)), None)
    taken = ((reserved.result if reserved else None) or {}).get("resources", {})
    return {taken[each["item"]]["id"] for each in service["resources"] if each["item"] in taken}


def _is_for(step: Step, service: Document, work: Work) -> bool:
    return any(each["item"] == service["item"] for each in work.fulfilment.items[step.item]["services"])


def _undo_product(uid: str, entry: Document, ending: Ending, work: Work) -> None:
    match entry["action"]:
        case "add":
            _change(Product, uid, {"status": ending.product}, work.actor)
        case "delete":  # what was taken down stays so, what was not goes on
            gone = [each for each in entry["services"] if _is_down(each, work)]
            if not gone:
                _change(Product, uid, {"status": "active"}, work.actor)


def _is_down(service: Document, work: Work) -> bool:
    return any(each.kind == DEACTIVATE and each.subject == service["item"] and each.is_over for each in work.steps)


def _change(
    model: type[Product | Service | Resource],
    uid: str,
    changes: Document,
    actor: Actor,
    *,
    drop: set[str] | None = None,
) -> None:
    """Change an entity of the inventory, if it is still there; `drop`: resources that no longer support it."""

    def patch(present: Document) -> Document:
        changed = {**present, **changes}
        if drop:
            supporting = changed.get("supportingResource") or ()
            changed["supportingResource"] = [each for each in supporting if each.get("id") not in drop] or None
        return {name: value for name, value in changed.items() if value is not None}

    try:
        operations.update(model, uid, patch, actor=actor, trusted=True)
    except NotFound:
        return


def _take_down_outside(work: Work, path: str, entry: Document) -> None:
    """Have services taken down again that somebody else was asked to set up."""
    for step in list(work.steps):
        sent = step.kind == ACTIVATE and step.item == path and bool((step.result or {}).get("request"))
        service = next((each for each in entry["services"] if each["item"] == step.subject), None)
        if not sent or service is None or service["action"] != ADD:
            continue
        key = f"undo:{step.subject}:{step.attempts}"
        if work.beside(key) is not None:
            continue
        work.steps.append(
            Step.objects.create(
                fulfilment=work.fulfilment,
                key=key,
                kind=UNDO,
                item=path,
                subject=step.subject,
                position=step.position,
                result={"of": (step.result or {})["request"]},
            )
        )
