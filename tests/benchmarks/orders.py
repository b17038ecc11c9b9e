"""Product orders completed per second by one worker process: ``python -m tests.benchmarks.orders``.

An order has one item, which takes one service on two resources, one of stock and one made for it. The worker,
PostgreSQL's backends and Redis share core 0. It is measured with 1,000 products installed and with 10,000, between
which the inventory is filled by the same orders.
"""

import argparse
import os
import statistics
import sys
import time
from typing import Any

from tests.benchmarks.delivery import prepare, redis_on_core_0, worker

DEFAULT_URL = "postgresql://postgres@127.0.0.1:5432/tmf_bench_orders"
DEFAULT_BROKER = "redis://127.0.0.1:6379/13"
TARGET_RATE, LARGEST_FALL = 10.0, 0.10
REFERENCE = {"@referredType": "Customer", "id": "cu-1", "name": "Bench", "role": "customer"}


def main(arguments: list[str]) -> None:
    """Measure and print the table; exit with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=os.environ.get("BENCH_DATABASE_URL", DEFAULT_URL))
    parser.add_argument("--broker", default=DEFAULT_BROKER, help="a Redis database; it is emptied")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--installed", type=int, default=10_000)
    options = parser.parse_args(arguments)
    prepare(options.database, options.broker)
    empty()
    make_catalog(options.installed + 3 * options.orders)
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    print(f"{options.orders} orders of one item, one service and two resources")
    print(f"{'products installed':<24}{'orders/s':>10}")
    rates = []
    with redis_on_core_0(options.broker):
        for installed in (options.orders, options.installed):
            install(installed)
            with worker():
                rates.append(measure(options.orders))
            print(f"{installed:<24,}{rates[-1]:>10.1f}", flush=True)
    fall = 1 - rates[1] / rates[0]
    print(f"the rate falls by {fall:.0%}" if fall > 0 else "the rate does not fall")
    if statistics.fmean(rates) < TARGET_RATE or fall > LARGEST_FALL:
        sys.exit("a target is missed")


def empty() -> None:
    """Leave nothing of a run before this one."""
    from django.apps import apps
    from django.db import connection

    wanted = ("catalog", "inventory", "ordering", "events", "audit", "resources")
    tables = [each._meta.db_table for app in wanted for each in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def make_catalog(stock: int) -> None:
    """Make an offering down to its resources, and the stock for all orders."""
    from catalog.models import (
        ProductOffering,
        ProductOfferingPrice,
        ProductSpecification,
        ResourceSpecification,
        ServiceSpecification,
    )
    from inventory.models import Resource

    def make(model: Any, uid: str, **more: Any) -> None:
        from tmfsite import operations

        document = {"id": uid, "version": "1.0", "name": uid, "lifecycleStatus": "Launched", **more}
        operations.create(model, document, actor=operations.SYSTEM, trusted=True)

    make(ResourceSpecification, "RS-PORT", **{"@type": "PhysicalResourceSpecification"})
    make(ResourceSpecification, "RS-PROFILE", **{"@type": "LogicalResourceSpecification"})
    speed = {"name": "Speed", "valueType": "integer", "configurable": True}
    values = [{"value": 100, "isDefault": True}, {"value": 1000}]
    make(
        ServiceSpecification,
        "SS-LINE",
        **{"@type": "CustomerFacingServiceSpecification"},
        specCharacteristic=[{**speed, "characteristicValueSpecification": values}],
        resourceSpecification=[{"id": "RS-PORT"}, {"id": "RS-PROFILE"}],
    )
    make(
        ProductSpecification,
        "PS-LINE",
        productSpecCharacteristic=[{**speed, "productSpecCharacteristicValue": values}],
        serviceSpecification=[{"id": "SS-LINE"}],
    )
    price = {"value": 39.9, "unit": "EUR"}
    make(ProductOfferingPrice, "POP-LINE", priceType="recurring", recurringChargePeriodType="month", price=price)
    make(
        ProductOffering,
        "PO-LINE",
        productSpecification={"id": "PS-LINE"},
        productOfferingPrice=[{"id": "POP-LINE"}],
    )
    specification = {"id": "RS-PORT"}
    Resource.objects.bulk_create(
        Resource(
            at_type="PhysicalResource",
            name=f"Port {number}",
            resource_status="available",
            resource_specification=specification,
            stock_of="RS-PORT",
        )
        for number in range(stock)
    )


def place(number: int) -> None:
    """Place so many orders."""
    from ordering.models import ProductOrder
    from tmfsite import operations

    item = {
        "id": "1",
        "action": "add",
        "productOffering": {"id": "PO-LINE"},
        "product": {"productCharacteristic": [{"name": "Speed", "value": 1000}]},
    }
    document = {"productOrderItem": [item], "relatedParty": [REFERENCE]}
    for _ in range(number):
        operations.create(ProductOrder, document, actor=operations.SYSTEM)


def install(wanted: int) -> None:
    """Have so many products installed, by orders, in several processes."""
    import subprocess

    from django.db import connection

    from inventory.models import Product
    from tmfsite.events.deliver import dispatch

    missing = wanted - Product.objects.filter(status="active").count()
    place(missing)
    processes = [subprocess.Popen([sys.executable, "-m", "tests.ordering.worker"]) for _ in range(2)]
    for process in processes:
        process.wait()
    dispatch()  # the events of these orders, which no worker has looked at
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure(orders: int) -> float:
    """Place orders while no worker looks, then time how long one takes to complete them."""
    from ordering.models import Fulfilment
    from ordering.tasks import wake_fulfilment

    time.sleep(6)  # the worker is up
    before = Fulfilment.objects.filter(state="done").count()
    place_unseen(orders)
    start = time.perf_counter()
    wake_fulfilment()
    while Fulfilment.objects.filter(due_at__isnull=False).exists():
        time.sleep(0.1)
    elapsed = time.perf_counter() - start
    done = Fulfilment.objects.filter(state="done").count() - before
    if done != orders:
        sys.exit(f"{done} of {orders} orders were completed")
    return orders / elapsed


def place_unseen(orders: int) -> None:
    """Place orders without waking anybody."""
    from unittest.mock import patch

    with patch("ordering.tasks.wake_fulfilment"):
        place(orders)


if __name__ == "__main__":
    main(sys.argv[1:])
