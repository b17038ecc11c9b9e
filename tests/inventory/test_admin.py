"""The admin of the inventory: every page opens, filters follow references, and records are only read."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from inventory.models import Product, Push, Resource, ResourcePool, Service
from tests.inventory import test_activation, test_pool, test_product, test_resource, test_service
from tests.resource import ResourceTests
from tmfsite import operations

CASES = [
    case
    for module in (test_product, test_service, test_activation, test_resource, test_pool)
    for case in vars(module).values()
    if isinstance(case, type) and issubclass(case, ResourceTests) and hasattr(case, "route")
]


@pytest.fixture
def browser(db: None) -> Client:
    """A browser in which an administrator is logged in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_every_resource_has_a_case() -> None:
    assert {case.model for case in CASES} == set(apps.get_app_config("inventory").get_models())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_pages(browser: Client, case: Any) -> None:
    """The list, the form of a full resource and the empty form."""
    made = operations.create(case.model, case.full, actor=operations.SYSTEM).instance
    base = f"admin:inventory_{case.model._meta.model_name}"
    assert browser.get(reverse(f"{base}_changelist")).status_code == 200
    assert browser.get(reverse(f"{base}_change", args=[made.pk])).status_code == 200
    request = type("Request", (), {"user": User.objects.get()})()
    may_add = admin.site.get_model_admin(case.model).has_add_permission(request)
    assert browser.get(reverse(f"{base}_add")).status_code == (200 if may_add else 403)


def test_lists_are_filtered_by_what_entries_refer_to(browser: Client) -> None:
    for name, offering in (("Fibre of Ann", "po-1"), ("Mobile of Bob", "po-2")):
        body = {"status": "active", "name": name, "productOffering": {"id": offering, "name": offering}}
        operations.create(Product, body, actor=operations.SYSTEM)
    page = browser.get(reverse("admin:inventory_product_changelist"), {"productOffering": "po-1"}).content.decode()
    assert "Fibre of Ann" in page and "Mobile of Bob" not in page and "po-2" in page


def test_states_show_in_lists(browser: Client) -> None:
    """Those without a colour too, and where the model has a field of the column's name."""
    operations.create(Product, {"status": "suspended"}, actor=operations.SYSTEM)
    operations.create(Product, {"status": "elsewhere"}, actor=operations.SYSTEM)
    page = browser.get(reverse("admin:inventory_product_changelist")).content.decode()
    assert "elsewhere" in page and page.count("bg-orange-100") == 1
    operations.create(Service, test_service.MINIMAL | {"state": "active"}, actor=operations.SYSTEM)
    assert "bg-green-100" in browser.get(reverse("admin:inventory_service_changelist")).content.decode()


def test_resources_are_pushed_in_a_form(browser: Client) -> None:
    pool = operations.create(ResourcePool, {"description": "Numbers"}, actor=operations.SYSTEM).instance
    number = operations.create(Resource, {"name": "017"}, actor=operations.SYSTEM).instance
    body = {"resourcePool": {"id": pool.uid}, "resource": [{"id": number.uid}]}
    task = operations.create(Push, body, actor=operations.SYSTEM).instance
    page = browser.get(reverse("admin:inventory_push_change", args=[task.pk])).content.decode()
    assert "completed" in page and "017" in page
    assert "Numbers" in browser.get(reverse("admin:inventory_resource_changelist")).content.decode()
