"""Pages about orders at work: the trace and what an operator does there, the monitor, what realises a product."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from catalog.models import ProductOffering
from inventory.models import Product, Resource, Service
from ordering.admin.trace import duration
from ordering.models import CancelProductOrder, ProductOrder
from ordering.models.fulfilment import Step
from ordering.services.run_steps import run_due_steps
from ordering.services.watch_orders import durations, states, throughput, troubles
from tests.ordering.fulfilment import FIBRE, Desk, chosen, fill_stock, item, stock
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.resources.schema import forget_content_types

pytestmark = pytest.mark.django_db

VIEW = ("view_productorder", "view_serviceorder", "view_resourceorder", "view_product", "view_service", "view_resource")
ROUTER, PORT = "PRS-HomeGateway", "LRS-VLAN"


@pytest.fixture
def desk(db: None) -> Desk:
    forget_content_types()
    call_command("load_demo", "catalog", verbosity=0)
    return Desk()


def signed_in(*permissions: str) -> Client:
    user = User.objects.create_user(f"olga{User.objects.count()}", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def operator() -> Client:
    return signed_in(*VIEW, "change_productorder", "add_cancelproductorder")


def url(order: Document, page: str = "trace", *more: Any) -> str:
    pk = ProductOrder.objects.get(uid=order["id"]).pk
    return reverse(f"admin:ordering_productorder_{page}", args=[pk, *more])


def failed_step(order: Document) -> Step:
    return Step.objects.get(fulfilment__order=order["id"], state="failed")


def broken(desk: Desk, settings: Any) -> Document:
    """An order that fails for want of stock."""
    settings.TMF_STEP_MAX_ATTEMPTS = 1
    return desk.place(item(FIBRE), externalId="WEB-1")


# --- trace ----------------------------------------------------------------------------------------------------------


def test_the_trace_of_a_completed_order(desk: Desk) -> None:
    fill_stock()
    order = desk.place(item(FIBRE, product=chosen(Static_IPv4=True)), externalId="WEB-1")
    page = signed_in(*VIEW).get(url(order)).content.decode()
    for said in ("WEB-1", "Ada", "Plan, and order services and resources", "Activate Broadband", "Reserve resources",
                 "PON access", "Fibre 250", "service order", "resource order", 'data-live="no"'):  # fmt: skip
        assert said in page, said
    service = Service.objects.get(name="Broadband")
    assert reverse("admin:inventory_service_change", args=[service.pk]) in page
    assert "trace/act" not in page and "trace/step" not in page
    link = reverse("admin:ordering_productorder_trace", args=[ProductOrder.objects.get().pk])
    assert link in signed_in(*VIEW).get(url(order, "change")).content.decode()


def test_without_permission(desk: Desk) -> None:
    order = desk.place(item(FIBRE), run=False)
    assert signed_in("view_product").get(url(order)).status_code == 403
    viewer = signed_in("view_productorder")
    page = viewer.get(url(order)).content.decode()
    assert "/admin/inventory/" not in page.split('id="trace"')[1]
    assert viewer.post(url(order, "trace_act"), {"action": "hold"}).status_code == 403
    assert viewer.post(url(order, "trace_act"), {"action": "cancel"}).status_code == 403
    step = Step.objects.filter(fulfilment__order=order["id"])[0]
    assert viewer.post(url(order, "trace_step", step.pk), {"action": "retry"}).status_code == 403


def test_the_page_needs_a_fixed_number_of_queries(
    desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill_stock(20)
    small = desk.place(item(FIBRE))
    large = desk.place(*(item(FIBRE, str(number)) for number in range(1, 6)))
    client = operator()
    client.get(url(small))
    for order in (small, large):
        address = url(order)
        with django_assert_max_num_queries(32):
            client.get(address)


def test_the_fragment_tells_what_is_new(desk: Desk) -> None:
    fill_stock()
    order = desk.place(item(FIBRE), run=False)
    client = signed_in(*VIEW)
    page = client.get(url(order, "trace_fragment")).content.decode()
    assert 'data-live="yes"' in page and "<html" not in page
    version = page.split('data-version="')[1].split('"')[0]
    assert client.get(url(order, "trace_fragment"), {"version": version}).status_code == 204
    run_due_steps()
    page = client.get(url(order, "trace_fragment"), {"version": version}).content.decode()
    assert 'data-live="no"' in page and "completed" in page


def test_a_failed_step_is_retried(desk: Desk, settings: Any) -> None:
    order, client = broken(desk, settings), operator()
    step = failed_step(order)
    page = client.get(url(order)).content.decode()
    assert step.error and step.error in page.replace("&#x27;", "'") and "Retry" in page
    fill_stock()
    answer = client.post(url(order, "trace_step", step.pk), {"action": "retry", "reason": "Stock came in"})
    assert answer.headers["Location"] == url(order)
    run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"
    assert "Stock came in" in client.get(url(order)).content.decode()


def test_a_failed_step_is_skipped_with_a_reason(desk: Desk, settings: Any) -> None:
    order, client = broken(desk, settings), operator()
    step = failed_step(order)
    client.post(url(order, "trace_step", step.pk), {"action": "skip", "reason": " "})
    assert failed_step(order).pk == step.pk
    client.post(url(order, "trace_step", step.pk), {"action": "skip", "reason": "The customer brings his own"})
    step.refresh_from_db()
    assert step.is_skipped and step.reason == "The customer brings his own"


def test_a_step_of_another_order(desk: Desk, settings: Any) -> None:
    order = broken(desk, settings)
    other = desk.place(item(FIBRE), run=False)
    answer = operator().post(url(other, "trace_step", failed_step(order).pk), {"action": "retry"})
    assert answer.status_code == 404


def test_an_order_is_held_resumed_and_cancelled(desk: Desk) -> None:
    stock(ROUTER, 1)
    order, client = desk.place(item(FIBRE)), operator()
    assert order["state"] == "inProgress"
    client.post(url(order, "trace_act"), {"action": "hold", "reason": "Address in doubt"})
    assert desk.order(order["id"])["state"] == "held"
    assert "Address in doubt" in client.get(url(order)).content.decode()
    client.post(url(order, "trace_act"), {"action": "resume"})
    assert desk.order(order["id"])["state"] == "inProgress"
    client.post(url(order, "trace_act"), {"action": "cancel", "reason": "Moved away"})
    assert CancelProductOrder.objects.get().cancellation_reason == "Moved away"
    assert "Moved away" in client.get(url(order)).content.decode()


def test_a_manual_step_is_done(desk: Desk, settings: Any) -> None:
    fill_stock()
    settings.TMF_ACTIVATION = {"default": "manual"}
    order, client = desk.place(item("PO-SUPPORT-SILVER")), operator()
    while waiting := [each for each in Step.objects.filter(state="running") if (each.result or {}).get("manual")]:
        assert "Waits for somebody" in client.get(url(order)).content.decode()
        assert [each.kinds for each in troubles()] == [["manual"]]
        client.post(url(order, "trace_step", waiting[0].pk), {"action": "complete", "reason": "Done by phone"})
        run_due_steps()
    assert desk.order(order["id"])["state"] == "completed"


def test_an_order_for_others_has_a_trace_too(desk: Desk) -> None:
    order = desk.place({"id": "1", "action": "add", "productOffering": {"id": "elsewhere"}})
    page = signed_in(*VIEW).get(url(order)).content.decode()
    assert "not carried out here" in page and 'data-live="no"' in page
    pk = ProductOrder.objects.get(uid=order["id"]).pk
    ProductOrder.objects.filter(pk=pk).update(state="failed")
    assert [(each.order.pk, each.kinds) for each in troubles()] == [(pk, ["failed"])]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.004, "4 ms"), (2.54, "2.5 s"), (59, "59 s"), (60, "1 min"), (250, "4 min 10 s"), (7500, "2 h 5 min"),
     (273600, "3 d 4 h"), (-1, "0 ms")],
)  # fmt: skip
def test_durations_in_words(seconds: float, said: str) -> None:
    start = now()
    assert duration(start, start + timedelta(seconds=seconds)) == said
    assert duration(start, None) == ""


# --- monitor --------------------------------------------------------------------------------------------------------

MONITOR = "admin:ordering_productorder_monitor"


def test_the_monitor(desk: Desk, settings: Any, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    broken(desk, settings)
    fill_stock()
    for _ in range(3):
        desk.place(item(FIBRE))
    desk.place(item("PO-ISDN"), externalId="OLD-1")
    client = signed_in(*VIEW)
    page = client.get(reverse(MONITOR)).content.decode()
    assert "WEB-1" in page and "Reserve resources" in page and "OLD-1" in page and "not on sale" in page
    assert dict(states()) == {"failed": 1, "completed": 3, "rejected": 1}
    today = throughput()[-1]
    assert (today.received, today.completed) == (5, 3)
    assert {each.name for each in durations()} == {"Checked", "Begun", "Reserved", "Activated", "Finished"}
    only = client.get(reverse(MONITOR), {"trouble": "rejected"}).content.decode()
    assert "OLD-1" in only and "WEB-1" not in only
    with django_assert_max_num_queries(24):
        client.get(reverse(MONITOR))
    assert signed_in("view_product").get(reverse(MONITOR)).status_code == 403


def test_what_counts_as_trouble(desk: Desk, settings: Any) -> None:
    assert troubles() == []
    order = desk.place(item(FIBRE), requestedCompletionDate="2020-01-01T00:00:00Z")
    step = Step.objects.get(fulfilment__order=order["id"], kind="reserve")
    Step.objects.filter(pk=step.pk).update(attempts=4)
    operator().post(url(order, "trace_act"), {"action": "hold"})
    (found,) = troubles()
    assert set(found.kinds) >= {"held", "late"}
    operator().post(url(order, "trace_act"), {"action": "resume"})
    assert "retried" in troubles()[0].kinds


# --- inventory ------------------------------------------------------------------------------------------------------


def test_what_realises_a_product(desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    fill_stock()
    order = desk.place(item(FIBRE), externalId="WEB-1")
    product = Product.objects.get()
    client = signed_in(*VIEW)
    address = reverse("admin:inventory_product_realisation", args=[product.pk])
    page = client.get(address).content.decode()
    for said in ("Broadband", "PON access", "Internet session", "WEB-1", "completed", url(order)):
        assert said in page, said
    with django_assert_max_num_queries(22):
        client.get(address)
    assert signed_in("view_service").get(address).status_code == 403
    without = signed_in("view_product").get(address).content.decode()
    assert "PON access" in without and "/admin/inventory/service/" not in without


def test_what_a_service_and_a_resource_serve(desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    fill_stock()
    order = desk.place(item(FIBRE), externalId="WEB-1")
    client = signed_in(*VIEW)
    service = Service.objects.get(name="PON access")
    address = reverse("admin:inventory_service_realisation", args=[service.pk])
    page = client.get(address).content.decode()
    serves, rests = page.split("What it serves")[1].split("What it rests on")
    assert "Broadband" in serves and "Fibre 250" in serves and "LRS-PONPort 0" in rests and "Fibre 250" not in rests
    assert url(order) in page
    with django_assert_max_num_queries(28):
        client.get(address)
    resource = Resource.objects.get(name="LRS-PONPort 0", held_by__isnull=False)
    page = client.get(reverse("admin:inventory_resource_realisation", args=[resource.pk])).content.decode()
    assert "PON access" in page and "Fibre 250" in page and url(order) in page


# --- change ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def product(desk: Desk) -> Product:
    fill_stock()
    desk.place(item(FIBRE))
    return Product.objects.get()


def change(product: Product, page: str = "change_order") -> str:
    return reverse(f"admin:inventory_product_{page}", args=[product.pk])


TAKER = ("view_product", "add_productorder", "view_productorder")
VALUES = {"action": "modify", "offering": FIBRE, "c-c-ipv6prefix": "/56", "c-c-staticipv4": "false"}


def test_characteristics_are_changed(desk: Desk, product: Product) -> None:
    client = signed_in(*TAKER)
    page = client.get(change(product)).content.decode()
    assert "Fibre 500" in page and "Mobile M" not in page and 'value="/56" checked' in page
    answer = client.post(change(product), {**VALUES, "c-c-staticipv4": "true", "note": "For the camera"})
    order = ProductOrder.objects.latest("pk")
    assert answer.headers["Location"] == reverse("admin:ordering_productorder_trace", args=[order.pk])
    changed = order.items[0]
    assert (changed["action"], changed["product"]["id"]) == ("modify", product.uid)
    assert [(each["name"], each["value"]) for each in changed["product"]["productCharacteristic"]] == [
        ("Static IPv4", True)
    ]
    run_due_steps()
    assert desk.order(order.uid)["state"] == "completed"
    product.refresh_from_db()
    assert {each["name"]: each["value"] for each in product.product_characteristic}["Static IPv4"] is True


def test_another_offering(desk: Desk, product: Product) -> None:
    client = signed_in(*TAKER)
    page = client.get(change(product), {"offering": "PO-FIBER-500"}).content.decode()
    assert "<dd>500 Mbps</dd>" in page
    client.post(change(product), {**VALUES, "offering": "PO-FIBER-500"})
    run_due_steps()
    product.refresh_from_db()
    assert product.product_offering["id"] == "PO-FIBER-500"
    page = client.post(change(product), {**VALUES, "offering": "PO-MOBILE-M"}).content.decode()
    assert "nothing that this product may become" in page


def test_what_is_wrong_with_a_change(product: Product) -> None:
    client = signed_in(*TAKER)
    assert "Nothing is different" in client.post(change(product), VALUES).content.decode()
    page = client.post(change(product), {**VALUES, "c-c-ipv6prefix": "/12"}).content.decode()
    assert "Choose one of the values." in page
    answer = client.post(change(product, "change_price"), {**VALUES, "c-c-ipv6prefix": "/12"}).json()
    assert answer["errors"] == {"c-c-ipv6prefix": "Choose one of the values."}
    assert ProductOrder.objects.count() == 1


def test_a_product_is_given_up(desk: Desk, product: Product) -> None:
    client = signed_in(*TAKER)
    client.post(change(product), {"action": "delete", "note": "Moving"})
    run_due_steps()
    product.refresh_from_db()
    assert product.status == "terminated"
    assert ProductOrder.objects.latest("pk").note[0]["text"] == "Moving"
    assert client.get(change(product)).status_code == 302
    assert (
        change(product) not in client.get(reverse("admin:inventory_product_change", args=[product.pk])).content.decode()
    )


def test_changing_needs_the_permission_to_order(product: Product) -> None:
    client = signed_in("view_product")
    assert client.get(change(product)).status_code == 403
    assert client.post(change(product), {"action": "delete"}).status_code == 403
    assert client.post(change(product, "change_price"), VALUES).status_code == 403


# --- dry run --------------------------------------------------------------------------------------------------------


def test_a_dry_run(desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    offering = ProductOffering.objects.get(uid=FIBRE)
    address = reverse("admin:catalog_productoffering_decomposition", args=[offering.pk])
    client = signed_in("view_productoffering", "view_servicespecification")
    page = client.get(address).content.decode()
    assert "PON access" in page and "Static IPv4</a>" not in page and "/admin/catalog/servicespecification/" in page
    assert "/admin/catalog/resourcespecification/" not in page
    chosen = {"configured": "1", "d-c-ipv6prefix": "/56", "d-c-staticipv4": "true"}
    assert "Static IPv4</a>" in client.get(address, chosen).content.decode()
    with django_assert_max_num_queries(24):
        client.get(address)
    assert signed_in("view_product").get(address).status_code == 403
    assert address in client.get(reverse("admin:catalog_productoffering_change", args=[offering.pk])).content.decode()
    assert not ProductOrder.objects.exists() and not Product.objects.exists()


def test_a_dry_run_of_a_bundle(desk: Desk) -> None:
    offering = ProductOffering.objects.get(uid="PO-SDWAN-ESSENTIAL")
    page = signed_in("view_productoffering").get(
        reverse("admin:catalog_productoffering_decomposition", args=[offering.pk])
    )
    assert "SD-WAN Edge S" in page.content.decode()
