"""Several workers on one database: nothing is given twice, whoever takes what."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inventory.models import Resource
from inventory.services.reserve_resources import free as free_of_pool
from inventory.services.reserve_resources import members
from ordering.models import Fulfilment
from ordering.services.run_steps import run_due_steps
from tests.ordering.fulfilment import Desk, item, load_catalogs, resource_orders, stock

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS = 8
ORDERS = 40


def test_no_port_number_or_vlan_is_given_twice(settings: pytest.FixtureRequest) -> None:
    """Forty lines with a static address each, for 36 of which there is enough of everything."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    settings.TMF_STEP_MAX_ATTEMPTS = 1  # type: ignore[attr-defined]
    load_catalogs()
    for kind, amount, pool in (
        ("PRS-ONT", ORDERS, None),
        ("LRS-PONPort", ORDERS, None),
        ("PRS-HomeGateway", ORDERS, None),
        ("LRS-VLAN", 36, "vlans"),
        ("LRS-IPv4Address", ORDERS, "addresses"),
    ):
        stock(kind, amount, pool=pool)
    desk = Desk()
    chosen = {"productCharacteristic": [{"name": "Static IPv4", "value": True}]}
    placed = [desk.place(item("PO-FIBER-250", product=chosen), run=False) for _ in range(ORDERS)]

    def work(_: int) -> int:
        try:
            return run_due_steps()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        ran = list(pool.map(work, range(WORKERS)))
    assert sum(each > 0 for each in ran) > 1, "one worker did everything"
    assert not Fulfilment.objects.filter(due_at__isnull=False).exists()
    orders = [desk.order(each["id"]) for each in placed]
    assert Counter(each["state"] for each in orders) == {"completed": 36, "failed": 4}
    given = [
        entry["resource"]["id"]
        for order in orders
        if order["state"] == "completed"
        for below in resource_orders(order)
        for entry in below.order_item
    ]
    assert len(given) == len(set(given)) == 36 * 6
    assert Resource.objects.filter(held_by__isnull=False).count() == 36 * 6
    assert (members("vlans").count(), free_of_pool("vlans").count()) == (36, 0)
    assert (members("addresses").count(), free_of_pool("addresses").count()) == (ORDERS, ORDERS - 36)
