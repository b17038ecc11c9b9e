"""Pages that an app adds to the admin of a model below it: routes, links, permissions, the sidebar."""

from collections.abc import Iterator
from importlib import import_module, reload
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import clear_url_caches

from party.models.customer import Customer
from tmfsite import operations
from tmfsite.admin import pages
from tmfsite.admin.pages import AdminPage, entity_page, list_page
from tmfsite.operations import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _added(settings: Any) -> Iterator[None]:
    """A few pages, as another app would add them."""
    kept = {model: list(added) for model, added in pages._pages.items()}

    @entity_page("party.Customer", "score", title="Score", icon="star", shows=lambda each: each.name != "Nobody")
    def score(model_admin: Any, request: Any, customer: Customer) -> HttpResponse:
        return HttpResponse(f"score of {customer.name}")

    @entity_page("party.Customer", "rescore", route="score/<int:number>/", permission="change")
    def rescore(model_admin: Any, request: Any, customer: Customer, number: int) -> HttpResponse:
        return HttpResponse(f"{customer.name} {number}")

    @list_page("party.Customer", "map", title="Map", icon="map", needs=("party.view_individual",), order=-5)
    def on_map(model_admin: Any, request: Any) -> HttpResponse:
        return HttpResponse("a map")

    _reload(settings)
    yield
    pages._pages.clear()
    pages._pages.update(kept)
    _reload(settings)


def _reload(settings: Any) -> None:
    """Have the routes read again."""
    reload(import_module(settings.ROOT_URLCONF))
    clear_url_caches()


@pytest.fixture
def customer() -> Customer:
    body = {"name": "Ada", "engagedParty": {"id": "1", "@referredType": "Individual"}}
    return operations.create(Customer, body, actor=SYSTEM).instance


def signed_in(*permissions: str) -> Client:
    user = User.objects.create_user("olga", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_an_entity_has_the_page(customer: Customer) -> None:
    client, base = signed_in("view_customer"), f"/admin/party/customer/{customer.pk}"
    assert client.get(f"{base}/score/").content == b"score of Ada"
    assert f"{base}/score/" in client.get(f"{base}/change/").content.decode()
    assert f"{base}/score/" in client.get(f"{base}/history/").content.decode()
    assert client.get("/admin/party/customer/99/score/").status_code == 404
    assert client.get(f"{base}/score/7/").status_code == 403


def test_a_page_without_a_title_is_not_linked(customer: Customer) -> None:
    client, base = signed_in("view_customer", "change_customer"), f"/admin/party/customer/{customer.pk}"
    assert client.get(f"{base}/score/7/").content == b"Ada 7"
    assert "score/7" not in client.get(f"{base}/change/").content.decode()


def test_only_for_the_entities_that_have_it(customer: Customer) -> None:
    operations.update(Customer, customer.uid, lambda each: {**each, "name": "Nobody"}, actor=SYSTEM)
    client = signed_in("view_customer")
    assert "/score/" not in client.get(f"/admin/party/customer/{customer.pk}/change/").content.decode()


def test_the_list_has_the_page_and_so_has_the_sidebar(customer: Customer) -> None:
    client = signed_in("view_customer", "view_individual")
    assert client.get("/admin/party/customer/map/").content == b"a map"
    listed = client.get("/admin/party/customer/").content.decode()
    assert listed.count("/admin/party/customer/map/") >= 2


def test_further_permissions(customer: Customer) -> None:
    client = signed_in("view_customer")
    assert client.get("/admin/party/customer/map/").status_code == 403
    assert "/admin/party/customer/map/" not in client.get("/admin/party/customer/").content.decode()
    assert signed_out().get("/admin/party/customer/map/").status_code == 302


def signed_out() -> Client:
    return Client()


def test_the_name_of_the_route() -> None:
    page = AdminPage("party.customer", "score", "score/", lambda *_: HttpResponse())
    assert page.url_name == "admin:party_customer_score"
