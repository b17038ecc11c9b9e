"""All that is known of the working of one product order, read in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from inventory.models.product import Product
from inventory.models.resource import Resource
from inventory.models.service import Service
from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.order import Order
from ordering.models.product import CancelProductOrder, ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.decompose import reference_id
from ordering.services.plan_order import (
    ACTIVATE,
    DEACTIVATE,
    FINISH,
    RESERVE,
    RETURN,
    START,
    VALIDATE,
)
from ordering.services.roll_up import walk
from tmfsite.audit.models import Change
from tmfsite.fields.json import Document
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of

STAGES: Final = (
    ("Checked", (VALIDATE,)), ("Begun", (START,)), ("Reserved", (RESERVE,)), ("Activated", (ACTIVATE, DEACTIVATE)),
    ("Returned", (RETURN,)), ("Finished", (FINISH,)),
)  # fmt: skip
_OVER: Final = (Fulfilment.State.DONE, Fulfilment.State.FAILED, Fulfilment.State.CANCELLED)
_LOG: Final = 200


@dataclass
class Trace:
    """A product order with its fulfilment, steps, the orders below, the inventory it made, and its cancellations."""

    order: ProductOrder
    fulfilment: Fulfilment | None = None
    steps: list[Step] = field(default_factory=list)
    service_order: ServiceOrder | None = None
    resource_orders: dict[str, ResourceOrder] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    cancellations: list[CancelProductOrder] = field(default_factory=list)

    @property
    def entries(self) -> Mapping[str, Document]:
        """What is planned for each item, by its path."""
        return self.fulfilment.items if self.fulfilment else {}

    @property
    def is_live(self) -> bool:
        """Whether anything may still happen without anybody's doing."""
        if any(each.state not in ("done", "terminatedWithError") for each in self.cancellations):
            return True
        if self.fulfilment is not None:
            return self.fulfilment.state not in _OVER
        return False

    @property
    def version(self) -> str:
        """A text that changes with what the trace shows."""
        held = [self.order, self.service_order, *self.resource_orders.values(), *self.products.values()]
        held += [*self.services.values(), *self.resources.values(), *self.cancellations]
        seen: list[Any] = [(each.pk, each.revision) for each in held if each is not None]
        seen += [(each.pk, each.state, each.attempts, each.error, str(each.due_at)) for each in self.steps]
        seen.append(self.fulfilment and self.fulfilment.state)
        return blake2b(repr(seen).encode(), digest_size=8).hexdigest()

    def taken(self, path: str) -> dict[str, str]:
        """Return the ids of the resources that were taken for an item, by item of its resource order."""
        step = next((each for each in self.steps if each.kind == RESERVE and each.item == path), None)
        held = ((step.result if step else None) or {}).get("resources", {})
        return {item: reference_id(each) for item, each in held.items()}

    def steps_of(self, path: str, subject: str = "") -> list[Step]:
        """Return the steps for an item, or for one of its services."""
        return [each for each in self.steps if each.item == path and each.subject == subject]


def trace_order(order: ProductOrder) -> Trace:
    """Read the trace of an order."""
    trace = Trace(order)
    trace.fulfilment = Fulfilment.objects.filter(order=order.uid).first()
    links = Link.objects.filter(
        source_type_id=schema_of(CancelProductOrder).content_type_id(), path="productOrder", target_uid=order.uid
    )
    trace.cancellations = list(CancelProductOrder._default_manager.filter(pk__in=links.values("source_id")))
    if trace.fulfilment is None:
        held = (reference_id(item.get("product")) for _, item in walk(order.items, "productOrderItem"))
        trace.products = _by_id(Product, held)
        return trace
    trace.steps = trace.fulfilment.all_steps()
    entries = list(trace.entries.values())
    if trace.fulfilment.service_order:
        trace.service_order = ServiceOrder._default_manager.filter(uid=trace.fulfilment.service_order).first()
    trace.resource_orders = _by_id(ResourceOrder, (each["resourceOrder"] for each in entries))
    trace.products = _by_id(Product, (uid for each in entries for uid in each["products"]))
    services = [service for each in entries for service in each["services"]]
    trace.services = _by_id(Service, (each["id"] for each in services))
    taken = {uid for path in trace.entries for uid in trace.taken(path).values()}
    taken |= {resource["id"] for each in services for resource in each["resources"] if "id" in resource}
    trace.resources = _by_id(Resource, taken)
    return trace


def _by_id(model: Any, uids: Iterable[str]) -> dict[str, Any]:
    wanted = set(uids) - {""}
    return {each.uid: each for each in model._default_manager.filter(uid__in=wanted)} if wanted else {}


@dataclass(frozen=True)
class Stage:
    """A stretch of the way of an order: how far it is, and when it began and ended."""

    name: str
    state: str
    done: int
    number: int
    started: datetime | None
    finished: datetime | None


def stages_of(steps: Iterable[Step]) -> list[Stage]:
    """Return the stages that an order goes through, as far as they are known."""
    listed = list(steps)
    found = []
    for name, kinds in STAGES:
        own = [each for each in listed if each.kind in kinds]
        if own:
            closed = all(not each.is_open for each in own)
            started = min((each.started_at for each in own if each.started_at), default=None)
            ended = max((each.finished_at for each in own if each.finished_at), default=None)
            done = sum(each.is_over for each in own)
            found.append(Stage(name, state_of_steps(own), done, len(own), started, ended if closed else None))
    return found


def state_of_steps(steps: Iterable[Step]) -> str:
    """Return in which state some steps are together: failed, running, done, cancelled or waiting."""
    states = {each.state for each in steps}
    for state in (Step.State.FAILED, Step.State.RUNNING):
        if state in states:
            return str(state)
    if states <= {Step.State.DONE, Step.State.SKIPPED}:
        return "done"
    if Step.State.WAITING not in states:
        return "cancelled"
    return "running" if states & {Step.State.DONE, Step.State.SKIPPED} else "waiting"


@dataclass(frozen=True)
class Move:
    """A change of the state of one of the orders: from what to what, when, by whom and why."""

    at: datetime
    order: Order
    old: str
    new: str
    actor: str
    reason: str


def moves_of(trace: Trace) -> list[Move]:
    """Return how the states of the orders changed, newest first."""
    orders: list[Any] = [trace.order, *([trace.service_order] if trace.service_order else [])]
    orders += trace.resource_orders.values()
    known = {(schema_of(type(each)).content_type_id(), each.pk): each for each in orders}
    rows = Change.objects.filter(
        resource_type_id__in={kind for kind, _ in known}, resource_id__in=[each.pk for each in orders]
    )
    found = []
    for change in rows.order_by("-id")[:_LOG]:
        order = known.get((change.resource_type_id, change.resource_id))
        pair = change.changes.get("state")
        if order is not None and (pair or change.action == "create"):
            old, new = pair or [None, order.lifecycle.initial]
            found.append(Move(change.at, order, str(old or ""), str(new), change.actor_name, change.reason))
    return found
