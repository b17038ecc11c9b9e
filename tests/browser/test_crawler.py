"""Every page of every role: each is there or refused as permissions say, whole, and without raw data."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import models
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import outside
from tests.browser.crawl import Markup
from tests.resource import contracts
from tmfsite import operations
from tmfsite.admin.pages import pages_of as added_to
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.registry import apis
from tmfsite.rest.permissions import GROUPS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROLES = ("superuser", *GROUPS)
DOCUMENTS = [f"{api.base_path}/{page}" for api in apis() for page in ("docs", "openapi.json")]
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@dataclass
class Site:
    """The server with its data, and what was found wrong."""

    url: str
    browser: Browser
    fetched: set[str] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)
    """Pages with what their visitors might do there."""

    def client(self, role: str) -> Client:
        """Return a client in which a member of a role is signed in; it answers 500 for what breaks."""
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(username=role))
        return client

    def context(self, role: str) -> BrowserContext:
        """Return a browser context in which a member of a role is signed in."""
        cookie = self.client(role).cookies[settings.SESSION_COOKIE_NAME].value
        context = self.browser.new_context(base_url=self.url, viewport={"width": 1440, "height": 1000})
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])
        return context


@pytest.fixture
def site(live_server: Any, chromium: Browser) -> Site:
    """A server with the demo data, an entity with all its attributes for every resource, and a user of each role."""
    call_command("load_demo", verbosity=0)
    for contract in contracts():
        fill(contract)
    for role in ROLES:
        user = User.objects.create_user(role, is_staff=True, is_superuser=role == "superuser")
        user.groups.set(Group.objects.filter(name=role))
    return Site(live_server.url, chromium)


def fill(contract: Any) -> None:
    """Make the entity of a contract that has every attribute, or at least one with the mandatory ones."""
    for body in (contract.full, contract.minimal):
        try:
            operations.create(contract.model, body, actor=operations.SYSTEM)
        except ResourceError:
            continue
        return


def address(model: type[models.Model], page: str, *args: Any) -> str:
    """Return the address of an admin page of a model, empty when it has no such page."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
    except NoReverseMatch:
        return ""


def rights_on(model: type[models.Model], user: User) -> str:
    """Return what a user may do with a model: `view change`."""
    label = model._meta.app_label
    verbs = ("view", "add", "change", "delete")
    return " ".join(verb for verb in verbs if user.has_perm(f"{label}.{verb}_{model._meta.model_name}"))


def pages_of(model: type[models.Model], user: User) -> Iterator[tuple[str, int]]:
    """Yield the pages of a model and the status that a user must get."""
    request = RequestFactory().get("/")
    request.user = user
    model_admin: Any = admin.site.get_model_admin(model)
    may_view = model_admin.has_view_or_change_permission(request)
    yield address(model, "changelist"), 200 if may_view else 403
    yield address(model, "add"), 200 if model_admin.has_add_permission(request) else 403
    entity = model_admin.get_queryset(request).order_by("pk").first()
    for page in added_to(model):
        if page.title and (not page.of_entity or (entity is not None and page.shows(entity))):
            keys = (entity.pk,) if page.of_entity else ()
            may_open = page.may_open(model_admin, request, entity if page.of_entity else None)
            yield address(model, page.name, *keys), 200 if may_open else 403
    if entity is None:
        return
    yield address(model, "change", entity.pk), 200 if may_view else 403
    yield address(model, "history", entity.pk), 200 if may_view else 403
    yield address(model, "delete", entity.pk), 200 if model_admin.has_delete_permission(request, entity) else 403
    if versions := address(model, "versions", entity.pk):
        yield versions, 200 if may_view else 403


def test_every_page(site: Site, subtests: pytest.Subtests) -> None:
    """All pages by their statuses and texts, then the forms as a browser runs them."""
    for role in ROLES:
        with subtests.test(role):
            assert not (faults := walk(site, role)), "\n".join(faults)
    with subtests.test("in the browser"):
        assert not (troubles := browse(site)), "\n".join(troubles)


def walk(site: Site, role: str) -> list[str]:
    """Ask for every page as a member of a role; return what is wrong."""
    client = site.client(role)
    user = User.objects.get(username=role)
    faults: list[str] = []

    def visit(url: str, wanted: int = 200) -> Markup | None:
        # Roles with the same rights get the same page: later ones are asked only whether they get lists and refusals.
        if seen(url):
            if wanted == 200 and url.endswith(("/change/", "/add/", "/delete/", "/history/", "/versions/")):
                return None
            status = client.head(url).status_code
            faults.extend([f"{url}: {status} instead of {wanted}"] * (status != wanted))
            return None
        answer = client.get(url)
        if answer.status_code != wanted:
            faults.append(f"{url}: {answer.status_code} instead of {wanted}")
        if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
            return None
        page = Markup(answer.text)
        faults.extend(f"{url}: {fault}" for fault in page.faults())
        for asset in page.assets - site.fetched:
            site.fetched.add(asset)
            if client.head(asset).status_code != 200:
                faults.append(f"{url}: needs {asset}")
        return page

    def seen(url: str) -> bool:
        known = (url, rights) in site.seen
        site.seen.add((url, rights))
        return known

    rights = ""
    for url in ("/", *DOCUMENTS):
        visit(url)
    rights = role
    visit("/admin/")
    for model in MODELS:
        rights = rights_on(model, user)
        for url, wanted in pages_of(model, user):
            page = visit(url, wanted)
            if page is not None and user.is_superuser and url == address(model, "changelist"):
                for more in ("?q=a", *page.narrowed(), *["?p=2"] * page.has_page(2)):
                    visit(url + more)
    return faults


def browse(site: Site) -> list[str]:
    """Open every form with all its tabs, and of each app one page of each other kind; return what is complained of."""
    opened: set[tuple[str, str]] = set()
    context = site.context("superuser")
    page = context.new_page()
    page.set_default_timeout(10_000)
    troubles = listen(page, site.url)
    user = User.objects.get(username="superuser")
    for url in ("/", "/admin/"):
        page.goto(url)
    for model in MODELS:
        for url, wanted in pages_of(model, user):
            kind = "".join(filter(str.isalpha, url.removeprefix(address(model, "changelist"))))
            known = (model._meta.app_label, kind) in opened and kind not in ("change", "add")
            if wanted == 200 and not known:
                opened.add((model._meta.app_label, kind))
                page.goto(url)
                open_tabs(page)
    context.close()
    return troubles


def test_swagger_ui(live_server: Any, chromium: Browser) -> None:
    page = chromium.new_page(base_url=live_server.url)
    troubles = listen(page, live_server.url)
    for url in DOCUMENTS:
        if url.endswith("/docs"):
            page.goto(url)
            page.locator(".opblock").first.wait_for()
    page.context.close()
    assert troubles == []


def listen(page: Page, own: str) -> list[str]:
    """Return a list that fills with errors of scripts, failed requests, and requests to other servers."""
    troubles: list[str] = []

    def note(trouble: str) -> None:
        troubles.append(f"{page.url}: {trouble}")

    page.on("pageerror", lambda error: note(str(error)))
    page.on("console", lambda line: note(line.text) if line.type == "error" else None)
    page.on("requestfailed", lambda sent: note(f"{sent.url} {sent.failure}"))
    page.on("response", lambda got: note(f"{got.url} {got.status}") if got.status >= 400 else None)
    page.on("request", lambda sent: note(sent.url) if outside(sent.url, own) else None)
    return troubles


def open_tabs(page: Page) -> None:
    """Click every tab of a form."""
    for tab in page.locator("#tabs-items a, #content nav a[href^='#']").all():
        if tab.is_visible():
            tab.click()
