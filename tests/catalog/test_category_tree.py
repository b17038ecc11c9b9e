"""The category trees of the three catalogs are consistent, from whichever side they are edited."""

from typing import Any

import pytest

from catalog.models import (
    Category,
    ProductOffering,
    ResourceCandidate,
    ResourceCategory,
    ServiceCandidate,
    ServiceCategory,
)
from catalog.models.entity import CatalogEntity, TreeCategory
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM
from tmfsite.resources.errors import Invalid
from tmfsite.wire import document_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize(
        ("model", "content"),
        [(Category, ProductOffering), (ServiceCategory, ServiceCandidate), (ResourceCategory, ResourceCandidate)],
        ids=["tmf620", "tmf633", "tmf634"],
    ),
]


def make(model: type[CatalogEntity], name: str, **document: Any) -> str:
    if model is ServiceCandidate:
        document["serviceSpecification"] = {"id": "s"}
    body = {"id": name.lower(), "version": "1.0", "name": name, **document}
    return operations.create(model, body, actor=SYSTEM).instance.uid


def change(model: type[CatalogEntity], uid: str, **document: Any) -> None:
    operations.update(model, uid, lambda present: {**present, **document}, actor=SYSTEM)


def shown(model: type[CatalogEntity], uid: str) -> Document:
    return document_of(operations.get(model, uid))


def below(model: type[TreeCategory], uid: str) -> list[str]:
    return [each["name"] for each in shown(model, uid).get(model.below, [])]


def contents(model: type[TreeCategory], uid: str) -> list[str]:
    (wire,) = model.inverses
    return [each["name"] for each in shown(model, uid).get(wire, [])]


def test_children_stand_in_their_parent(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    top, other = make(model, "Top"), make(model, "Other")
    child = make(model, "Child", parentId=top)
    assert (below(model, top), below(model, other)) == (["Child"], [])
    assert [shown(model, uid)["isRoot"] for uid in (top, child)] == [True, False]
    (reference,) = shown(model, top)[model.below]
    assert reference == {
        "id": child,
        "href": shown(model, child)["href"],
        "name": "Child",
        "version": "1.0",
        "@referredType": model.__name__,
    }
    change(model, child, parentId=other, name="Renamed")
    assert (below(model, top), below(model, other)) == ([], ["Renamed"])


def test_a_parent_claims_its_children(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    child = make(model, "Child")
    top = make(model, "Top", **{model.below: [{"id": child, "name": "Child"}, {"id": "elsewhere", "name": "Else"}]})
    assert (shown(model, child)["parentId"], shown(model, child)["isRoot"]) == (top, False)
    change(model, top, **{model.below: None})
    assert "parentId" not in shown(model, child)
    assert shown(model, child)["isRoot"] is True


def test_a_parent_that_comes_later_finds_its_children(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    make(model, "Child", parentId="top")
    assert below(model, make(model, "Top")) == ["Child"]


def test_circles_are_refused(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    top = make(model, "Top")
    middle = make(model, "Middle", parentId=top)
    low = make(model, "Low", parentId=middle)
    for parent in (top, low):
        with pytest.raises(Invalid, match="is the category itself or one below it"):
            change(model, top, parentId=parent)


def test_children_of_a_deleted_category_are_roots(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    top = make(model, "Top")
    middle = make(model, "Middle", parentId=top)
    low = make(model, "Low", parentId=middle)
    operations.delete(model, middle, actor=SYSTEM)
    assert below(model, top) == []
    assert shown(model, low)["isRoot"] is True


def test_contents_are_what_names_the_category(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    top = make(model, "Top")
    thing = make(content, "Thing", category=[{"id": top}])
    assert contents(model, top) == ["Thing"]
    change(content, thing, category=None)
    assert contents(model, top) == []


def test_a_category_claims_its_contents(model: type[TreeCategory], content: type[CatalogEntity]) -> None:
    top, thing = make(model, "Top"), make(content, "Thing")
    (wire,) = model.inverses
    Event.objects.all().delete()
    change(model, top, **{wire: [{"id": thing, "name": "Thing"}]})
    assert [each["id"] for each in shown(content, thing)["category"]] == [top]
    kind = "AttributeValueChange" if model is Category else "Change"
    assert sorted(Event.objects.values_list("event_type", flat=True)) == sorted(
        f"{each.__name__}{kind}Event" for each in (model, content)
    )
    change(model, top, **{wire: None})
    assert "category" not in shown(content, thing)
