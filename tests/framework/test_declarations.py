"""System checks of declarations, and the command that prints what follows from one."""

from io import StringIO
from typing import Any, ClassVar

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test.utils import isolate_apps

from catalog.models import Category, ImportJob, ProductOffering
from tmfsite.resources.checks import check_declaration, declarations_hold
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api, schema_of
from tmfsite.rest.openapi.schemas import creation, update
from tmfsite.wire.decode import decode


def printed(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("resource", *arguments, stdout=out)
    return out.getvalue()


def test_our_declarations_hold() -> None:
    assert declarations_hold() == []


def declared(api: type, **members: Any) -> type[models.Model]:
    """A resource of a thrown-away app registry."""
    meta = type("Meta", (Resource.Meta,), {"app_label": "catalog"})
    body = {"__module__": __name__, "Meta": meta, "Api": api, "name": text_field(), **members}
    return type("Slip", (Resource,), body)


class _Wrong(Api):
    mandatory = ("title",)
    server_set = ("nothing",)
    not_postable = ("never",)
    hidden = ("secret",)
    wire: ClassVar = {"name": "href"}


@pytest.mark.parametrize(
    ("api", "members", "ids"),
    [
        (Api, {}, []),
        (_Wrong, {}, [*["resources.E002"] * 3, "resources.E003", "resources.E004"]),
        (Api, {"life": Lifecycle("state", initial=None, moves={"a": ()})}, ["resources.E005"]),
        (Api, {"life": Lifecycle("name", initial="x", moves={"a": ("b",)}, released=("c",))}, ["resources.E006"] * 2),
        (Api, {"odd": models.BinaryField(null=True)}, ["resources.E001"]),
    ],
)
@isolate_apps("catalog")
def test_slips_are_found(api: type, members: dict[str, Any], ids: list[str]) -> None:
    assert [message.id for message in check_declaration(declared(api, **members))] == ids


class _Later(Api):
    not_postable = ("name",)


@isolate_apps("catalog")
def test_what_clients_may_set_only_later_is_ignored_on_post() -> None:
    model = declared(_Later)
    assert check_declaration(model) == []
    instance = model()
    decode(instance, {"name": "x"}, before=None)
    assert instance.name is None
    decode(instance, {"name": "x"}, before={})
    assert instance.name == "x"
    schema = schema_of(model)
    assert creation(schema, ())["properties"]["name"]["readOnly"]
    assert "readOnly" not in update(schema, ())["properties"]["name"]


def test_command_prints_what_is_derived() -> None:
    text = printed("ProductOffering")
    assert "catalog.models.product.ProductOffering (versioned)" in text
    assert "GET PATCH DELETE   /tmf-api/productCatalogManagement/v4/productOffering/{id}" in text
    assert "catalog.admin.product.ProductOfferingAdmin" in text
    assert "In Test    -> Active, Rejected" in text
    assert "tmf620  ProductOfferingStateChangeEvent" in text
    for wire in ProductOffering.schema().attributes:
        assert f"  {wire} " in text
    for path in ProductOffering.schema().links:
        assert path in text


def test_command_knows_names_in_any_case_and_lists_them() -> None:
    assert printed("importjob").startswith(ImportJob.__name__)
    assert Category.__name__ in printed().splitlines()
    with pytest.raises(CommandError, match="There is no resource Nothing"):
        printed("Nothing")
