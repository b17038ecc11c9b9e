"""Somebody takes an order by the assistant, watches it being carried out, and mends what goes wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from inventory.models import Product
from ordering.models import ProductOrder
from ordering.services.run_steps import run_due_steps
from party.models.account import BillingAccount
from party.models.customer import Customer
from tests.browser.conftest import unlabelled
from tests.browser.test_product_manager import go_to
from tests.ordering.fulfilment import fill_stock
from tests.ordering.shop import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

type SignIn = Callable[..., Page]
type Shoot = Callable[[Page, str], None]

TAKER = ("view_", "add_productorder", "change_productorder", "add_cancelproductorder")


@pytest.fixture
def customer() -> Customer:
    """A customer with an account, in front of the demo catalogs."""
    call_command("load_demo", "catalog", verbosity=0)
    made: Customer = make(Customer, name="Fjordline", engagedParty={"id": "org-1", "@referredType": "Organization"})
    party = {"id": made.uid, "name": made.name, "role": "customer", "@referredType": "Customer"}
    make(BillingAccount, name="Fjordline bills", relatedParty=[party])
    return made


def choose_customer(page: Page, name: str) -> None:
    page.locator("#id_customer + .select2").click()
    page.keyboard.type(name)
    page.locator(".select2-results__option", has_text=name).first.click()


def add_offering(page: Page, words: str, uid: str) -> None:
    catalog = page.locator(".ord-catalog")
    if catalog.get_attribute("open") is None:
        catalog.locator("summary").click()
    number = page.locator(".ord-item").count()
    page.get_by_label("Search offerings").fill(words)
    page.locator(f"[data-offering={uid}]").click()
    expect(page.locator(".ord-item")).to_have_count(number + 1)


def fits(page: Page) -> bool:
    """Whether nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_from_customer_to_active_product(sign_in: SignIn, shoot: Shoot, customer: Customer) -> None:
    fill_stock()
    page = sign_in("olga", *TAKER)
    go_to(page, "New order")
    expect(page.get_by_role("heading", name="New order")).to_be_visible()
    choose_customer(page, "Fjordline")
    expect(page.locator("#id_account option")).to_have_count(2)
    page.locator("#id_account").select_option(label="Fjordline bills")

    add_offering(page, "SD-WAN Essential", "PO-SDWAN-ESSENTIAL")
    site = page.locator(".ord-item").first
    site.get_by_label("Site or address").fill("Bergen")
    sites = site.get_by_label("Sites")
    sites.fill("600")
    expect(site.get_by_text("At most 500.")).to_be_visible()
    expect(sites).to_have_attribute("aria-invalid", "true")
    sites.fill("2")
    expect(site.get_by_text("At most 500.")).to_be_hidden()
    expect(page.locator("#price")).to_contain_text("Every month")
    before = page.locator(".ord-sum b").first.inner_text()

    site.get_by_role("button", name="Copy SD-WAN Essential").click()
    expect(page.locator(".ord-item")).to_have_count(2)
    second = page.locator(".ord-item").nth(1)
    expect(second.get_by_label("Sites")).to_have_value("2")
    expect(second.get_by_label("Site or address")).to_have_value("")
    second.get_by_label("Site or address").fill("Oslo")
    expect(page.locator(".ord-sum b").first).not_to_have_text(before)
    assert unlabelled(page) == []
    shoot(page, "orders-01-assistant")

    add_offering(page, "Fibre 250", "PO-FIBER-250")
    page.locator(".ord-item").nth(2).get_by_role("button", name="Remove").click()
    expect(page.locator(".ord-item")).to_have_count(2)

    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url("**/trace/")
    order = ProductOrder.objects.get()
    assert [each["product"]["place"][0]["name"] for each in order.items] == ["Bergen", "Oslo"]
    assert (order.billing_account["name"], order.state) == ("Fjordline bills", "acknowledged")

    expect(page.locator(".ord-live")).to_be_visible()
    run_due_steps()
    expect(page.locator(".ord-facts .tmf-badge")).to_have_text("completed", timeout=15_000)
    expect(page.locator(".ord-live")).to_have_count(0)
    assert page.locator('#trace [data-live="no"]').count() == 1
    page.locator(".ord-group summary").first.click()
    expect(page.locator(".ord-group[open] .ord-steps").first).to_be_visible()
    assert unlabelled(page) == []
    shoot(page, "orders-02-trace")

    product = Product.objects.filter(name="SD-WAN Essential").first()
    assert product is not None and product.status == "active"
    page.locator(".ord-tree a", has_text="SD-WAN Essential").first.click()
    page.locator(".tmf-links a", has_text="Realisation").click()
    expect(page.locator(".ord-tree")).to_contain_text("SD-WAN management")
    shoot(page, "orders-03-realisation")


def test_what_fails_is_mended_while_one_looks(sign_in: SignIn, shoot: Shoot, customer: Customer, settings: Any) -> None:
    settings.TMF_STEP_MAX_ATTEMPTS = 1
    party = {"id": customer.uid, "name": customer.name, "role": "customer", "@referredType": "Customer"}
    item = {"id": "1", "action": "add", "productOffering": {"id": "PO-FIBER-250", "name": "Fibre 250"}}
    order = make(ProductOrder, externalId="WEB-1", productOrderItem=[item], relatedParty=[party])
    page = sign_in("olga", *TAKER, dark=True)
    page.goto(f"/admin/ordering/productorder/{order.pk}/trace/")
    expect(page.locator(".ord-live")).to_be_visible()
    run_due_steps()
    expect(page.get_by_role("button", name="Retry")).to_be_visible(timeout=15_000)
    shoot(page, "orders-04-failed-dark")

    go_to(page, "Order monitor")
    expect(page.locator("table")).to_contain_text("WEB-1")
    shoot(page, "orders-05-monitor-dark")
    page.locator("table a", has_text="WEB-1").click()
    fill_stock()
    step = page.locator(".ord-step", has=page.get_by_role("button", name="Retry"))
    step.get_by_label("Reason").fill("Stock came in")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".ord-live")).to_be_visible()
    run_due_steps()
    expect(page.locator(".ord-facts .tmf-badge")).to_have_text("completed", timeout=15_000)


def test_the_trace_leaves_alone_what_somebody_writes(sign_in: SignIn, customer: Customer) -> None:
    party = {"id": customer.uid, "name": customer.name, "role": "customer", "@referredType": "Customer"}
    item = {"id": "1", "action": "add", "productOffering": {"id": "PO-FIBER-250", "name": "Fibre 250"}}
    order = make(ProductOrder, productOrderItem=[item], relatedParty=[party])
    page = sign_in("olga", *TAKER)
    page.goto(f"/admin/ordering/productorder/{order.pk}/trace/")
    reason = page.locator(".ord-acts").get_by_label("Reason")
    reason.fill("Address in doubt")
    run_due_steps()
    page.wait_for_timeout(2500)
    expect(reason).to_have_value("Address in doubt")
    reason.fill("")
    page.locator("h2").first.click()
    expect(page.locator(".ord-facts .tmf-badge")).to_have_text("inProgress", timeout=15_000)
    page.locator(".ord-acts").get_by_label("Reason").fill("Address in doubt")
    page.get_by_role("button", name="Hold").click()
    expect(page.locator(".ord-facts .tmf-badge")).to_have_text("held")


def test_a_change_and_a_dry_run(sign_in: SignIn, shoot: Shoot, customer: Customer) -> None:
    fill_stock()
    party = {"id": customer.uid, "name": customer.name, "role": "customer", "@referredType": "Customer"}
    item = {"id": "1", "action": "add", "productOffering": {"id": "PO-FIBER-250", "name": "Fibre 250"}}
    make(ProductOrder, productOrderItem=[item], relatedParty=[party])
    run_due_steps()
    page = sign_in("olga", *TAKER)
    product = Product.objects.get()
    page.goto(f"/admin/inventory/product/{product.pk}/change/")
    page.locator(".tmf-links a", has_text="Change or end").click()
    page.locator("#id_offering").select_option(label="Fibre 500")
    page.wait_for_url("**offering=PO-FIBER-500*")
    expect(page.locator("#price")).to_contain_text("Fibre 500")
    page.locator(".ord-pills label", has_text="Yes").first.click()
    assert unlabelled(page) == []
    shoot(page, "orders-06-change")
    page.get_by_role("button", name="Order the change").click()
    page.wait_for_url("**/trace/")
    run_due_steps()
    product.refresh_from_db()
    assert product.product_offering["id"] == "PO-FIBER-500"

    go_to(page, "Product offerings")
    page.goto(page.url.split("?")[0] + "?q=PO-FIBER-250")
    page.locator("#result_list a, .result-list a, table a").filter(has_text="Fibre 250").first.click()
    page.locator(".tmf-links a", has_text="Decomposition").click()
    tree = page.locator(".ord-tree")
    expect(tree).to_contain_text("PON access")
    expect(tree).not_to_contain_text("IPv4 address")
    page.locator(".ord-pills label", has_text="Yes").first.click()
    expect(tree).to_contain_text("IPv4 address")
    shoot(page, "orders-07-decomposition")


def test_on_a_phone(sign_in: SignIn, shoot: Shoot, customer: Customer, settings: Any) -> None:
    settings.TMF_STEP_MAX_ATTEMPTS = 1
    party = {"id": customer.uid, "name": customer.name, "role": "customer", "@referredType": "Customer"}
    item = {"id": "1", "action": "add", "productOffering": {"id": "PO-FIBER-250", "name": "Fibre 250"}}
    order = make(ProductOrder, externalId="WEB-1", productOrderItem=[item], relatedParty=[party])
    run_due_steps()
    page = sign_in("olga", *TAKER)
    page.set_viewport_size({"width": 390, "height": 844})
    for number, address in enumerate(
        (
            "/admin/ordering/productorder/assistant/?offering=PO-SDWAN-ESSENTIAL",
            f"/admin/ordering/productorder/{order.pk}/trace/",
            "/admin/ordering/productorder/monitor/",
            f"/admin/inventory/product/{Product.objects.get().pk}/realisation/",
        )
    ):
        page.goto(address)
        assert fits(page), address
        shoot(page, f"orders-phone-{number}")
