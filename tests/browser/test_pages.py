"""The pages without login: the table of APIs, and Swagger UI under the content policy of all pages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.caller import Caller

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENSHOTS = Path(__file__).parent / "screenshots"
BASE = "/tmf-api/productCatalogManagement/v4"


def opened(chromium: Browser, url: str, server: str, **options: Any) -> tuple[Page, list[str]]:
    """Open a page; the list fills with errors and with requests to other servers."""
    page = chromium.new_context(**options).new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda each: None if each.url.startswith((server, "data:")) else troubles.append(each.url))
    page.goto(url)
    return page, troubles


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_first_page(chromium: Browser, live_server: Any, scheme: Any) -> None:
    page, troubles = opened(chromium, live_server.url, live_server.url, color_scheme=scheme)
    page.get_by_role("heading", name="TMF Open Suite").wait_for()
    assert page.get_by_text("TMF620", exact=True).is_visible()
    page.screenshot(path=SCREENSHOTS / f"first-page-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert troubles == []


def test_swagger_ui_works_offline_and_calls_the_api(chromium: Browser, live_server: Any) -> None:
    token = Caller("all").headers["Authorization"].removeprefix("Bearer ")
    page, troubles = opened(chromium, f"{live_server.url}{BASE}/docs", live_server.url)
    page.locator("#operations-productOffering-listProductOffering").wait_for()
    page.screenshot(path=SCREENSHOTS / "swagger-ui.png")
    page.get_by_role("button", name="Authorize").click()
    page.locator("input[aria-label='auth-bearer-value'], .auth-container input").first.fill(token)
    page.locator(".auth-container button.authorize").click()
    page.locator(".auth-container button.btn-done").click()
    page.locator("#operations-category-listCategory button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator("#operations-category-listCategory .live-responses-table .response-col_status").last
    answer.wait_for()
    assert "200" in answer.inner_text()
    page.screenshot(path=SCREENSHOTS / "swagger-ui-call.png")
    assert troubles == []
