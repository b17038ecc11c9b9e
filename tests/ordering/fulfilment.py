"""What tests of the fulfilment share: the demo catalogs, a customer, stock, and orders placed through REST."""

from typing import Any

from django.core.management import call_command

from catalog.models import ResourceSpecification
from inventory.models import Product, Resource, ResourcePool, Service
from ordering.models import Fulfilment, ProductOrder, ResourceOrder, ServiceOrder, Step
from ordering.services.run_steps import run_due_steps
from tests.caller import Answer, Caller
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields.json import Document

ORDERS = "/tmf-api/productOrderingManagement/v4/productOrder"
CUSTOMER: Document = {"id": "cu-1", "name": "Ada", "role": "customer", "@referredType": "Customer"}
FIBRE = "PO-FIBER-250"


def load_catalogs() -> None:
    """Load the demo catalogs."""
    call_command("load_demo", stdout=None, verbosity=0)


def fill_stock(amount: int = 5) -> None:
    """Put some of each physical and pooled kind of resource into stock, what is pooled into pools."""
    for specification in ResourceSpecification.objects.filter(is_latest=True).order_by("id"):
        pools = [
            tie["id"]
            for tie in specification.resource_spec_relationship or ()
            if tie.get("relationshipType") == "memberOf"
        ]
        if pools or specification.at_type == "PhysicalResourceSpecification":
            stock(specification.uid, amount, pool=pools[0] if pools else None)


def stock(specification: str, amount: int, *, pool: str | None = None) -> list[Resource]:
    """Make free resources of a specification, in a pool if told."""
    actor, reference = operations.SYSTEM, None
    if pool is not None:
        if not ResourcePool.objects.filter(uid=pool).exists():
            operations.create(ResourcePool, {"id": pool, "description": pool}, actor=actor, trusted=True)
        reference = {"id": pool}
    made = []
    for number in range(amount):
        resource = Resource(
            at_type="LogicalResource" if pool else "PhysicalResource",
            name=f"{specification} {number}",
            value=str(1000 + number),
            resource_status="available",
            resource_specification={"id": specification},
            resource_pool=reference,
        )
        made.append(operations.save(resource, actor=actor).instance)
    return made


def item(offering: str, number: str = "1", *, action: str = "add", **more: Any) -> Document:
    """Return an item of an order."""
    return {"id": number, "action": action, "productOffering": {"id": offering}, **more}


def chosen(**values: Any) -> Document:
    """Return a product with characteristics; `_` stands for a blank."""
    characteristics = [{"name": name.replace("_", " "), "value": value} for name, value in values.items()]
    return {"productCharacteristic": characteristics}


class Desk:
    """Places orders through REST and looks at what became of them."""

    def __init__(self) -> None:
        self.call = Caller("all")

    def place(self, *items: Document, run: bool = True, **more: Any) -> Document:
        """Place an order, and have it worked as far as it goes."""
        answer: Answer = self.call.post(ORDERS, {"productOrderItem": list(items), "relatedParty": [CUSTOMER], **more})
        assert answer.status == 201, answer.response.content
        assert answer.body["state"] == "acknowledged"
        if run:
            run_due_steps()
        return self.order(answer.body["id"])

    def order(self, uid: str) -> Document:
        return self.call.get(f"{ORDERS}/{uid}").body  # type: ignore[no-any-return]

    def patch(self, uid: str, **changes: Any) -> Answer:
        return self.call.patch(f"{ORDERS}/{uid}", changes)


def step_of(order: Document, key: str) -> Step:
    return Step.objects.get(fulfilment__order=order["id"], key=key)


def steps(order: Document) -> dict[str, str]:
    """Return the states of the steps of an order by key."""
    found = Step.objects.filter(fulfilment__order=order["id"]).order_by("position", "id")
    return {each.key: each.state for each in found}


def service_order(order: Document) -> ServiceOrder:
    return ServiceOrder.objects.get(external_id=order["id"])


def resource_orders(order: Document) -> list[ResourceOrder]:
    return list(ResourceOrder.objects.filter(external_id=service_order(order).uid).order_by("id"))


def fulfilment(order: Document) -> Fulfilment:
    return Fulfilment.objects.get(order=order["id"])


def snapshot() -> dict[str, Any]:
    """Return what matters of orders and inventory, without ids and dates, to compare two ways to the same end."""

    def values(model: Any, *names: str) -> list[tuple[Any, ...]]:
        return sorted(model.objects.values_list(*names), key=str)

    return {
        "product orders": values(ProductOrder, "state"),
        "service orders": values(ServiceOrder, "state"),
        "resource orders": values(ResourceOrder, "state"),
        "products": values(Product, "name", "status"),
        "services": values(Service, "name", "state"),
        "resources": values(Resource, "name", "resource_status", "usage_state"),
        "held": Resource.objects.filter(held_by__isnull=False).count(),
        "steps": values(Step, "key", "state"),
        "events": sorted(Event.objects.values_list("event_type", flat=True)),
    }
