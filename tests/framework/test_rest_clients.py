"""API clients in the admin."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tmfsite.rest.models import ApiClient, token_hash

LIST = "admin:rest_apiclient_changelist"
ADD = "admin:rest_apiclient_add"
CHANGE = "admin:rest_apiclient_change"
FORM = {"name": "shop", "scopes": ["all:read"], "expires_at_0": "", "expires_at_1": "", "rate": ""}


@pytest.fixture
def console(db: None) -> Client:
    console = Client()
    console.force_login(User.objects.create_superuser("root"))
    return console


def _all_pages(console: Client, client: ApiClient) -> str:
    urls = (
        reverse(LIST),
        reverse(CHANGE, args=[client.pk]),
        reverse("admin:rest_apiclient_history", args=[client.pk]),
    )
    return "".join(console.get(url).content.decode() for url in urls)


def test_the_token_is_shown_once(console: Client) -> None:
    response = console.post(reverse(ADD), FORM)
    assert response.status_code == 200, response.context["errors"]
    page = response.content.decode()
    [token] = set(re.findall(r"tmf_[\w-]{43}", page))
    client = ApiClient.objects.get()
    assert token_hash(token) == client.token_hash
    assert (client.name, client.scopes) == ("shop", ["all:read"])
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies.get("messages")
    later = _all_pages(console, client)
    assert token not in later
    assert client.token_hash not in later
    assert client.token_hint in later


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["everything"]}, {"name": ""}, {"rate": "-1"}])
def test_a_wrong_form_makes_no_client(console: Client, wrong: dict[str, Any]) -> None:
    response = console.post(reverse(ADD), {**FORM, **wrong})
    assert response.status_code == 200
    assert not ApiClient.objects.exists()


def test_scopes_can_be_changed_and_those_of_unknown_apis_are_kept(console: Client) -> None:
    client, token = ApiClient.issue("shop", ["tmf998:read"])
    form = {**FORM, "scopes": ["tmf998:read", "all:read"]}
    assert console.post(reverse(CHANGE, args=[client.pk]), form).status_code == 302
    client.refresh_from_db()
    assert sorted(client.scopes) == ["all:read", "tmf998:read"]
    assert client.token_hash == token_hash(token)


def test_revoking_from_the_list(console: Client) -> None:
    client, _ = ApiClient.issue("shop", ["all"])
    other, _ = ApiClient.issue("other", ["all"])
    console.post(reverse(LIST), {"action": "revoke_selected", "_selected_action": [client.pk]})
    client.refresh_from_db()
    other.refresh_from_db()
    assert (client.is_valid, other.is_valid) == (False, True)
    assert "Revoked the token." in _all_pages(console, client)


def test_revoking_from_the_form(console: Client) -> None:
    client, _ = ApiClient.issue("shop", ["all"])
    url = reverse(CHANGE, args=[client.pk])
    assert "Revoke the token" in console.get(url).content.decode()
    console.post(url, {**FORM, "rest_apiclient_revoke": "1"})
    client.refresh_from_db()
    assert not client.is_valid
    assert "Revoke the token" not in console.get(url).content.decode()


def test_who_may_only_look_cannot_revoke(db: None) -> None:
    user = User.objects.create_user("auditor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_apiclient"))
    console = Client()
    console.force_login(user)
    client, _ = ApiClient.issue("shop", ["all"])
    assert console.get(reverse(LIST)).status_code == 200
    assert "shop" in console.get(reverse(CHANGE, args=[client.pk])).content.decode()
    console.post(reverse(LIST), {"action": "revoke_selected", "_selected_action": [client.pk]})
    console.post(reverse(CHANGE, args=[client.pk]), {**FORM, "rest_apiclient_revoke": "1"})
    client.refresh_from_db()
    assert client.is_valid
    assert console.get(reverse(ADD)).status_code == 403
