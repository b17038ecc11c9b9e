"""Holding an order: its steps rest until it goes on; the orders below are held and go on with it."""

from ordering.models.fulfilment import Fulfilment
from ordering.models.order import Order
from ordering.models.product import ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.roll_up import HELD, IN_PROGRESS
from ordering.services.work import engine
from tmfsite import operations
from tmfsite.operations import Actor


def hold_order(*, order: ProductOrder, actor: Actor, reason: str = "") -> ProductOrder:
    """Hold an order in progress; a step that is at work is still finished. Raises `Conflict` in other states."""
    return operations.transition(order, HELD, actor=actor, reason=reason).instance


def resume_order(*, order: ProductOrder, actor: Actor, reason: str = "") -> ProductOrder:
    """Let an order go on that is held."""
    return operations.transition(order, IN_PROGRESS, actor=actor, reason=reason).instance


def hold_below(fulfilment: Fulfilment) -> None:
    """Hold the service order and the resource orders of a product order that is held."""
    _move_below(fulfilment, IN_PROGRESS, HELD)


def resume_below(fulfilment: Fulfilment) -> None:
    """Let them go on."""
    _move_below(fulfilment, HELD, IN_PROGRESS)


def orders_below(fulfilment: Fulfilment) -> list[tuple[type[Order], str]]:
    """Return the kinds and ids of the orders that were made for a product order."""
    found: list[tuple[type[Order], str]] = []
    if fulfilment.service_order:
        found.append((ServiceOrder, fulfilment.service_order))
    found += [(ResourceOrder, each["resourceOrder"]) for each in fulfilment.items.values() if each["resourceOrder"]]
    return found


def _move_below(fulfilment: Fulfilment, old: str, new: str) -> None:
    for model, uid in orders_below(fulfilment):
        order = model._default_manager.filter(uid=uid).first()
        if order is not None and order.is_in(old):
            operations.transition(order, new, actor=engine(f"product order {fulfilment.order} is {new}"), force=True)
