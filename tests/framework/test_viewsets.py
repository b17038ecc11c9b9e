"""What the contract of single resources leaves open: expansion, HEAD and OPTIONS, unknown routes, other directions."""

from typing import Any

import pytest

from tests.caller import Caller

pytestmark = pytest.mark.django_db

BASE = "/tmf-api/productCatalogManagement/v4"


@pytest.fixture
def api() -> Caller:
    return Caller("all")


@pytest.fixture
def offering(api: Caller) -> dict[str, Any]:
    """An offering whose category names a catalogue's other category, and one reference that leads nowhere."""
    specification = api.post(f"{BASE}/productSpecification", {"name": "Access", "brand": "Acme"}).body
    category = api.post(f"{BASE}/category", {"name": "Fixed", "description": "Wired"}).body
    body = {
        "name": "Fibre",
        "productSpecification": {"id": specification["id"], "name": "as sent", "role": "main"},
        "category": [{"id": category["id"]}, {"id": "elsewhere"}],
        "channel": [{"id": "w1"}],
    }
    return api.post(f"{BASE}/productOffering", body).body


def test_depth(api: Caller, offering: dict[str, Any]) -> None:
    url = f"{BASE}/productOffering/{offering['id']}"
    shown = api.get(url, depth=1).body
    assert shown["productSpecification"].items() >= {"brand": "Acme", "name": "as sent", "role": "main"}.items()
    assert shown["category"][0]["description"] == "Wired"
    assert shown["category"][1] == {"id": "elsewhere"}
    assert shown["channel"] == [{"id": "w1"}]
    assert api.get(url, depth=0).body == offering
    assert [api.get(f"{BASE}/productOffering", depth=1).body] == [[shown]]


def test_circles_end(api: Caller, offering: dict[str, Any]) -> None:
    shown = api.get(f"{BASE}/productOffering/{offering['id']}", depth=5).body
    assert shown["category"][0]["productOffering"][0].get("category") is None


def test_expand(api: Caller, offering: dict[str, Any]) -> None:
    url = f"{BASE}/productOffering/{offering['id']}"
    shown = api.get(url, expand="productSpecification,xMissing,channel").body
    assert shown["productSpecification"]["brand"] == "Acme"
    assert shown["category"] == offering["category"]
    cut = api.get(url, expand="category", fields="category.description").body
    assert cut["category"] == [{"description": "Wired"}, {}]


def test_expansion_shows_only_what_the_caller_may_read(api: Caller, offering: dict[str, Any]) -> None:
    api.patch(f"{BASE}/productOffering/{offering['id']}", {"lifecycleStatus": "In Design"})
    released = api.post(f"{BASE}/productOffering", {**offering, "id": "r1", "lifecycleStatus": "Launched"}).body
    reader = Caller("tmf620:read-released")
    shown = reader.get(f"{BASE}/productOffering/{released['id']}", depth=1).body
    assert "brand" not in shown["productSpecification"]


def test_head_and_options(api: Caller, offering: dict[str, Any]) -> None:
    url = f"{BASE}/productOffering/{offering['id']}"
    head = api("HEAD", url)
    assert (head.status, head.headers["ETag"], head.response.content) == (200, '"1"', b"")
    allowed = api("OPTIONS", url).headers["Allow"]
    assert {each.strip() for each in allowed.split(",")} == {"GET", "PATCH", "DELETE", "HEAD", "OPTIONS"}


def test_unknown_routes(api: Caller) -> None:
    for url in ("/tmf-api/", "/tmf-api/nothing/v4/x", f"{BASE}/nothing", f"{BASE}/productOffering/1/2", f"{BASE}/"):
        api.get(url).refused(404, "60")


def test_requests_have_ids(api: Caller) -> None:
    assert api.get(f"{BASE}/catalog", headers={"X-Request-ID": "mine-1"}).headers["X-Request-ID"] == "mine-1"
    assert len(api.get(f"{BASE}/catalog", headers={"X-Request-ID": "a b\n"}).headers["X-Request-ID"]) == 32


def test_hrefs_follow_the_host_unless_set(api: Caller, offering: dict[str, Any], settings: Any) -> None:
    url = f"{BASE}/productOffering/{offering['id']}"
    assert api.get(url, headers={"Host": "other:8000"}).body["href"] == f"http://other:8000{url}"
    settings.TMF_PUBLIC_URL = "https://api.example.com"
    assert api.get(url).body["href"] == f"https://api.example.com{url}"
