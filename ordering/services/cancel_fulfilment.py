"""What the engine says to cancellations: until activation has begun, everything can be taken back.

The orders below a product order are cancelled with it. Cancelling a service order cancels its product order,
cancelling a resource order the one item that it is for.
"""

from collections.abc import Iterable

from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.order import Order
from ordering.models.product import ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.activate_service import is_begun
from ordering.services.cancel_order import CancellationRefusedError, Engine, plug_in
from ordering.services.fail_item import AS_CANCELLED, begin_cancelling, undo_item
from ordering.services.note_progress import move_items
from ordering.services.plan_order import ACTIVATE, DEACTIVATE
from ordering.services.roll_up import CANCELLED
from ordering.services.work import Work
from tmfsite.fields.instants import now


def plug_in_engine() -> None:
    """Let the engine have its say when orders are cancelled."""
    for model in (ProductOrder, ServiceOrder, ResourceOrder):
        plug_in(model, Engine(assess=assess, compensate=compensate))


def assess(order: Order) -> bool:
    """Stop the steps of an order that can be cancelled; raises `CancellationRefusedError` once activation has begun."""
    fulfilment = _fulfilment_of(order)
    if fulfilment is None:
        return True
    paths = _paths(order, fulfilment)
    steps = [each for each in fulfilment.all_steps() if each.item in paths or not each.item]
    begun = [each.key for each in steps if each.kind in (ACTIVATE, DEACTIVATE) and is_begun(each)]
    if begun:
        raise CancellationRefusedError("its activation has begun")
    for step in steps:
        if step.is_open and step.item in paths | ({""} if isinstance(order, ProductOrder) else set()):
            step.note(state=Step.State.CANCELLED, due_at=None)
    return True


def compensate(order: Order) -> bool:
    """Take back what was done for an order; True, as it is all done at once."""
    fulfilment = _fulfilment_of(order)
    if fulfilment is None:
        return True
    above = ProductOrder._default_manager.select_for_update(no_key=True).filter(uid=fulfilment.order).first()
    if above is None:
        return True
    steps = fulfilment.all_steps()
    work = Work(fulfilment, above, steps[0], steps)
    paths = _paths(order, fulfilment)
    if isinstance(order, ResourceOrder):
        undo_items(work, paths)
        items = [service["item"] for path in paths for service in fulfilment.items[path]["services"]]
        move_items(ServiceOrder, fulfilment.service_order, dict.fromkeys(items, CANCELLED), actor=work.actor)
    else:
        undo_all(work)
    if not isinstance(order, ProductOrder):
        move_items(ProductOrder, above.uid, dict.fromkeys(paths, CANCELLED), actor=work.actor)
    if not any(each.is_open for each in steps):
        fulfilment.note(state=Fulfilment.State.CANCELLED, due_at=None, finished=now())
    return True


def undo_all(work: Work) -> None:
    """Take back all that was done for a product order, and cancel the orders below it."""
    undo_items(work, work.fulfilment.items)
    if work.service_order:
        begin_cancelling(ServiceOrder, work.service_order, work.actor)
        services = [each for entry in work.fulfilment.items.values() for each in entry["services"]]
        states = {each["item"]: CANCELLED for each in services}
        move_items(ServiceOrder, work.service_order, states, actor=work.actor)


def undo_items(work: Work, paths: Iterable[str]) -> None:
    """Take back what was done for items."""
    for path in paths:
        undo_item(work, path, AS_CANCELLED)


def _paths(order: Order, fulfilment: Fulfilment) -> set[str]:
    """Return the paths of the items of the product order that an order is for."""
    if isinstance(order, ResourceOrder):
        return {path for path, entry in fulfilment.items.items() if entry["resourceOrder"] == order.uid}
    return set(fulfilment.items)


def _fulfilment_of(order: Order) -> Fulfilment | None:
    """Return the fulfilment that an order belongs to, locked."""
    rows = Fulfilment.objects.select_for_update()
    if isinstance(order, ProductOrder):
        return rows.filter(order=order.uid).first()
    uid = order.uid if isinstance(order, ServiceOrder) else order.external_id
    return rows.filter(service_order=uid).first() if uid else None
