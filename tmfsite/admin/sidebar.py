"""The sidebar of the admin, which follows from what is registered."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from tmfsite.resources.models import Resource
from tmfsite.resources.registry import publication_of

_SYSTEM_ICONS = {
    "user": "person",
    "group": "group",
    "apiclient": "key",
    "hub": "hub",
    "event": "bolt",
    "delivery": "outbox",
    "extensiontype": "extension",
}


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
            item = {
                "title": str(entry["name"])[:1].upper() + str(entry["name"])[1:],
                "icon": icon,
                "link": entry["admin_url"],
            }
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
        {
            "title": title,
            "collapsible": many,
            "separator": True,
            "items": [item for _, item in sorted(items, key=lambda e: e[0])],
        }
        for title, items in groups.items()
    ]
    return [
        start,
        *domains,
        *([{"title": "System", "separator": True, "collapsible": many, "items": system}] if system else []),
    ]


def style(request: HttpRequest) -> str:
    """Return the address of the admin's own style sheet."""
    return static("tmfadmin/admin.css")
