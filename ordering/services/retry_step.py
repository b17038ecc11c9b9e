"""What an operator can do about a step: try it again, pass over it, or say that a manual one is done."""

from django.db import transaction

from inventory.models.product import Product
from inventory.models.service import Service
from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.product import ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.capture_order import _wake as wake
from ordering.services.note_progress import move_items, without_dates
from ordering.services.plan_order import ADD, DELETE, UNDO, VALIDATE
from ordering.services.roll_up import IN_PROGRESS
from tmfsite import operations
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import Conflict, NotFound


def retry_step(*, step: Step, actor: Actor, reason: str) -> Step:
    """Take up a failed step again, and with it the items that failed because of it.

    They are back in progress and begin anew with what was taken back from them. Raises `Conflict` for a step that has
    not failed, and for an order that was rejected.
    """
    return _reopen(step, actor, reason, skip=False)


def skip_step(*, step: Step, actor: Actor, reason: str) -> Step:
    """As `retry_step`, but pass over the step: its item goes on as if it were done, without resources or calls."""
    return _reopen(step, actor, reason, skip=True)


def complete_step(*, step: Step, actor: Actor, reason: str = "") -> Step:
    """Say that a manual step is done. Raises `Conflict` for a step that does not wait for that."""
    with transaction.atomic():
        fulfilment, fresh, _ = _locked(step)
        if not fresh.is_open or not (fresh.result or {}).get("manual"):
            raise Conflict(f"step {fresh.key} does not wait for anybody")
        done = {**(fresh.result or {}), "done": True, "by": actor.name}
        fresh.note(result=done, due_at=None, reason=reason or f"done by {actor.name}")
        _go_on(fulfilment)
    return fresh


def _reopen(step: Step, actor: Actor, reason: str, *, skip: bool) -> Step:
    with transaction.atomic():
        fulfilment, fresh, steps = _locked(step)
        if fresh.state != Step.State.FAILED:
            raise Conflict(f"step {fresh.key} has not failed: it is {fresh.state}")
        if fresh.kind == VALIDATE:
            raise Conflict("an order that was rejected is placed anew")
        actor = Actor(actor.kind, actor.name, actor.user_id, actor.request_id, reason)
        paths = _affected(fulfilment, fresh.item) if fresh.item else set()
        if fresh.kind != UNDO and any(each.kind == UNDO and each.is_open and each.item in paths for each in steps):
            raise Conflict("what was set up elsewhere is still being taken down; try again later")
        if fresh.kind != UNDO:
            _reopen_items(fulfilment, paths, actor)
            for each in steps:
                if each.item in paths and each.kind != UNDO:
                    _reset(each, fulfilment)
        fresh.is_skipped, fresh.reason = skip, reason
        _reset(fresh, fulfilment)
        _go_on(fulfilment)
    return fresh


def _locked(step: Step) -> tuple[Fulfilment, Step, list[Step]]:
    """Lock fulfilment and order, in the order in which the engine does."""
    fulfilment = Fulfilment.objects.select_for_update().get(pk=step.fulfilment_id)  # type: ignore[attr-defined]
    ProductOrder._default_manager.select_for_update(no_key=True).filter(uid=fulfilment.order).first()
    steps = fulfilment.all_steps()
    return fulfilment, next(each for each in steps if each.pk == step.pk), steps


def _go_on(fulfilment: Fulfilment) -> None:
    fulfilment.note(state=Fulfilment.State.RUNNING, due_at=now(), finished=None)
    transaction.on_commit(wake)


def _affected(fulfilment: Fulfilment, path: str) -> set[str]:
    """Return an item, those that rely on it, and the bundles that any of these is a part of."""
    found = {path}
    while True:
        more = {
            other
            for other, entry in fulfilment.items.items()
            if other not in found and found & {*entry["needs"], *entry["parts"]}
        }
        if not more:
            return found
        found |= more


def _reset(step: Step, fulfilment: Fulfilment) -> None:
    """Have a step run again; what a removal has taken down stays so."""
    if step.item and step.is_over and fulfilment.items[step.item]["action"] == DELETE:
        return
    step.note(
        state=Step.State.WAITING,
        attempts=0,
        due_at=None,
        finished_at=None,
        error="",
        result=step.result if step.kind == UNDO else None,
        is_skipped=step.is_skipped,
        reason=step.reason,
    )


def _reopen_items(fulfilment: Fulfilment, paths: set[str], actor: Actor) -> None:
    items: list[str] = []
    for path in sorted(paths):
        entry = fulfilment.items[path]
        _reopen_inventory(entry, actor)
        services = [each for each in entry["services"] if each["action"] != DELETE or entry["action"] != DELETE]
        items += [each["item"] for each in services]
        if entry["resourceOrder"]:
            states = {each["item"]: IN_PROGRESS for service in entry["services"] for each in service["resources"]}
            move_items(ResourceOrder, entry["resourceOrder"], states, actor=actor, more=without_dates)
    if items:
        states = dict.fromkeys(items, IN_PROGRESS)
        move_items(ServiceOrder, fulfilment.service_order, states, actor=actor, more=without_dates)
    if paths:
        states = dict.fromkeys(paths, IN_PROGRESS)
        move_items(ProductOrder, fulfilment.order, states, actor=actor, more=without_dates)
    else:
        order = operations.get(ProductOrder, fulfilment.order)
        operations.transition(order, IN_PROGRESS, actor=actor, force=True)


def _reopen_inventory(entry: Document, actor: Actor) -> None:
    for service in entry["services"]:
        if service["action"] == ADD:
            _set(Service, service["id"], {"state": "designed", "supportingResource": None}, actor)
    for uid in entry["products"]:
        if entry["action"] == ADD:
            _set(Product, uid, {"status": "created"}, actor)
        elif entry["action"] == DELETE:
            _set(Product, uid, {"status": "pendingTerminate"}, actor)


def _set(model: type[Product | Service], uid: str, changes: Document, actor: Actor) -> None:
    def patch(present: Document) -> Document:
        return {name: value for name, value in {**present, **changes}.items() if value is not None}

    try:
        operations.update(model, uid, patch, actor=actor, trusted=True)
    except NotFound:
        return
