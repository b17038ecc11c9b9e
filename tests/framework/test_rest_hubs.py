"""The hub of an API, over HTTP."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, override_settings

from tmfsite.events.models import Hub
from tmfsite.rest import authentication
from tmfsite.rest.models import ApiClient

HUB = "/tmf-api/productCatalogManagement/v4/hub"
CALLBACK = "https://shop.example/listener"


class Caller:
    """An API client with a token of its own."""

    def __init__(self, name: str, *scopes: str) -> None:
        self.token = ApiClient.issue(name, scopes)[1]

    def __call__(self, method: str, path: str = HUB, body: Any = None, **headers: str) -> HttpResponse:
        data = b"" if body is None else json.dumps(body).encode()
        headers["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        return Client().generic(method, path, data, "application/json", **headers)  # type: ignore[no-any-return]


@pytest.fixture
def shop(db: None) -> Caller:
    authentication.forget_tokens()
    return Caller("shop", "tmf620:read")


def _json(response: HttpResponse, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json;charset=utf-8"
    return json.loads(response.content)


@override_settings(TMF_PUBLIC_URL="https://tmf.example")
def test_registering_looking_and_removing(shop: Caller) -> None:
    query = "eventType=ProductOfferingCreateEvent"
    response = shop("POST", body={"callback": CALLBACK, "query": query})
    hub = _json(response, 201)
    uid, secret = hub.pop("id"), hub.pop("secret")
    assert hub == {"callback": CALLBACK, "query": query}
    assert response["Location"] == f"https://tmf.example{HUB}/{uid}"
    assert Hub.objects.get().secret == secret

    assert _json(shop("GET", f"{HUB}/{uid}")) == {"id": uid, **hub}
    listed = shop("GET")
    assert _json(listed) == [{"id": uid, **hub}]
    assert listed["X-Total-Count"] == listed["X-Result-Count"] == "1"

    deleted = shop("DELETE", f"{HUB}/{uid}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert _json(shop("DELETE", f"{HUB}/{uid}"), 404)["code"] == "60"
    assert _json(shop("GET", f"{HUB}/{uid}"), 404)["code"] == "60"
    assert _json(shop("GET")) == []


def test_registering_twice_gives_the_same_hub_and_no_second_look_at_the_secret(shop: Caller) -> None:
    first = _json(shop("POST", body={"callback": CALLBACK}), 201)
    again = _json(shop("POST", f"{HUB}/?", body={"callback": CALLBACK, "query": ""}), 201)
    other = _json(shop("POST", body={"callback": CALLBACK, "query": "eventType=CatalogCreateEvent"}), 201)
    assert again == {"id": first["id"], "callback": CALLBACK, "query": ""}
    assert other["id"] != first["id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "23"),
        ({"callback": ""}, "23"),
        ({"callback": 1}, "24"),
        ({"callback": "ftp://shop.example"}, "24"),
        ({"callback": "shop"}, "24"),
        ({"callback": CALLBACK, "query": 7}, "24"),
        ({"callback": CALLBACK, "query": "eventTime.gt="}, "28"),
        ({"callback": CALLBACK, "appendEventName": "yes"}, "24"),
        ([], "22"),
        (None, "21"),
    ],
)
def test_what_is_no_subscription_is_refused(shop: Caller, body: Any, code: str) -> None:
    assert _json(shop("POST", body=body), 400)["code"] == code
    assert not Hub.objects.exists()


@override_settings(TMF_HUBS_PER_CLIENT=1)
def test_the_number_of_hubs_is_limited(shop: Caller) -> None:
    _json(shop("POST", body={"callback": CALLBACK}), 201)
    assert _json(shop("POST", body={"callback": CALLBACK + "/2"}), 409)["code"] == "hubLimit"


def test_a_subscriber_may_have_the_event_name_in_the_address(shop: Caller) -> None:
    hub = _json(shop("POST", body={"callback": CALLBACK, "appendEventName": True}), 201)
    assert hub["appendEventName"] is True
    assert Hub.objects.get().appends_event_name


def test_hubs_of_others_do_not_exist(shop: Caller) -> None:
    uid = _json(shop("POST", body={"callback": CALLBACK}), 201)["id"]
    other = Caller("other", "all")
    assert _json(other("GET")) == []
    assert _json(other("GET", f"{HUB}/{uid}"), 404)["code"] == "60"
    assert _json(other("DELETE", f"{HUB}/{uid}"), 404)["code"] == "60"
    assert Hub.objects.count() == 1


@pytest.mark.parametrize("scope", ["tmf633:write", "tmf620:read-released", "all:read-released"])
def test_who_may_not_read_everything_may_not_subscribe(db: None, scope: str) -> None:
    assert _json(Caller("shop", scope)("POST", body={"callback": CALLBACK}), 403)["code"] == "50"


def test_without_credentials(db: None) -> None:
    response = Client().post(HUB, {"callback": CALLBACK}, "application/json")
    assert _json(response, 401)["code"] == "40"


def test_a_user_subscribes_under_a_name_of_its_own(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_superuser("root"))
    refused = browser.post(HUB, {"callback": CALLBACK}, "application/json")
    assert _json(refused, 403)["code"] == "50"
    browser = Client()
    browser.force_login(User.objects.get())
    _json(browser.post(HUB, {"callback": CALLBACK}, "application/json"), 201)
    assert Hub.objects.get().owner == "user:root"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", HUB, "GET, POST, HEAD, OPTIONS"),
        ("DELETE", HUB, "GET, POST, HEAD, OPTIONS"),
        ("POST", f"{HUB}/1", "GET, DELETE, HEAD, OPTIONS"),
    ],
)
def test_other_methods(shop: Caller, method: str, path: str, allow: str) -> None:
    response = shop(method, path, {})
    assert _json(response, 405)["code"] == "61"
    assert response["Allow"] == allow


def test_options_tells_the_methods(shop: Caller) -> None:
    response = shop("OPTIONS")
    assert (response.status_code, response["Allow"]) == (204, "GET, POST, HEAD, OPTIONS")


def test_a_client_that_wants_no_json(shop: Caller) -> None:
    assert _json(shop("GET", HTTP_ACCEPT="text/html"), 406)["code"] == "406"
