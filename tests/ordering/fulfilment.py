"""What tests of the fulfilment share: the demo catalogs, a customer, stock, and orders placed through REST."""

from typing import Any

from django.core.management import call_command

from catalog.models import ResourceSpecification
from inventory.models import Product, Resource, ResourcePool, Service
from ordering.models import Fulfilment, ResourceOrder, ServiceOrder, Step
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


def outcome(order: Document) -> dict[str, Any]:
    """Return what became of an order, without ids and dates, to compare two ways to the same end."""
    plan, uids = fulfilment(order), [order["id"]]
    products: list[Product] = []
    services: list[Service] = []
    for entry in plan.items.values():
        products += Product.objects.filter(uid__in=entry["products"]).order_by("id")
        services += Service.objects.filter(uid__in=[each["id"] for each in entry["services"]]).order_by("id")
    below = [*ServiceOrder.objects.filter(uid=plan.service_order), *resource_orders(order)]
    used = Resource.objects.filter(held_by__startswith="order/", uid__in=_used(below)).order_by("id")
    made: list[Any] = [*products, *services, *below, *used]
    uids += [each.uid for each in made]
    return {
        "order": [order["state"], *(each["state"] for each in order["productOrderItem"])],
        "fulfilment": plan.state,
        "products": [(each.name, each.status, len(each.realizing_service or ())) for each in products],
        "services": [(each.name, each.state, len(each.supporting_resource or ())) for each in services],
        "below": [(each.state, [item["state"] for item in each.items or ()]) for each in below],
        "resources": [(each.resource_status, each.usage_state) for each in used],
        "steps": steps(order),
        "events": sorted(Event.objects.filter(resource_uid__in=uids).values_list("event_type", flat=True)),
    }


def _used(below: list[Any]) -> list[str]:
    items = [item for order in below for item in getattr(order, "order_item", None) or ()]
    return [item["resource"]["id"] for item in items if "id" in (item.get("resource") or {})]


def free(specification: str) -> int:
    """Return how many resources of a specification are free."""
    return Resource.objects.filter(stock_of=specification, held_by=None, resource_status="available").count()
