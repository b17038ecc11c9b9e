"""A product manager adds and changes an offering of a registered type."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from catalog.models.product import ProductOffering
from tests.browser.conftest import unlabelled
from tests.browser.test_product_manager import add, row, save
from tests.framework.test_admin_extensions import register
from tmfsite.resources import extensions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    extensions.forget()
    yield
    extensions.forget()


def test_an_offering_of_a_type(sign_in: Callable[..., Page], shoot: Callable[[Page, str], None]) -> None:
    register()
    page = sign_in()
    add(page, "Product offerings")
    page.locator("#id_name").fill("Surf")
    page.locator("#id_at_type").select_option("GsmOffering")
    volume = page.get_by_label("Data volume")
    expect(volume).to_be_in_viewport()
    expect(page.locator("#id_at_type")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("Surf")
    assert [each for each in unlabelled(page) if "tmf_extension" in each] == []

    volume.fill("0.1")
    page.get_by_label("Roaming").select_option(label="No")
    page.get_by_label("US", exact=True).check()
    page.get_by_label("Tags").fill("young\nfast")
    step = row(page, "steps")
    step.locator('[name$="-upTo"]').fill("10")
    step.locator('[name$="-price"]').fill("1.50")
    save(page)
    fault = page.locator(".nf-error", has_text="minimum")
    expect(fault).to_be_visible()
    fault.scroll_into_view_if_needed()
    shoot(page, "16-extension-fault")

    volume.fill("20.5")
    save(page)
    offering = ProductOffering.objects.get()
    assert (offering.name, offering.at_type, offering.at_base_type) == ("Surf", "GsmOffering", "ProductOffering")
    assert offering.extension == {
        "dataVolume": 20.5,
        "roaming": False,
        "zones": ["US"],
        "tags": ["young", "fast"],
        "steps": [{"upTo": 10, "price": 1.5}],
    }
    page.get_by_label("Sim count").scroll_into_view_if_needed()
    shoot(page, "17-extension")
