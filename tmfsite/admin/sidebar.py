"""The sidebar of the admin: domains, the Open APIs in them, their resources; it follows from what is registered.

An app that declares `sidebar_order` in its `AppConfig` is a domain, called by its `verbose_name`; the pages of the others
are administration, unless their `ModelAdmin` names another `section`. Where a domain has several APIs, each of those
with several resources is an entry that unfolds. Pages that were added to a model (`tmfsite.admin.pages`) are entries of
their own, those of an order below 0 before the APIs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from tmfsite.admin.pages import pages_of
from tmfsite.resources.registry import OpenApi, publication_of

ADMINISTRATION: Final = "Administration"
_LAST: Final = 1000

# The theme unfolds by a click only.
_UNFOLDS: Final = {
    "role": "button",
    "tabindex": "0",
    "x-bind:aria-expanded": "subnavigationOpen",
    "x-on:keydown.enter": "subnavigationOpen = !subnavigationOpen",
}

type Entry = dict[str, Any]


@dataclass(frozen=True)
class _Page:
    """A page of a model, and where it belongs."""

    section: str
    api: OpenApi | None
    order: tuple[int, str]
    entry: Entry


def sidebar(request: HttpRequest) -> list[Entry]:
    """Return the navigation: the dashboard, the domains in their order, administration."""
    sections: dict[str, list[_Page]] = {}
    for page in _pages(request):
        sections.setdefault(page.section, []).append(page)
    start = {"items": [{"title": "Dashboard", "icon": "space_dashboard", "link": reverse("admin:index")}]}
    ordered = sorted(sections, key=place_of)
    return [start, *({"title": title, "separator": True, "items": _entries(sections[title])} for title in ordered)]


def section_of(model_admin: ModelAdmin) -> str:
    """Return the section that a model's pages belong to."""
    config = apps.get_app_config(model_admin.opts.app_label)
    home = str(config.verbose_name) if hasattr(config, "sidebar_order") else ADMINISTRATION
    return getattr(model_admin, "section", None) or home


def place_of(section: str) -> tuple[int, str]:
    """Return what sorts sections: domains by their order, then the others."""
    orders = {str(config.verbose_name): getattr(config, "sidebar_order", _LAST) for config in apps.get_app_configs()}
    return orders.get(section, _LAST), section


def _pages(request: HttpRequest) -> Iterator[_Page]:
    for app in admin.site.get_app_list(request):
        for listed in app["models"]:
            if not listed.get("admin_url"):
                continue
            model = listed["model"]
            model_admin: Any = admin.site.get_model_admin(model)
            publication = publication_of(model)
            title = str(listed["name"])[:1].upper() + str(listed["name"])[1:]
            icon = getattr(model_admin, "icon", "settings")
            section = section_of(model_admin)
            entry: Entry = {"title": title, "icon": icon, "link": listed["admin_url"]}
            for added in pages_of(model):
                if added.order is not None and added.may_open(model_admin, request):
                    link = reverse(added.url_name)
                    own = {"title": added.title, "icon": added.icon, "link": link, "active": request.path == link}
                    if own["active"]:
                        entry["active"] = False  # the theme would take the list for open, whose address begins alike
                    yield _Page(section, None, (added.order, added.title), own)
            order = (getattr(model_admin, "sidebar_order", 100), title)
            yield _Page(section, publication.api if publication else None, order, entry)


def _entries(pages: list[_Page]) -> list[Entry]:
    """Return the entries of a section: pages of an order below 0, those of its APIs by number, and then the others."""
    pages = sorted(pages, key=lambda page: page.order)
    first = [page.entry for page in pages if page.order[0] < 0]
    return [*first, *_by_api([page for page in pages if page.order[0] >= 0])]


def _by_api(pages: list[_Page]) -> list[Entry]:
    by_api: dict[OpenApi, list[Entry]] = {}
    for page in pages:
        if page.api is not None:
            by_api.setdefault(page.api, []).append(page.entry)
    others = [page.entry for page in pages if page.api is None]
    if len(by_api) == 1:
        return [*next(iter(by_api.values())), *others]
    return [*(_of_api(api, by_api[api]) for api in sorted(by_api, key=lambda api: api.number)), *others]


def _of_api(api: OpenApi, entries: list[Entry]) -> Entry:
    """Return the entry of an API: its only resource, or one that unfolds to its resources."""
    if len(entries) == 1:
        return entries[0]
    return {
        "title": api.title.removesuffix(" Management"),
        "icon": entries[0]["icon"],
        # The theme leaves out what has no link, and never follows that of an entry that unfolds.
        "link": entries[0]["link"],
        "link_attrs": _UNFOLDS,
        "active": False,
        "items": entries,
    }


def style(request: HttpRequest) -> str:
    """Return the address of the admin's own style sheet."""
    return static("tmfadmin/admin.css")


def script(request: HttpRequest) -> str:
    """Return the address of the script that every page of the admin runs."""
    return static("tmfadmin/landmarks.js")


def icon(request: HttpRequest) -> str:
    """Return the address of the icon that browsers show in their tabs."""
    return static("tmfadmin/icon.svg")
