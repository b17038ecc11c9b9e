"""The sidebar of the admin: domains, APIs, resources."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import RequestFactory

from tmfsite.admin.sidebar import sidebar

pytestmark = pytest.mark.django_db


def shown(user: User) -> dict[str, list[dict[str, Any]]]:
    """The entries by section."""
    request = RequestFactory().get("/admin/")
    request.user = user
    return {group.get("title", ""): group["items"] for group in sidebar(request)}


def titles(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["title"] for entry in entries]


def test_domains_in_their_order() -> None:
    sections = shown(User.objects.create_superuser("root"))
    wanted = ["", "Catalog", "Parties", "Inventory", "Ordering", "Assurance", "Events", "Administration"]
    assert list(sections) == [title for title in wanted if title in sections]
    assert {"Catalog", "Parties", "Assurance", "Events"} <= set(sections)
    assert titles(sections[""]) == ["Dashboard"]
    assert titles(sections["Events"]) == ["Topics", "Hubs", "Events", "Deliveries"]
    assert titles(sections["Administration"]) == ["API clients", "Users", "Groups", "Extension types", "Changes"]


def test_an_api_with_several_resources_unfolds() -> None:
    parties = {entry["title"]: entry for entry in shown(User.objects.create_superuser("root"))["Parties"]}
    assert titles(parties["Party"]["items"]) == ["Individuals", "Organizations"]
    assert parties["Party"]["icon"] == parties["Party"]["items"][0]["icon"]
    assert "items" not in parties["Customers"]


def test_only_what_the_user_may_see() -> None:
    user = User.objects.create_user("ivy", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_individual"))
    sections = shown(user)
    assert list(sections) == ["", "Parties"]
    assert titles(sections["Parties"]) == ["Individuals"]
