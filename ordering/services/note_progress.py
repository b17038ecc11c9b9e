"""How orders show what is going on: the states of their items, milestones, references and remarks."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ordering.models.order import Order
from ordering.services.roll_up import states_of, with_states
from tmfsite import operations
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import NotFound
from tmfsite.wire import href_of

AUTHOR: Final = "fulfilment"

type Change = Callable[[Document], Document]


def move_items(
    model: type[Order],
    uid: str,
    states: Mapping[str, str],
    *,
    actor: Actor,
    more: Change | None = None,
) -> Order | None:
    """Move items of an order, by their paths as text; its own state follows. `more` changes other attributes.

    Returns None when there is no such order (any more): whoever deletes one does not stop the others.
    """
    name = model.items_name()

    def patch(present: Document) -> Document:
        items = present.get(name)
        wanted = {path: states["/".join(path)] for path in states_of(items, name) if "/".join(path) in states}
        changed = {**present, name: with_states(items, name, wanted)}
        return more(changed) if more is not None else changed

    try:
        return operations.update(model, uid, patch, actor=actor, trusted=True).instance
    except NotFound:
        return None


def with_product(item: Document, product: Document) -> Document:
    """Return an item of a product order that names its product, besides what it says of it."""
    return {**item, "product": {**(item.get("product") or {}), **product}}


def with_milestone(
    order: Document, name: str, message: str, *, items: list[str] | None = None, moment: datetime | None = None
) -> Document:
    """Return a service order with one more milestone, about some of its items."""
    reached = list(order.get("milestone") or ())
    milestone: Document = {
        "id": str(len(reached) + 1),
        "name": name,
        "message": message,
        "milestoneDate": format_instant(moment or now()),
        "status": "reached",
    }
    if items:
        milestone["serviceOrderItem"] = [{"itemId": item} for item in items]
    return {**order, "milestone": [*reached, milestone]}


def with_error(order: Document, message: str, items: list[str]) -> Document:
    """Return a service order that says what went wrong with some of its items."""
    error = {
        "code": "fulfilment",
        "reason": "A step of the fulfilment failed",
        "message": message,
        "timestamp": format_instant(now()),
        "serviceOrderItem": [{"itemId": item} for item in items],
    }
    return {**order, "errorMessage": [*(order.get("errorMessage") or ()), error]}


def with_note(order: Document, *texts: str) -> Document:
    """Return an order with further remarks."""
    notes = [{"author": AUTHOR, "date": format_instant(now()), "text": text} for text in texts]
    return {**order, "note": [*(order.get("note") or ()), *notes]}


def without_dates(order: Document) -> Document:
    """Return an order that goes on without the date of its end."""
    return {name: value for name, value in order.items() if name != "completionDate"}


def reference_to(instance: Any, kind: str) -> Document:
    """Return a reference to an entity of the inventory."""
    name = getattr(instance, "name", None)
    found = {"id": instance.uid, "href": href_of(instance), "name": name, "@referredType": kind}
    return {key: value for key, value in found.items() if value is not None}
