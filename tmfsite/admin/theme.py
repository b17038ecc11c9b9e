"""The look of the admin: settings of the theme, and the sidebar, which follows from what is registered."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from tmfsite.resources.models import Resource
from tmfsite.resources.registry import publication_of

_SYSTEM_ICONS = {"user": "person", "group": "group", "apiclient": "key", "hub": "hub", "event": "bolt", "delivery": "outbox"}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation: a group per Open API that has admin pages, then the rest as system pages."""
    groups: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
    system: list[dict[str, Any]] = []
    for app in admin.site.get_app_list(request):
        for entry in app["models"]:
            model = entry["model"]
            if not entry.get("admin_url"):
                continue
            model_admin = admin.site.get_model_admin(model)
            icon = getattr(model_admin, "icon", None) or _SYSTEM_ICONS.get(model._meta.model_name, "settings")
            item = {"title": str(entry["name"])[:1].upper() + str(entry["name"])[1:], "icon": icon, "link": entry["admin_url"]}
            if not issubclass(model, Resource):
                system.append(item)
                continue
            publication = publication_of(model)
            title = publication.api.title.removesuffix(" Management") if publication else str(app["name"])
            order = (getattr(model_admin, "sidebar_order", 100), item["title"])
            groups.setdefault(title, []).append((order, item))
    start = {"items": [{"title": "Dashboard", "icon": "space_dashboard", "link": reverse("admin:index")}]}
    many = len(groups) > 4
    domains = [
        {"title": title, "collapsible": many, "separator": True, "items": [item for _, item in sorted(items, key=lambda e: e[0])]}
        for title, items in groups.items()
    ]
    return [start, *domains, *([{"title": "System", "separator": True, "collapsible": many, "items": system}] if system else [])]


def style(request: HttpRequest) -> str:
    """Return the address of the admin's own style sheet."""
    return static("tmfadmin/admin.css")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "TMF Open Suite",
    "SITE_HEADER": "TMF Open Suite",
    "SITE_SUBHEADER": "TM Forum Open APIs",
    "SITE_SYMBOL": "hub",
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "SITE_VIEWS": [("references/", "references", "tmfsite.admin.autocomplete.ReferenceAutocomplete")],
    "DASHBOARD_CALLBACK": "tmfsite.admin.dashboard.dashboard",
    "STYLES": [style],
    "COMMAND": {"search_models": True},
    "COLORS": {
        "primary": {
            "50": "oklch(97.0% .014 230)",
            "100": "oklch(93.5% .032 230)",
            "200": "oklch(88.0% .060 230)",
            "300": "oklch(80.5% .105 231)",
            "400": "oklch(70.5% .140 233)",
            "500": "oklch(62.0% .150 237)",
            "600": "oklch(52.5% .135 241)",
            "700": "oklch(45.0% .118 243)",
            "800": "oklch(39.0% .098 243)",
            "900": "oklch(34.5% .080 244)",
            "950": "oklch(26.0% .062 246)",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": sidebar},
}
