"""Orders that change or give up what is installed, and orders that are held or cancelled on their way."""

from typing import Any

import pytest

from inventory.models import Product, Resource, Service
from ordering.models import CancelProductOrder, CancelResourceOrder, CancelServiceOrder, Step
from ordering.models.order import CancelOrder
from ordering.services import run_steps
from ordering.services.cancel_order import run_due_cancellations
from ordering.services.hold_order import hold_order, resume_order
from ordering.services.plan_order import ACTIVATE, DEACTIVATE
from ordering.services.retry_step import retry_step
from ordering.services.run_steps import find_parked, run_due_steps, run_next
from ordering.services.work import StepFailed
from tests.ordering.fulfilment import (
    FIBRE,
    Desk,
    chosen,
    fill_stock,
    free,
    fulfilment,
    item,
    load_catalogs,
    resource_orders,
    service_order,
    step_of,
    steps,
    stock,
)
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor

OPERATOR = Actor("user", "operator")

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    load_catalogs()
    fill_stock()
    return Desk()


def line(desk: Desk, **characteristics: Any) -> Product:
    """Install a line."""
    order = desk.place(item(FIBRE, product=chosen(**characteristics)))
    return Product.objects.get(uid=order["productOrderItem"][0]["product"]["id"])


def about(product: Product, action: str, offering: str | None = None, **characteristics: Any) -> Document:
    """Return an item about an installed product."""
    reference = {"productOffering": {"id": offering}} if offering else {}
    return {"id": "1", "action": action, "product": {"id": product.uid, **chosen(**characteristics)}, **reference}


def services() -> dict[str, str]:
    return dict(Service.objects.order_by("id").values_list("name", "state"))


def actions(order: Document) -> dict[str, str]:
    return {each["service"]["name"]: each["action"] for each in service_order(order).service_order_item}


def value(holder: Any, name: str) -> Any:
    characteristics = getattr(holder, "product_characteristic", None) or getattr(holder, "service_characteristic", [])
    return next((each["value"] for each in characteristics if each["name"] == name), None)


# --- modify ---------------------------------------------------------------------------------------------------------


def test_a_characteristic_is_changed(desk: Desk) -> None:
    product = line(desk)
    order = desk.place(about(product, "modify", IPv6_prefix="/48"))
    assert order["state"] == "completed", steps(order)
    assert actions(order) == {
        "Broadband": "modify",
        "PON access": "noChange",
        "Internet session": "modify",
        "Home gateway management": "noChange",
    }
    assert {each["state"] for each in service_order(order).service_order_item} == {"completed"}
    product.refresh_from_db()
    assert (product.status, value(product, "IPv6 prefix")) == ("active", "/48")
    assert value(Service.objects.get(name="Internet session"), "IPv6 prefix") == "/48"
    assert [each["orderItemAction"] for each in product.product_order_item] == ["add", "modify"]


def test_a_change_adds_a_service_and_takes_it_away_again(desk: Desk) -> None:
    product = line(desk)
    order = desk.place(about(product, "modify", Static_IPv4=True))
    assert (order["state"], actions(order)["Static IPv4"]) == ("completed", "add")
    assert (free("LRS-IPv4Address"), services()["Static IPv4"]) == (4, "active")
    main = Service.objects.get(name="Broadband")
    assert len(main.supporting_service) == 4
    order = desk.place(about(product, "modify", Static_IPv4=False))
    assert (order["state"], actions(order)["Static IPv4"]) == ("completed", "delete")
    assert (free("LRS-IPv4Address"), services()["Static IPv4"]) == (5, "terminated")
    main.refresh_from_db()
    assert len(main.supporting_service) == 3


def test_an_upgrade_takes_another_offering(desk: Desk) -> None:
    product = line(desk)
    order = desk.place(about(product, "modify", "PO-FIBER-1000"))
    assert order["state"] == "completed", order
    product.refresh_from_db()
    assert (product.name, product.product_offering["id"]) == ("Fibre 1000", "PO-FIBER-1000")
    assert value(product, "Download speed") == 1000
    assert value(Service.objects.get(name="PON access"), "Download speed") == 1000
    assert free("PRS-ONT") == 4


def test_a_change_that_fails_leaves_the_product_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    product = line(desk)
    activate = run_steps.HANDLERS[ACTIVATE]

    def failing(work: Any) -> Any:
        if work.service()["name"] == "Broadband" and not work.step.is_skipped:
            raise StepFailed("no", permanent=True)
        return activate(work)

    monkeypatch.setitem(run_steps.HANDLERS, ACTIVATE, failing)
    order = desk.place(about(product, "modify", Static_IPv4=True, IPv6_prefix="/48"))
    assert order["state"] == "failed"
    product.refresh_from_db()
    assert (product.status, value(product, "IPv6 prefix")) == ("active", "/56")
    assert services() == {
        "Broadband": "active",
        "PON access": "active",
        "Internet session": "active",
        "Home gateway management": "active",
        "Static IPv4": "terminated",
    }
    assert value(Service.objects.get(name="Internet session"), "IPv6 prefix") == "/56"
    assert free("LRS-IPv4Address") == 5
    monkeypatch.setitem(run_steps.HANDLERS, ACTIVATE, activate)
    failed = Step.objects.get(fulfilment__order=order["id"], state="failed")
    retry_step(step=failed, actor=OPERATOR, reason="now it goes")
    run_due_steps()
    product.refresh_from_db()
    assert (desk.order(order["id"])["state"], value(product, "IPv6 prefix")) == ("completed", "/48")
    assert (free("LRS-IPv4Address"), services()["Static IPv4"]) == (4, "active")


def test_only_its_customer_changes_a_product(desk: Desk) -> None:
    product = line(desk)
    other = [{"id": "cu-2", "role": "customer", "@referredType": "Customer"}]
    order = desk.place(about(product, "modify", IPv6_prefix="/48"), relatedParty=other)
    assert order["state"] == "rejected"
    assert order["note"][0]["text"] == "item 1: the product belongs to another customer"


def test_nothing_changes(desk: Desk) -> None:
    product = line(desk)
    order = desk.place(about(product, "noChange"))
    assert (order["state"], list(steps(order))) == ("completed", ["validate", "start", "finish:1"])
    assert Product.objects.get().revision == product.revision


# --- delete ---------------------------------------------------------------------------------------------------------


def test_a_line_is_given_up(desk: Desk) -> None:
    product = line(desk, Static_IPv4=True)
    order = desk.place(about(product, "delete"))
    assert order["state"] == "completed", steps(order)
    assert list(steps(order)) == [
        "validate", "start", "deactivate:1", "deactivate:2", "deactivate:3", "deactivate:4", "deactivate:5", "return:1",
        "finish:1",
    ]  # fmt: skip
    assert actions(order)["Broadband"] == "delete"
    first = service_order(order).service_order_item[0]
    assert first["service"]["name"] == "Broadband"
    product.refresh_from_db()
    assert (product.status, product.termination_date is not None) == ("terminated", True)
    assert set(services().values()) == {"terminated"}
    for kind in ("PRS-ONT", "LRS-VLAN", "PRS-HomeGateway", "LRS-IPv4Address"):
        assert free(kind) == 5
    prefix = Resource.objects.get(name="IPv6 prefix")
    assert (prefix.resource_status, prefix.usage_state, prefix.held_by) == ("suspended", "idle", None)
    assert [each.state for each in resource_orders(order)] == ["completed"]


def test_a_bundle_is_given_up_with_its_parts(desk: Desk) -> None:
    order = desk.place(item("PO-HOME-DUO"))
    bundle = Product.objects.get(uid=order["productOrderItem"][0]["product"]["id"])
    order = desk.place(about(bundle, "delete"))
    assert order["state"] == "completed", steps(order)
    assert set(Product.objects.values_list("status", flat=True)) == {"terminated"}
    assert set(services().values()) == {"terminated"}
    assert free("PRS-SetTopBox") == 5


def test_a_removal_that_fails_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    product = line(desk)
    deactivate = run_steps.HANDLERS[DEACTIVATE]

    def failing(work: Any) -> Any:
        if work.service()["name"] == "PON access":
            raise StepFailed("no", permanent=True)
        return deactivate(work)

    monkeypatch.setitem(run_steps.HANDLERS, DEACTIVATE, failing)
    order = desk.place(about(product, "delete"))
    product.refresh_from_db()
    assert (order["state"], product.status) == ("failed", "pendingTerminate")
    assert services()["Broadband"] == "terminated"
    monkeypatch.setitem(run_steps.HANDLERS, DEACTIVATE, deactivate)
    failed = Step.objects.get(fulfilment__order=order["id"], state="failed")
    retry_step(step=failed, actor=OPERATOR, reason="again")
    run_due_steps()
    product.refresh_from_db()
    assert (desk.order(order["id"])["state"], product.status) == ("completed", "terminated")


# --- hold -----------------------------------------------------------------------------------------------------------


def begun(desk: Desk, number: int = 3, **more: Any) -> Document:
    """Place an order and run so many of its steps: after three its resources are reserved."""
    order = desk.place(item(FIBRE, **more), run=False)
    pk = fulfilment(order).pk
    for _ in range(number):
        assert run_next(pk)
    return desk.order(order["id"])


def test_an_order_is_held_and_goes_on(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    order = begun(desk)
    model = fulfilment(order)
    hold_order(order=get(order), actor=OPERATOR, reason="the customer is away")
    assert run_due_steps() == 0
    model.refresh_from_db()
    assert (model.state, model.due_at, desk.order(order["id"])["state"]) == ("held", None, "held")
    assert (service_order(order).state, resource_orders(order)[0].state) == ("held", "held")
    with django_capture_on_commit_callbacks(execute=True):
        resume_order(order=get(order), actor=OPERATOR)
    run_due_steps()
    order = desk.order(order["id"])
    assert (order["state"], service_order(order).state) == ("completed", "completed")


def test_an_order_that_nobody_said_goes_on_is_found(desk: Desk) -> None:
    order = begun(desk)
    hold_order(order=get(order), actor=OPERATOR)
    run_due_steps()
    assert find_parked() == 0
    resume_order(order=get(order), actor=OPERATOR)
    assert (run_due_steps(), find_parked()) == (0, 1)
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"


def get(order: Document) -> Any:
    from ordering.models import ProductOrder

    return ProductOrder.objects.get(uid=order["id"])


# --- cancel ---------------------------------------------------------------------------------------------------------


def cancel(model: type[CancelOrder], order: Any) -> CancelOrder:
    """Ask for a cancellation and have it worked; return the task."""
    wire = model.schema().by_field[model.order_field].wire
    document = {
        wire: {"id": order["id"] if isinstance(order, dict) else order.uid},
        "cancellationReason": "changed mind",
    }
    task = operations.create(model, document, actor=SYSTEM).instance
    run_due_cancellations()
    task.refresh_from_db()
    return task


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_order_is_cancelled_before_its_activation(desk: Desk, number: int) -> None:
    order = begun(desk, number)
    task = cancel(CancelProductOrder, order)
    order = desk.order(order["id"])
    assert (task.state, order["state"], order["cancellationReason"]) == ("done", "cancelled", "changed mind")
    assert [each["state"] for each in order["productOrderItem"]] == ["cancelled"]
    assert (fulfilment(order).state, run_due_steps()) == ("cancelled", 0)
    assert not Resource.objects.filter(held_by__isnull=False).exists()
    assert free("PRS-ONT") == 5
    if number > 1:
        assert (service_order(order).state, resource_orders(order)[0].state) == ("cancelled", "cancelled")
        assert set(services().values()) == {"terminated"}
        assert Product.objects.get().status == "cancelled"


def test_an_order_cannot_be_cancelled_once_activation_has_begun(desk: Desk) -> None:
    order = begun(desk, 4)
    task = cancel(CancelProductOrder, order)
    assert (task.state, desk.order(order["id"])["state"]) == ("terminatedWithError", "inProgress")
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"


def test_cancelling_a_service_order_cancels_the_product_order(desk: Desk) -> None:
    order = begun(desk)
    task = cancel(CancelServiceOrder, service_order(order))
    assert (task.state, desk.order(order["id"])["state"], service_order(order).state) == (
        "done",
        "cancelled",
        "cancelled",
    )
    assert (resource_orders(order)[0].state, fulfilment(order).state) == ("cancelled", "cancelled")
    assert run_due_steps() == 0


def test_cancelling_a_resource_order_cancels_its_item(desk: Desk) -> None:
    order = desk.place(item(FIBRE), item("PO-EDGE-S", "2"), run=False)
    pk = fulfilment(order).pk
    while (step := Step.objects.filter(fulfilment=pk, kind="reserve", state="done")).count() < 1:
        assert run_next(pk)
    assert step.get().item == "1"
    task = cancel(CancelResourceOrder, resource_orders(order)[0])
    run_due_steps()
    order = desk.order(order["id"])
    assert task.state == "done"
    assert [each["state"] for each in order["productOrderItem"]] == ["cancelled", "completed"]
    assert (order["state"], free("PRS-ONT"), free("PRS-SDWANEdge")) == ("partial", 5, 4)


def test_a_held_order_that_a_client_cancels_is_undone(desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    order = begun(desk)
    hold_order(order=get(order), actor=OPERATOR)
    run_due_steps()
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.patch(order["id"], state="cancelled").status == 200
    run_due_steps()
    assert (fulfilment(order).state, free("PRS-ONT"), Product.objects.get().status) == ("cancelled", 5, "cancelled")
    assert service_order(order).state == "cancelled"


def test_a_retry_takes_what_is_in_stock_then(desk: Desk, settings: Any) -> None:
    settings.TMF_STEP_MAX_ATTEMPTS = 1
    Resource.objects.filter(stock_of="PRS-ONT").delete()
    order = desk.place(item(FIBRE))
    assert order["state"] == "failed"
    stock("PRS-ONT", 1)
    retry_step(step=step_of(order, "reserve:1"), actor=OPERATOR, reason="a delivery came")
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"
