"""`docs/adding-a-resource.md` is followed to the letter: its voucher works."""

import re
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.urls import clear_url_caches

from tests.caller import Caller
from tmfsite.resources import registry
from tmfsite.resources.checks import check_declaration
from tmfsite.resources.schema import forget_content_types
from tmfsite.rest import routers
from tmfsite.rest.openapi import openapi_document

TEXT = (Path(settings.BASE_DIR) / "docs" / "adding-a-resource.md").read_text()
ROUTE = "/tmf-api/productCatalogManagement/v4/voucher"
# Values before the model that uses them.
MODULES = (
    "catalog/values/voucher.py",
    "catalog/models/voucher.py",
    "catalog/api/voucher.py",
    "catalog/admin/voucher.py",
)


@pytest.fixture
def voucher(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[type]:
    """The model of the document, with its table and routes; gone afterwards."""
    monkeypatch.setattr(registry, "_publications", list(registry._publications))
    monkeypatch.setattr(registry, "_by_model", dict(registry._by_model))
    monkeypatch.setattr(registry, "_by_type", dict(registry._by_type))
    catalog = next(each for each in routers.routers() if each.api.key == "tmf620")
    monkeypatch.setattr(catalog, "viewsets", dict(catalog.viewsets))
    for path in MODULES:
        load(path, monkeypatch)
    model = apps.get_model("catalog.Voucher")
    urls = ModuleType("urls_with_voucher")
    urls.urlpatterns = routers.urlpatterns()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, urls.__name__, urls)
    monkeypatch.setattr(settings, "ROOT_URLCONF", urls.__name__)
    clear_url_caches()
    with connection.schema_editor() as editor:
        editor.create_model(model)
    yield model
    with connection.schema_editor() as editor:
        editor.delete_model(model)
    admin.site.unregister(model)
    del apps.all_models["catalog"]["voucher"]
    apps.clear_cache()
    ContentType.objects.clear_cache()
    forget_content_types()
    monkeypatch.undo()
    clear_url_caches()


def load(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import a module of the document."""
    name = path.removesuffix(".py").replace("/", ".")
    code = re.search(rf"```python\n# {path}\n(.+?)```", TEXT, re.DOTALL)
    assert code is not None, path
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(code[1], path, "exec"), vars(module))


def test_voucher_of_the_document(voucher: type) -> None:
    assert check_declaration(voucher) == []
    call = Caller("all")
    sent = {
        "name": "Welcome",
        "code": "W10",
        "isSingleUse": True,
        "productOffering": [{"id": "42", "name": "Fibre"}],
        "rule": [{"name": "ten", "percentage": 10, "validFor": {"startDateTime": "2026-01-01T00:00:00Z"}}],
    }
    made = call.post(ROUTE, sent)
    assert made.status == 201, made.response.content
    assert sent.items() <= made.body.items()
    assert made.body["lifecycleStatus"] == "In Study"
    call.post(ROUTE, {"name": "Welcome"}).refused(400, "23", about="code is mandatory")
    call.post(ROUTE, {**sent, "rule": [{}]}).refused(400, "23", about="rule[0].name is mandatory")
    assert call.get(ROUTE, **{"productOffering.id": "42", "rule.percentage.gt": 5}).ids == [made.body["id"]]
    assert call.patch(made.headers["Location"], {"code": "W11"}).body["code"] == "W11"
    assert call.delete(made.headers["Location"]).status == 204

    catalog = next(each for each in routers.routers() if each.api.key == "tmf620")
    schemas = openapi_document(catalog, "")["components"]["schemas"]
    assert schemas["Voucher_Create"]["required"] == ["name", "code"]
    assert schemas["VoucherRule"]["required"] == ["name"]
    assert "VoucherCreateEvent" in schemas

    out = StringIO()
    call_command("resource", "Voucher", stdout=out)
    assert ROUTE in out.getvalue()
    assert "VoucherStateChangeEvent" in out.getvalue()


def test_document_is_one_page() -> None:
    assert len(TEXT.splitlines()) < 120
