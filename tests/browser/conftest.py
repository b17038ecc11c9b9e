"""Chromium for the browser tests, signed in at the live server; screenshots go to `screenshots/`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from playwright.sync_api import Browser, Page, sync_playwright

from tmfsite.resources.schema import forget_content_types

SCREENSHOTS = Path(__file__).with_name("screenshots")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip

# Playwright keeps an event loop in this thread, in which Django would refuse to use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def forget_types(transactional_db: None) -> None:
    """Content types get new keys whenever the database was emptied."""
    ContentType.objects.clear_cache()
    forget_content_types()


@pytest.fixture
def sign_in(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Return a function that signs a new user in and gives his page; the test fails on errors in the console."""
    troubles: list[str] = []
    contexts = []

    def open_page(name: str = "paula", *permissions: str, dark: bool = False) -> Page:
        user = User.objects.create_user(name, password=name, is_staff=True, is_superuser=not permissions)
        for codename in permissions:
            user.user_permissions.add(*Permission.objects.filter(codename__startswith=codename))
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": 1440, "height": 1000},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if "Content Security" in line.text else None)
        page.on("request", lambda sent: troubles.append(sent.url) if outside(sent.url, live_server.url) else None)
        page.goto("/admin/login/?next=/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(name)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/admin/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def outside(url: str, own: str) -> bool:
    """Tell whether an address belongs to another server."""
    return not url.startswith((own, "data:", "blob:", "about:"))


@pytest.fixture
def shoot() -> Callable[[Page, str], None]:
    """Return a function that saves a screenshot under a name."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def save(page: Page, name: str) -> None:
        page.wait_for_timeout(250)  # charts and fonts
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return save


UNLABELLED = """() => [...document.querySelectorAll('#content input, #content select, #content textarea, #content button')]
  .filter(e => e.type !== 'hidden' && !e.closest('template') && !e.closest('.select2'))
  .filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby')
            && !e.title && !e.textContent.trim())
  .map(e => e.outerHTML.slice(0, 120))"""


def unlabelled(page: Page) -> list[str]:
    """Return the inputs and buttons of a page that no label names."""
    found: list[str] = page.evaluate(UNLABELLED)
    return found
