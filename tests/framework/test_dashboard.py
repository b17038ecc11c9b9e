"""The start page of the admin: what needs attention, tiles by domain, the latest changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from assurance.models import TroubleTicket
from catalog.models import Category, ProductOffering
from ordering.models import ProductOrder
from tmfsite import operations
from tmfsite.admin.dashboard import dashboard, list_url
from tmfsite.operations import SYSTEM, Actor
from tmfsite.resources.attention import Attention

pytestmark = pytest.mark.django_db

PAULA = Actor("user", "paula")
WATCHES = [(each, attention) for each in admin.site._registry.values() for attention in getattr(each, "attention", ())]


@pytest.fixture
def member() -> Callable[[str], Client]:
    """Return a function that signs a new member of a group in."""

    def sign_in(group: str) -> Client:
        user = User.objects.create_user(group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def shown(user: User | None = None) -> dict[str, Any]:
    """What the page shows to a user, to a superuser if nobody is named."""
    request = RequestFactory().get("/admin/")
    request.user = user or User(is_superuser=True, is_active=True, is_staff=True)
    return dashboard(request, {})


def order(state: str) -> ProductOrder:
    made = operations.create(ProductOrder, {"productOrderItem": [{"id": "1", "action": "add"}]}, actor=SYSTEM).instance
    for step in ("inProgress", state):
        operations.transition(made, step, actor=SYSTEM)
    return made


def attention() -> list[str]:
    return [f"{item['count']} {item['name']} {item['text']}" for item in shown()["attention"]]


@pytest.mark.parametrize(
    ("model_admin", "watch"), WATCHES, ids=[f"{each.opts.label}: {watch.phrase}" for each, watch in WATCHES]
)
def test_a_declaration_leads_to_a_list(model_admin: Any, watch: Attention, admin_client: Client) -> None:
    """Django answers parameters that it cannot apply by a redirect."""
    assert admin_client.get(list_url(model_admin, **watch.parameters())).status_code == 200


def test_what_needs_attention(admin_client: Client) -> None:
    assert attention() == []
    order("held")
    assert attention() == ["1 product order on hold"]
    order("held")
    operations.create(
        TroubleTicket, {"description": "Dead", "severity": "Critical", "ticketType": "Incident"}, actor=SYSTEM
    )
    assert attention() == ["1 trouble ticket critical and open", "2 product orders on hold"]
    for item in shown()["attention"]:
        assert admin_client.get(item["url"]).context["cl"].result_count == item["count"]


def test_states_that_nothing_leaves_are_shown_for_some_days() -> None:
    order("failed")
    assert attention() == ["1 product order failed in the last 7 days"]
    ProductOrder.objects.update(last_update="2020-01-01T00:00:00Z")
    assert attention() == []


def test_tiles_by_domain() -> None:
    for name in ("Mobile", "Fixed"):
        operations.create(Category, {"name": name}, actor=SYSTEM)
    sections = {section["title"]: section["tiles"] for section in shown()["sections"]}
    assert list(sections) == ["Catalog", "Parties", "Inventory", "Ordering", "Assurance"]
    tiles = {tile["title"]: tile for tile in sections["Catalog"]}
    assert tiles["Categories"]["total"] == 2
    assert [(each["state"], each["count"]) for each in tiles["Categories"]["states"]] == [("In Study", 2)]
    assert tiles["Product offerings"]["total"] == 0
    assert not [title for title in tiles if "job" in title]


def test_recent_changes_name_who_and_what() -> None:
    for name in ("Mobile", "Fixed", "TV"):
        operations.create(Category, {"name": name}, actor=SYSTEM)
    offering = operations.create(ProductOffering, {"name": "Surf"}, actor=PAULA).instance
    operations.transition(offering, "In Design", actor=PAULA)
    gone = operations.create(Category, {"name": "Fax"}, actor=PAULA).instance
    operations.delete(Category, gone.uid, actor=PAULA)
    found = shown()["recent"]
    assert [(str(each["name"]), each["verb"], each["actor"]) for each in found] == [
        ("Fax", "deleted", "paula"),
        ("Surf", "moved", "paula"),
        ("3 categories", "created", "system"),
    ]
    assert [each.get("to") and each["to"]["state"] for each in found] == [None, "In Design", None]
    assert [bool(each["url"]) for each in found] == [False, True, True]


def test_what_a_role_sees(member: Callable[[str], Client]) -> None:
    """Tiles of what one may look at, attention to what one may change."""
    order("held")
    answer = member("Billing").get("/admin/")
    titles = [section["title"] for section in answer.context["sections"]]
    assert titles == ["Catalog", "Parties", "Inventory", "Ordering"]
    assert answer.context["attention"] == []
    assert "All is well" in answer.text
    assert "on hold" in member("Order manager").get("/admin/").text


def test_nothing_to_see(client: Client) -> None:
    client.force_login(User.objects.create_user("new", is_staff=True))
    answer = client.get("/admin/")
    assert "An administrator can give you a role" in answer.text
    assert "Needs attention" not in answer.text


def test_statements_do_not_grow_with_the_tables(admin_client: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            shown()
        return len(found)

    for name in ("Mobile", "Fixed"):
        operations.create(Category, {"name": name}, actor=SYSTEM)
    before = statements()
    for number in range(30):
        operations.create(Category, {"name": f"Category {number}"}, actor=SYSTEM)
    assert statements() == before <= 4
