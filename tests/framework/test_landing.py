"""The first page."""

import pytest
from django.test import Client

from tmfsite.resources.registry import apis

pytestmark = pytest.mark.django_db


def test_lists_every_api_without_login() -> None:
    answer = Client().get("/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>TMF Open Suite</title>" in page
    for api in apis():
        assert f"TMF{api.number}" in page
        assert api.title in page
        assert f'href="{api.base_path}/docs"' in page
        assert f'href="{api.base_path}/openapi.json"' in page
    assert "productOffering" in page
    assert 'href="/admin/"' in page


def test_shows_a_request_that_works_from_there() -> None:
    page = Client(headers={"host": "tmf.example.com"}).get("/").content.decode()
    assert "http://tmf.example.com/tmf-api/productCatalogManagement/v4/catalog?limit=5" in page


def test_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/").content.decode()
    assert 'src="http' not in page and "<script" not in page and "<style" not in page and " style=" not in page


def test_post_is_no_way_in() -> None:
    assert Client().post("/").status_code in (403, 405)
