"""What a publication adds to the declaration of its resource: attributes that it demands, types that it shows, hrefs."""

from dataclasses import replace
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from catalog.api.product import CategoryViewSet
from catalog.models import Category
from tmfsite import operations
from tmfsite.operations import SYSTEM
from tmfsite.resources.errors import Invalid, NotFound
from tmfsite.resources.extensions import Registered
from tmfsite.resources.registry import Publication
from tmfsite.rest.negotiation import prefers
from tmfsite.rest.openapi.schemas import mandatory_in, resource_components

pytestmark = pytest.mark.django_db

PLAIN: Publication = CategoryViewSet.publication
STRICT = replace(PLAIN, path="strictCategory", mandatory=("name", "description"))


def with_(**changes: Any) -> Any:
    return lambda present: {**present, **changes}


def test_a_publication_demands_attributes_of_its_own() -> None:
    with pytest.raises(Invalid, match="description is mandatory"):
        operations.create(Category, {"name": "Fixed"}, actor=SYSTEM, within=STRICT)
    made = operations.create(Category, {"name": "Fixed", "description": "x"}, actor=SYSTEM, within=STRICT).instance
    with pytest.raises(Invalid, match="description is mandatory"):
        operations.update(Category, made.uid, with_(description=None), actor=SYSTEM, within=STRICT)
    assert operations.update(Category, made.uid, with_(description=None), actor=SYSTEM, within=PLAIN).changed


def test_what_was_never_there_is_not_demanded_of_a_change() -> None:
    made = operations.create(Category, {"name": "Fixed"}, actor=SYSTEM, within=PLAIN).instance
    assert operations.update(Category, made.uid, with_(name="Mobile"), actor=SYSTEM, within=STRICT).changed


def test_documents_say_what_is_demanded() -> None:
    assert (mandatory_in(PLAIN), mandatory_in(STRICT)) == (("name",), ("name", "description"))
    components = resource_components([STRICT], Registered())
    assert components["StrictCategory_Create"]["required"] == ["name", "description"]
    assert "description" not in components["StrictCategory"]["required"]


def test_a_patch_sees_the_href_of_its_publication() -> None:
    made = operations.create(Category, {"name": "Fixed"}, actor=SYSTEM).instance
    seen: list[str] = []

    def patch(present: dict[str, Any]) -> dict[str, Any]:
        seen.append(present["href"])
        return {**present, "name": "Mobile"}

    operations.update(Category, made.uid, patch, actor=SYSTEM, within=STRICT)
    assert seen[0].endswith(f"/strictCategory/{made.uid}")


def test_a_publication_of_types_shows_only_those() -> None:
    typed = replace(PLAIN, types=("Shelf",))
    made = operations.create(Category, {"name": "Fixed"}, actor=SYSTEM).instance
    with pytest.raises(NotFound):
        operations.update(Category, made.uid, with_(name="x"), actor=SYSTEM, within=typed)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("", False), ("respond-async", True), ("wait=10, Respond-Async;x=1", True), ("return=minimal", False)],
)
def test_preferences(header: str, wanted: bool) -> None:
    request = Request(APIRequestFactory().post("/", HTTP_PREFER=header))
    assert prefers(request, "respond-async") is wanted
