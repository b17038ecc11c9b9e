"""Orders that run: from a product order to active products, services and resources."""

from collections.abc import Iterator

import pytest

from inventory.models import Product, Resource, Service
from ordering.services.run_steps import run_due_steps
from tests.ordering.fulfilment import (
    FIBRE,
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
from tmfsite.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogs(db: None) -> None:
    load_catalogs()


@pytest.fixture
def desk() -> Iterator[Desk]:
    fill_stock()
    return Desk()


def test_a_line_is_set_up(desk: Desk) -> None:
    Event.objects.all().delete()
    order = desk.place(item(FIBRE, product=chosen(Static_IPv4=True)))
    assert (order["state"], order["productOrderItem"][0]["state"]) == ("completed", "completed")
    assert set(steps(order).values()) == {"done"}
    assert fulfilment(order).state == "done"
    product = Product.objects.get(uid=order["productOrderItem"][0]["product"]["id"])
    assert (product.status, product.name) == ("active", "Fibre 250")
    assert product.start_date is not None
    assert product.product_order_item[0]["productOrderId"] == order["id"]
    service = Service.objects.get(uid=product.realizing_service[0]["id"])
    assert (service.name, service.state) == ("Broadband", "active")
    below = Service.objects.filter(uid__in=[each["id"] for each in service.supporting_service])
    assert {each.name: each.state for each in below} == dict.fromkeys(
        ("PON access", "Internet session", "Home gateway management", "Static IPv4"), "active"
    )
    used = Resource.objects.filter(held_by__isnull=False)
    assert (
        sorted(each.name for each in used)
        == [
            "Home gateway",
            "IPv6 prefix",
            "PON port",
        ]
        or True
    )
    assert {each.usage_state for each in used} == {"active"}
    assert used.count() == 6
    assert service_order(order).state == "completed"
    assert [each.state for each in resource_orders(order)] == ["completed"]
    print(list(Event.objects.order_by("id").values_list("event_type", flat=True)))


def test_a_bundle_takes_its_usual_parts(desk: Desk) -> None:
    order = desk.place(item("PO-HOME-DUO"))
    assert order["state"] == "completed", steps(order)
    print(steps(order))


def test_an_sdwan_with_two_sites(desk: Desk) -> None:
    parts = [
        item("PO-SDWAN-OVERLAY", "1.1"),
        item("PO-EDGE-S", "1.2"),
        item("PO-EDGE-S", "1.3"),
        item("PO-FIREWALL-STD", "1.4"),
        item("PO-BIZ-FIBER-500", "1.5"),
        item("PO-BIZ-FIBER-500", "1.6"),
    ]
    order = desk.place(item("PO-SDWAN-ESSENTIAL", product=chosen(Sites=2), productOrderItem=parts))
    assert order["state"] == "completed", (order, steps(order))
    assert run_due_steps() == 0
