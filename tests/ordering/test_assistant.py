"""The assistant for new orders: who may use it, what it asks, what it refuses and at which input, what it orders."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from ordering.models import ProductOrder
from party.models.customer import Customer
from tests.ordering.shop import fill
from tmfsite.audit.models import Change

pytestmark = pytest.mark.django_db

HOME = "admin:ordering_productorder_assistant"
LINE = {
    "item": "a", "item-a-offering": "line", "item-a-quantity": "2", "item-a-place": "Harbour 4", "item-a-term": "24 months",
    "item-a-c-downloadspeed": "250", "item-a-c-framesize": "9000", "item-a-c-staticaddress": "true",
    "item-a-c-number": "+4712345678", "item-a-c-extras": ["Mail", "Backup"],
}  # fmt: skip


@pytest.fixture
def customer() -> Customer:
    return fill()


def signed_in(*permissions: str) -> Client:
    user = User.objects.create_user("olga", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def taker(customer: Customer) -> Client:
    """Somebody who may take orders."""
    return signed_in("add_productorder", "view_productorder")


def errors(client: Client, data: dict[str, Any]) -> dict[str, str]:
    answer: dict[str, str] = client.post(reverse(f"{HOME}_price"), data).json()["errors"]
    return answer


@pytest.mark.parametrize("page", ["", "_offerings", "_item", "_price", "_accounts"])
def test_only_for_those_who_may_add_orders(page: str) -> None:
    assert signed_in("view_productorder").get(reverse(HOME + page)).status_code == 403
    assert Client().get(reverse(HOME + page)).status_code == 302


def test_the_list_links_to_it(taker: Client) -> None:
    assert reverse(HOME) in taker.get(reverse("admin:ordering_productorder_changelist")).content.decode()


def test_offerings_on_sale_are_found(taker: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    page = taker.get(reverse(HOME)).content.decode()
    assert "Fast line" in page and "Duo" in page
    assert "Draft line" not in page and 'data-offering="box"' not in page
    assert "50.00 EUR / month" in page
    with django_assert_max_num_queries(10):
        found = taker.get(reverse(f"{HOME}_offerings"), {"q": "internet", "category": "home"}).content.decode()
    assert "Fast line" in found and "Faster line" not in found


def test_an_item_asks_by_the_specification(taker: Client) -> None:
    page = taker.post(reverse(f"{HOME}_item"), {"key": "n1", "offering": "line"}).content.decode()
    assert 'type="radio" name="item-n1-c-downloadspeed" value="100" checked' in page
    assert 'min="1000.0" max="9000.0"' in page
    assert 'type="checkbox" name="item-n1-c-extras" value="Mail" checked' in page
    assert "100 Mbps" in page and "<dt>Technology</dt><dd>Fibre</dd>" in page
    narrowed = taker.post(reverse(f"{HOME}_item"), {"key": "n1", "offering": "line-500"}).content.decode()
    assert "<dt>Download speed</dt><dd>500</dd>" in narrowed


def test_a_copy_keeps_the_configuration_but_not_the_place(taker: Client) -> None:
    page = taker.post(reverse(f"{HOME}_item"), {**LINE, "key": "b", "like": "a"}).content.decode()
    assert 'name="item-b-c-downloadspeed" value="250" checked' in page
    assert "Harbour" not in page


def test_accounts_are_those_of_the_customer(taker: Client, customer: Customer) -> None:
    page = taker.get(reverse(f"{HOME}_accounts"), {"customer": customer.uid}).content.decode()
    assert "Fjordline bills" in page and "Other bills" not in page


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("item-a-c-downloadspeed", "300", "Choose one of the values."),
        ("item-a-c-downloadspeed", "", "This is needed."),
        ("item-a-c-framesize", "9001", "At most 9000."),
        ("item-a-c-framesize", "999", "At least 1000."),
        ("item-a-c-framesize", "1500.5", "Enter a whole number."),
        ("item-a-c-framesize", "many", "Enter a whole number."),
        ("item-a-c-number", "0047", r"“0047” does not match ^\+[1-9][0-9]{7,14}$."),
        ("item-a-c-extras", ["Mail", "Filter", "Backup"], "At most 2 may be chosen."),
        ("item-a-quantity", "0", "At least 1."),
        ("start", "soon", "Enter a date and a time."),
    ],
)
def test_what_is_wrong_is_said_at_the_input(
    taker: Client, customer: Customer, name: str, value: Any, error: str
) -> None:
    assert errors(taker, {**LINE, "customer": customer.uid}) == {}
    assert errors(taker, {**LINE, "customer": customer.uid, name: value}) == {name: error}


def test_the_limits_of_a_bundle(taker: Client, customer: Customer) -> None:
    parts = {"item": "a", "item-a-offering": "duo", "item-a-quantity": "1", "item-a-p-0-number": "1"}
    parts |= {name.replace("item-a-c", "item-a-p-0-c"): value for name, value in LINE.items() if "-c-" in name}
    body = {"customer": customer.uid, **parts}
    assert errors(taker, {**body, "item-a-p-1-number": "2"}) == {}
    assert errors(taker, {**body, "item-a-p-1-number": "3"}) == {"item-a-p-1-number": "At most 2."}
    assert errors(taker, {**body, "item-a-p-0-number": "0"}) == {"item-a-p-0-number": "At least 1."}
    assert taker.post(reverse(HOME), {**body, "item-a-p-1-number": "2"}).status_code == 302
    held = ProductOrder.objects.get().items[0]["productOrderItem"]
    assert [(each["id"], each["quantity"], each["productOffering"]["id"]) for each in held] == [
        ("1.1", 1, "line"), ("1.2", 2, "box"),
    ]  # fmt: skip


def test_the_price_before_ordering(taker: Client) -> None:
    price = taker.post(reverse(f"{HOME}_price"), LINE).json()["price"]
    assert "100.00 EUR" in price and "80.00 EUR without tax" in price and "Every month" in price


def test_an_order_is_taken(taker: Client, customer: Customer) -> None:
    account = taker.get(reverse(f"{HOME}_accounts"), {"customer": customer.uid}).content.decode().split('value="')[2]
    body = {
        **LINE, "customer": customer.uid, "account": account.split('"')[0], "note": "Ring twice", "priority": "1",
        "start": "2030-05-01T08:00", "external_id": "PO-77",
    }  # fmt: skip
    answer = taker.post(reverse(HOME), body)
    order = ProductOrder.objects.get()
    assert answer.headers["Location"].startswith(f"/admin/ordering/productorder/{order.pk}/")
    item = order.items[0]
    assert (item["action"], item["quantity"], item["productOffering"]["id"]) == ("add", 2, "line")
    assert [(each["name"], each["value"]) for each in item["product"]["productCharacteristic"]] == [
        ("Download speed", 250), ("Frame size", 9000), ("Static address", True), ("Number", "+4712345678"),
        ("Extras", ["Mail", "Backup"]),
    ]  # fmt: skip
    assert item["product"]["place"][0]["name"] == "Harbour 4"
    assert item["itemTerm"][0]["duration"] == {"amount": 24, "units": "month"}
    assert order.related_party[0]["role"] == "customer" and order.related_party[0]["id"] == customer.uid
    assert (order.billing_account["name"], order.external_id, order.priority) == ("Fjordline bills", "PO-77", "1")
    assert order.requested_start_date.isoformat().startswith("2030-05-01") and order.note[0]["author"] == "olga"
    assert Change.objects.get(resource_uid=order.uid, action="create").actor_name == "olga"


def test_nothing_is_ordered_while_something_is_wrong(taker: Client, customer: Customer) -> None:
    page = taker.post(reverse(HOME), {**LINE, "customer": "", "item-a-c-framesize": "1"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Choose a customer." in text and "At least 1000." in text and "Harbour 4" in text
    assert not ProductOrder.objects.exists()


def test_a_link_may_name_customer_and_offering(taker: Client, customer: Customer) -> None:
    page = taker.get(reverse(HOME), {"customer": customer.uid, "offering": "line"}).content.decode()
    assert "Fjordline" in page and 'name="item-1-offering" value="line"' in page and "This is needed" not in page
