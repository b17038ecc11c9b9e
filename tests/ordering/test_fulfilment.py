"""Orders that run: from a product order to active products, services and resources."""

from datetime import timedelta

import pytest

from inventory.models import Product, Resource, Service
from ordering.models import Fulfilment, ProductOrder, ServiceOrder
from ordering.services.run_steps import run_due_steps
from ordering.services.watch_jeopardy import watch_jeopardy
from tests.ordering.fulfilment import (
    CUSTOMER,
    FIBRE,
    ORDERS,
    Desk,
    chosen,
    fill_stock,
    fulfilment,
    item,
    load_catalogs,
    resource_orders,
    service_order,
    steps,
)
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document

pytestmark = pytest.mark.django_db

SITES = [
    item("PO-SDWAN-OVERLAY", "1.1"),
    item("PO-EDGE-S", "1.2"),
    item("PO-EDGE-S", "1.3"),
    item("PO-FIREWALL-STD", "1.4"),
    item("PO-BIZ-FIBER-500", "1.5"),
    item("PO-BIZ-FIBER-500", "1.6"),
]


@pytest.fixture
def desk(db: None) -> Desk:
    load_catalogs()
    fill_stock()
    return Desk()


def events(kind: str) -> list[str]:
    found = Event.objects.filter(event_type__startswith=kind).order_by("id")
    return list(found.values_list("event_type", flat=True))


def test_a_line_is_set_up(desk: Desk) -> None:
    order = desk.place(item(FIBRE, product=chosen(Static_IPv4=True)))
    assert (order["state"], order["productOrderItem"][0]["state"]) == ("completed", "completed")
    assert order["completionDate"]
    assert (fulfilment(order).state, set(steps(order).values())) == ("done", {"done"})

    product = Product.objects.get(uid=order["productOrderItem"][0]["product"]["id"])
    assert (product.name, product.status) == ("Fibre 250", "active")
    assert product.start_date is not None
    assert product.related_party == [CUSTOMER]
    assert {"name": "Static IPv4", "valueType": "boolean", "value": True} in product.product_characteristic
    assert [each["productOrderId"] for each in product.product_order_item] == [order["id"]]
    assert product.product_price[0]["priceType"] == "recurring"

    service = Service.objects.get(uid=product.realizing_service[0]["id"])
    assert (service.name, service.at_type, service.state) == ("Broadband", "CustomerFacingService", "active")
    assert service.service_order_item[0]["serviceOrderId"] == service_order(order).uid
    below = Service.objects.filter(uid__in=[each["id"] for each in service.supporting_service])
    assert {each.name: (each.state, len(each.supporting_resource or ())) for each in below} == {
        "PON access": ("active", 3),
        "Internet session": ("active", 1),
        "Home gateway management": ("active", 1),
        "Static IPv4": ("active", 1),
    }
    used = Resource.objects.filter(held_by__isnull=False).order_by("name")
    assert {each.name: (each.resource_status, each.usage_state) for each in used} == {
        "IPv6 prefix": ("reserved", "active"),
        "LRS-IPv4Address 0": ("reserved", "active"),
        "LRS-VLAN 0": ("reserved", "active"),
        "LRS-PONPort 0": ("reserved", "active"),
        "PRS-HomeGateway 0": ("reserved", "active"),
        "PRS-ONT 0": ("reserved", "active"),
    }


def test_the_orders_below_are_tied_to_it(desk: Desk) -> None:
    order = desk.place(item(FIBRE))
    below = service_order(order)
    assert (below.state, below.external_reference[0]["id"]) == ("completed", order["id"])
    assert [each["action"] for each in below.service_order_item] == ["add"] * 4
    relations = below.service_order_item[0]["serviceOrderItemRelationship"]
    assert [each["orderItem"]["itemId"] for each in relations] == ["2", "3", "4"]
    assert [each["name"] for each in below.milestone] == ["accepted", "resources reserved", "activated"]
    (resources,) = resource_orders(order)
    assert (resources.state, resources.external_reference[0]["id"]) == ("completed", below.uid)
    held = {each.held_by: each.uid for each in Resource.objects.filter(held_by__isnull=False)}
    assert held == {f"order/{resources.uid}/{each['id']}": each["resource"]["id"] for each in resources.order_item}


def test_every_move_is_announced(desk: Desk) -> None:
    desk.place(item(FIBRE))
    assert events("ProductOrder") == [
        "ProductOrderCreateEvent",
        "ProductOrderStateChangeEvent",
        "ProductOrderAttributeValueChangeEvent",
        "ProductOrderStateChangeEvent",
    ]
    assert events("ProductState") == ["ProductStateChangeEvent"] * 2
    assert events("ServiceOrderStateChange") == ["ServiceOrderStateChangeEvent"] * 2
    assert events("ServiceOrderMilestone") == ["ServiceOrderMilestoneEvent"] * 3
    assert events("ResourceOrderStateChange") == ["ResourceOrderStateChangeEvent"] * 2


def test_services_are_set_up_before_those_that_rely_on_them(desk: Desk) -> None:
    order = desk.place(item(FIBRE))
    done = sorted(fulfilment(order).all_steps(), key=lambda each: each.finished_at)
    assert [each.key for each in done] == [
        "validate", "start", "reserve:1", "activate:2", "activate:3", "activate:4", "activate:1", "finish:1",
    ]  # fmt: skip


def test_a_bundle_takes_its_usual_parts(desk: Desk) -> None:
    order = desk.place(item("PO-HOME-DUO"))
    (bundle,) = order["productOrderItem"]
    assert [(each["productOffering"]["id"], each["state"]) for each in bundle["productOrderItem"]] == [
        ("PO-FIBER-250", "completed"),
        ("PO-TV-START", "completed"),
        ("PO-STB-4K", "completed"),
        ("PO-ROUTER-6", "completed"),
    ]
    assert order["state"] == "completed"
    product = Product.objects.get(uid=bundle["product"]["id"])
    assert (product.is_bundle, product.status, len(product.product)) == (True, "active", 4)
    assert set(Product.objects.values_list("status", flat=True)) == {"active"}


def test_an_sdwan_with_two_sites(desk: Desk) -> None:
    order = desk.place(item("PO-SDWAN-ESSENTIAL", product=chosen(Sites=2), productOrderItem=SITES))
    assert order["state"] == "completed", steps(order)
    assert Product.objects.filter(status="active").count() == 7
    assert set(Service.objects.values_list("state", flat=True)) == {"active"}
    assert len(resource_orders(order)) == 7
    edges = Resource.objects.filter(stock_of="PRS-SDWANEdge", held_by__isnull=False)
    assert edges.count() == 2
    assert run_due_steps() == 0


def test_a_quantity_makes_as_many_products(desk: Desk) -> None:
    order = desk.place(item("PO-EDGE-S", quantity=3))
    assert order["state"] == "completed"
    assert Product.objects.filter(status="active").count() == 3
    assert Resource.objects.filter(stock_of="PRS-SDWANEdge", held_by__isnull=False).count() == 3


def test_an_item_waits_for_what_it_relies_on(desk: Desk) -> None:
    tie = [{"id": "2", "relationshipType": "reliesOn"}]
    order = desk.place(item("PO-EDGE-S", productOrderItemRelationship=tie), item("PO-BIZ-FIBER-500", "2"))
    assert order["state"] == "completed"
    done = [each.key for each in sorted(fulfilment(order).all_steps(), key=lambda each: each.finished_at)]
    assert done.index("finish:2") < done.index("reserve:1")


def test_an_order_of_others_waits_for_others(desk: Desk) -> None:
    order = desk.place(item("unknown"))
    mixed = desk.place(item("unknown"), item(FIBRE, "2"))
    assert (order["state"], mixed["state"]) == ("acknowledged", "acknowledged")
    assert not Fulfilment.objects.exists()


def test_the_engine_can_be_off(desk: Desk, settings: pytest.FixtureRequest) -> None:
    settings.TMF_ORCHESTRATION = False  # type: ignore[attr-defined]
    assert desk.place(item("PO-HOME-DUO"))["state"] == "acknowledged"
    assert not Fulfilment.objects.exists()


# --- orders with faults ---------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[Document, str]] = {
    "not on sale": (item("PO-DSL-16"), "item 1: DSL 16 is not on sale: it is Retired"),
    "not sold by itself": (item("PO-SDWAN-OVERLAY"), "item 1: SD-WAN Overlay is not sold by itself"),
    "unknown characteristic": (
        item(FIBRE, product=chosen(Colour="red")),
        "item 1: Fibre 250 has no characteristic Colour",
    ),
    "wrong type": (
        item("PO-SDWAN-ESSENTIAL", product=chosen(Sites="many"), productOrderItem=SITES),
        "item 1: Sites must be of type integer, not 'many'",
    ),
    "beyond the range": (
        item("PO-SDWAN-ESSENTIAL", product=chosen(Sites=501), productOrderItem=SITES),
        "item 1: Sites cannot be 501",
    ),
    "not allowed": (item(FIBRE, product=chosen(IPv6_prefix="/64")), "item 1: IPv6 prefix cannot be '/64'"),
    "too many values": (
        item(FIBRE, product=chosen(IPv6_prefix=["/48", "/56"])),
        "item 1: IPv6 prefix takes at most 1 value",
    ),
    "a part is missing": (
        item("PO-HOME-DUO", productOrderItem=[item("PO-FIBER-250", "1.1")]),
        "item 1: Home Duo has at least 1 of TV Start, not 0",
    ),
    "too many parts": (
        item("PO-HOME-DUO", productOrderItem=[item("PO-FIBER-250", "1.1", quantity=2), item("PO-TV-START", "1.2")]),
        "item 1: Home Duo has at most 1 of Fibre 250, not 2",
    ),
    "a foreign part": (
        item("PO-HOME-DUO", productOrderItem=[item("PO-FIBER-250", "1.1"), item("PO-TV-START", "1.2"),
                                              item("PO-EDGE-S", "1.3")]),
        "item 1: SD-WAN Edge S is no part of Home Duo",
    ),
    "not installed": (
        item(FIBRE, action="modify", product={"id": "p-1"}),
        "item 1: the product to modify is not installed here",
    ),
    "quantity": (item(FIBRE, quantity=0), "item 1: quantity must be from 1 to 1000"),
}  # fmt: skip


@pytest.mark.parametrize(("ordered", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_rejects_the_whole_order(desk: Desk, ordered: Document, message: str) -> None:
    order = desk.place(ordered, item(FIBRE, "2"))
    assert order["state"] == "rejected"
    assert {each["state"] for each in order["productOrderItem"]} == {"rejected"}
    assert order["note"][0]["text"] == message
    assert (fulfilment(order).state, steps(order)) == ("failed", {"validate": "failed", "start": "cancelled"})
    assert not Product.objects.exists()


def test_an_order_needs_a_customer(desk: Desk) -> None:
    answer = desk.call.post(ORDERS, {"productOrderItem": [item(FIBRE)]})
    run_due_steps()
    order = desk.order(answer.body["id"])
    assert order["state"] == "rejected"
    assert order["note"][0]["text"] == "none of its related parties is a customer"


# --- time -----------------------------------------------------------------------------------------------------------


def test_an_order_waits_for_its_day(desk: Desk) -> None:
    later = now() + timedelta(days=3)
    order = desk.place(item(FIBRE), requestedStartDate=format_instant(later))
    assert (order["state"], fulfilment(order).state, fulfilment(order).due_at) == ("pending", "waiting", later)
    assert not Product.objects.exists()
    assert run_due_steps() == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ordering.services.run_steps.now", lambda: later + timedelta(seconds=1))
        run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"


def test_a_pending_order_can_be_brought_forward(
    desk: Desk, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    order = desk.place(item(FIBRE), requestedStartDate=format_instant(now() + timedelta(days=3)))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert desk.patch(order["id"], requestedStartDate=format_instant(now())).status == 200
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"


def test_a_pending_order_that_was_changed_is_checked_again(
    desk: Desk, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    order = desk.place(item(FIBRE), requestedStartDate=format_instant(now() + timedelta(days=3)))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        desk.patch(order["id"], requestedStartDate=format_instant(now()), productOrderItem=[item("PO-FIBER-2500")])
    run_due_steps()
    assert desk.order(order["id"])["state"] == "rejected"


def test_a_late_order_is_in_jeopardy(desk: Desk) -> None:
    late = format_instant(now() - timedelta(hours=1))
    operations.create(
        ServiceOrder,
        {"serviceOrderItem": [{"id": "1", "action": "add", "service": {}}], "expectedCompletionDate": late},
        actor=operations.SYSTEM,
        trusted=True,
    )
    Event.objects.all().delete()
    assert (watch_jeopardy(), watch_jeopardy()) == (1, 0)
    (alert,) = ServiceOrder.objects.get().jeopardy_alert
    assert alert["message"] == f"The order was expected to be done by {late}"
    assert "ServiceOrderJeopardyEvent" in events("ServiceOrder")


def test_an_order_that_is_deleted_stops(desk: Desk) -> None:
    order = desk.place(item(FIBRE), run=False)
    operations.delete(ProductOrder, order["id"], actor=operations.SYSTEM)
    assert run_due_steps() == 0
    assert fulfilment(order).state == "cancelled"
