"""The admin of ordering: every page opens, moves take the items along, and what is frozen stays so."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ordering.models import CancelProductOrder, ProductOrder, ServiceOrder
from ordering.services.cancel_order import run_due_cancellations
from tests.ordering import test_product, test_resource, test_service
from tests.resource import ResourceTests
from tmfsite import operations
from tmfsite.resources.models import Resource

CASES = [
    case
    for module in (test_product, test_service, test_resource)
    for case in vars(module).values()
    if isinstance(case, type) and issubclass(case, ResourceTests) and case.__dict__.get("model")
]


@pytest.fixture
def browser(db: None) -> Client:
    """A browser in which an administrator is logged in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def is_resource(model: Any) -> bool:
    return issubclass(model, Resource)


def test_every_resource_has_a_case() -> None:
    assert {case.model for case in CASES} == set(filter(is_resource, apps.get_app_config("ordering").get_models()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_pages(browser: Client, case: Any) -> None:
    """The list, the form of a full resource and the empty form."""
    made = operations.create(case.model, case.full, actor=operations.SYSTEM).instance
    base = f"admin:ordering_{case.model._meta.model_name}"
    for url in (
        reverse(f"{base}_changelist"),
        reverse(f"{base}_changelist") + "?priority=4" * ("Cancel" not in case.model.__name__),
        reverse(f"{base}_change", args=[made.pk]),
        reverse(f"{base}_add"),
    ):
        assert browser.get(url).status_code == 200, url


def test_the_list_tells_who_ordered_and_what_it_costs(browser: Client) -> None:
    operations.create(ProductOrder, test_product.TestProductOrder.full, actor=operations.SYSTEM)
    page = browser.get(reverse("admin:ordering_productorder_changelist")).content.decode()
    assert "The Individual" in page and "11.90 EUR / month" in page
    assert re.search(r"<span[^>]*bg-[^>]*>\s*acknowledged", page)


def test_an_item_goes_by_the_name_of_its_offering(browser: Client) -> None:
    order = operations.create(ProductOrder, test_product.TestProductOrder.full, actor=operations.SYSTEM).instance
    page = browser.get(reverse("admin:ordering_productorder_change", args=[order.pk])).content.decode()
    assert re.search(r'class="nf-title"[^>]*>The ProductOffering \(other system\)<', page)


def test_a_move_takes_the_items_along(browser: Client) -> None:
    body = {"productOrderItem": [test_product.ITEM]}
    order = operations.create(ProductOrder, body, actor=operations.SYSTEM).instance
    move = reverse("admin:ordering_productorder_move", args=[order.pk])
    assert browser.post(move, {"attribute": "state", "to": "inProgress", "reason": ""}).status_code == 302
    order = operations.get(ProductOrder, order.uid)
    assert (order.state, order.items[0]["state"]) == ("inProgress", "inProgress")


def test_orders_are_cancelled_in_the_list(browser: Client) -> None:
    made = [
        operations.create(ServiceOrder, {"serviceOrderItem": [test_service.ITEM]}, actor=operations.SYSTEM)
        for _ in "ab"
    ]
    answer = browser.post(
        reverse("admin:ordering_serviceorder_changelist"),
        {"action": "cancel_orders", "_selected_action": [each.instance.pk for each in made]},
    )
    assert answer.status_code == 302
    run_due_cancellations()
    assert set(ServiceOrder.objects.values_list("state", flat=True)) == {"cancelled"}


def test_an_order_is_cancelled(browser: Client) -> None:
    body = {"productOrderItem": [test_product.ITEM]}
    order = operations.create(ProductOrder, body, actor=operations.SYSTEM).instance
    task = CancelProductOrder(product_order={"id": order.uid}, cancellation_reason="Ordered twice")
    task = operations.save(task, actor=operations.SYSTEM).instance
    run_due_cancellations()
    page = browser.get(reverse("admin:ordering_cancelproductorder_change", args=[task.pk])).content.decode()
    assert "Ordered twice" in page and "done" in page
    assert operations.get(ProductOrder, order.uid).state == "cancelled"
