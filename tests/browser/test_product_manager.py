"""A product manager at work: from login to a launched offering, without ever seeing JSON."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from catalog.models.product import Category, ProductOffering, ProductOfferingPrice, ProductSpecification
from tests.browser.conftest import unlabelled
from tmfsite import operations
from tmfsite.operations import SYSTEM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

type SignIn = Callable[..., Page]
type Shoot = Callable[[Page, str], None]


def go_to(page: Page, kind: str) -> None:
    """Follow a link of the sidebar, whose section may be folded."""
    link = page.locator("#nav-sidebar-apps a[href]", has_text=kind).first
    page.goto(page.url.split("/admin/")[0] + str(link.get_attribute("href")))


def add(page: Page, kind: str) -> None:
    """Open the empty form of a kind of entity from the sidebar."""
    go_to(page, kind)
    page.goto(page.url.split("?")[0] + "add/")


def tab(page: Page, title: str) -> None:
    page.locator("#content nav a", has_text=title).first.click()


def row(scope: Page | Locator, field: str) -> Locator:
    """Add a row to a list and return it."""
    rows = scope.locator(f'.nf-rows[data-prefix$="{field}"]').first
    rows.locator("> .nf-add").click()
    return rows.locator("> .nf-body > .nf-row").last


def pick(page: Page, scope: Page | Locator, name: str, text: str) -> None:
    """Choose an entity in a reference input by typing."""
    select = scope.locator(f'select[name$="{name}"]').first
    select.locator("xpath=following-sibling::span[1]").click()
    page.keyboard.type(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def save(page: Page, *, stay: bool = True) -> None:
    page.get_by_role("button", name="Save and continue editing" if stay else "Save", exact=True).click()
    page.wait_for_load_state()


def move(page: Page, to: str, reason: str = "") -> None:
    if reason:
        page.get_by_label("Reason for the move").fill(reason)
    page.locator(".tmf-move", has_text=to).click()
    expect(page.locator(".tmf-bar .tmf-badge").first).to_have_text(to)


def test_from_login_to_launched(sign_in: SignIn, shoot: Shoot) -> None:
    page = sign_in()
    shoot(page, "01-dashboard-empty")

    add(page, "Categories")
    page.locator("#id_name").fill("Broadband")
    save(page)
    expect(page.locator(".tmf-badge").first).to_have_text("In Study")

    add(page, "Product specifications")
    page.locator("#id_name").fill("Fibre access")
    page.get_by_label("Brand").fill("Norvane")
    tab(page, "Characteristics")
    speed = row(page, "product_spec_characteristic")
    speed.locator('[name$="-name"]').first.fill("Speed")
    speed.locator('select[name$="-valueType"]').first.select_option("number")
    speed.locator('[name$="-configurable"]').first.check()
    for amount in ("100", "250,5"):
        value = row(speed, "productSpecCharacteristicValue")
        value.locator('[name$="-value"]').first.fill(amount)
        value.locator('[name$="-unitOfMeasure"]').first.fill("Mbit/s")
    colour = row(page, "product_spec_characteristic")
    colour.locator('[name$="-name"]').first.fill("Colour")
    for name in ("Black", "Silver"):
        row(colour, "productSpecCharacteristicValue").locator('[name$="-value"]').first.fill(name)
    shoot(page, "02-specification-nested-new")
    assert unlabelled(page) == []
    save(page)
    specification = ProductSpecification.objects.get()
    assert specification.product_spec_characteristic == [
        {
            "name": "Speed",
            "valueType": "number",
            "configurable": True,
            "productSpecCharacteristicValue": [
                {"value": 100, "unitOfMeasure": "Mbit/s"},
                {"value": 250.5, "unitOfMeasure": "Mbit/s"},
            ],
        },
        {"name": "Colour", "productSpecCharacteristicValue": [{"value": "Black"}, {"value": "Silver"}]},
    ]

    tab(page, "Characteristics")
    page.locator(".nf-card > summary", has_text="Colour").click()
    values = page.locator(
        '[data-prefix="product_spec_characteristic-1-productSpecCharacteristicValue"] > .nf-body > .nf-row'
    )
    values.nth(1).locator(".nf-up").click()
    values.nth(1).locator(".nf-copy").click()
    values.nth(2).locator('[name$="-value"]').fill("Midnight blue")
    values.nth(1).locator(".nf-remove").click()
    page.locator(".nf-card > summary", has_text="Speed").click()
    shoot(page, "03-specification-nested-edited")
    page.get_by_label("Reason for the change").fill("New colours for autumn")
    save(page)
    specification.refresh_from_db()
    colours = specification.product_spec_characteristic[1]["productSpecCharacteristicValue"]
    assert [each["value"] for each in colours] == ["Silver", "Midnight blue"]

    page.locator(".tmf-links a", has_text="History").click()
    expect(page.locator(".tmf-history")).to_contain_text("New colours for autumn")
    expect(page.locator(".tmf-where", has_text="Allowed values").first).to_contain_text(
        "Characteristics›[Colour]›Allowed values›["
    )
    shoot(page, "04-history")

    add(page, "Product offering prices")
    page.locator("#id_name").fill("Fibre monthly fee")
    page.locator('[name="price_type"]').fill("recurring")
    page.locator('[name="price-value"]').fill("49.90")
    page.locator('[name="price-unit"]').fill("EUR")
    page.locator('[name="recurring_charge_period_type"]').fill("month")
    page.locator('[name="recurring_charge_period_length"]').fill("1")
    tax = row(page, "tax")
    tax.locator('[name$="-taxCategory"]').fill("VAT")
    tax.locator('[name$="-taxRate"]').fill("20")
    shoot(page, "05-price")
    save(page)
    price = ProductOfferingPrice.objects.get()
    assert price.price == {"value": 49.90, "unit": "EUR"}
    assert price.tax == [{"taxCategory": "VAT", "taxRate": 20}]

    add(page, "Product offerings")
    page.locator("#id_name").fill("Fibre 250")
    page.locator("#id_description").fill("Fast and steady.")
    pick(page, page, "category", "Broadband")
    pick(page, page, "product_specification-id", "Fibre access")
    shoot(page, "06-offering")
    tab(page, "Prices and terms")
    pick(page, page, "product_offering_price", "Fibre monthly fee")
    term = row(page, "product_offering_term")
    term.locator('[name$="-name"]').first.fill("Minimum term")
    term.locator('[name$="-duration-amount"]').fill("24")
    term.locator('[name$="-duration-units"]').fill("month")
    shoot(page, "07-offering-prices")
    assert unlabelled(page) == []
    save(page)
    offering = ProductOffering.objects.get()
    assert offering.category[0]["id"] == Category.objects.get().uid
    assert offering.category[0]["@referredType"] == "Category"
    assert offering.product_specification["name"] == "Fibre access"
    assert offering.product_offering_price[0]["id"] == price.uid
    assert offering.product_offering_term == [{"name": "Minimum term", "duration": {"amount": 24, "units": "month"}}]

    for state in ("In Design", "In Test", "Active"):
        move(page, state)
    move(page, "Launched", "Board decision")
    offering.refresh_from_db()
    assert offering.lifecycle_status == "Launched"
    shoot(page, "08-offering-launched")
    page.locator(".tmf-links a", has_text="History").click()
    expect(page.locator(".tmf-history")).to_contain_text("Board decision")
    page.locator(".tmf-history button", has_text="Restore").last.click()
    offering.refresh_from_db()
    assert offering.lifecycle_status == "Launched"

    go_to(page, "Product offerings")
    expect(page.locator("#result_list")).to_contain_text("Fibre 250")
    shoot(page, "09-list")
    page.goto("/admin/")
    shoot(page, "10-dashboard")


def test_a_wrong_value_is_shown_at_its_cell(sign_in: SignIn, shoot: Shoot) -> None:
    specification = a_specification()
    page = sign_in()
    page.goto(f"/admin/catalog/productspecification/{specification.pk}/change/")
    tab(page, "Characteristics")
    page.locator(".nf-card > summary", has_text="Speed").click()
    cell = page.locator('[name="product_spec_characteristic-0-productSpecCharacteristicValue-0-value"]')
    cell.fill("lots")

    save(page)

    expect(cell).to_have_value("lots")
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(cell.locator("xpath=..").locator(".nf-error")).to_have_text("“lots” is not a number.")
    expect(cell).to_be_visible()
    shoot(page, "11-nested-error")


def test_the_second_saver_sees_what_changed(sign_in: SignIn, shoot: Shoot) -> None:
    specification = a_specification()
    page = sign_in()
    page.goto(f"/admin/catalog/productspecification/{specification.pk}/change/")
    fresh = operations.get(ProductSpecification, specification.uid)
    fresh.brand = "Other brand"
    operations.save(fresh, actor=SYSTEM)
    page.locator("#id_description").fill("Mine")

    save(page)

    expect(page.locator(".errornote", has_text="Somebody else saved")).to_contain_text("Brand")
    specification.refresh_from_db()
    assert (specification.brand, specification.description) == ("Other brand", None)
    shoot(page, "12-conflict")
    page.get_by_label("Save my entries all the same").check()
    save(page)
    specification.refresh_from_db()
    assert (specification.brand, specification.description) == ("Other brand", "Mine")


def test_who_may_only_look_reads_everything(sign_in: SignIn, shoot: Shoot) -> None:
    specification = a_specification()
    page = sign_in("robert", "view_")
    page.goto(f"/admin/catalog/productspecification/{specification.pk}/change/")
    tab(page, "Characteristics")

    expect(page.locator("#content .nf-read-root", has_text="Speed")).to_be_visible()
    text = page.locator("#content").inner_text()

    assert "Speed" in text
    assert "100 Mbit/s" in text or "100" in text
    assert "{" not in text
    assert page.locator("#content input:visible, #content textarea:visible").count() == 0
    assert page.locator(".tmf-move").count() == 0
    shoot(page, "13-read-only")


def test_the_dark_theme_and_the_keyboard(sign_in: SignIn, shoot: Shoot) -> None:
    specification = a_specification()
    page = sign_in(dark=True)
    page.goto(f"/admin/catalog/productspecification/{specification.pk}/change/")
    tab(page, "Characteristics")
    page.locator(".nf-card > summary").first.focus()
    page.keyboard.press("Enter")
    button = page.locator('[data-prefix$="-productSpecCharacteristicValue"] > .nf-add').first
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("input:focus, textarea:focus")).to_have_value("")  # the focus went to the new row
    page.keyboard.type("500")
    shoot(page, "14-dark")
    save(page)
    specification.refresh_from_db()
    values = specification.product_spec_characteristic[0]["productSpecCharacteristicValue"]
    assert values[-1] == {"value": 500}


def test_deleting_names_the_users(sign_in: SignIn, shoot: Shoot) -> None:
    specification = a_specification()
    reference = {"id": specification.uid, "name": specification.name}
    operations.create(ProductOffering, {"name": "User", "productSpecification": reference}, actor=SYSTEM)
    page = sign_in()
    page.goto(f"/admin/catalog/productspecification/{specification.pk}/delete/")
    expect(page.locator(".tmf-users")).to_contain_text("User product offering · Product specification")
    shoot(page, "15-delete")
    page.get_by_label("Delete it all the same").check()
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/productspecification/")
    assert not ProductSpecification.objects.exists()


def a_specification() -> Any:
    document = {
        "name": "Access",
        "productSpecCharacteristic": [
            {
                "name": "Speed",
                "valueType": "number",
                "productSpecCharacteristicValue": [{"value": 100, "unitOfMeasure": "Mbit/s", "isDefault": True}],
                "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
            },
            {"name": "Colour", "productSpecCharacteristicValue": [{"value": "Black"}, {"value": "Silver"}]},
        ],
    }
    return operations.create(ProductSpecification, document, actor=SYSTEM).instance
