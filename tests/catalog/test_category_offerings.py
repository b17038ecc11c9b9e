"""TMF620: the offerings of a category are those that name it, also in filters and after an import."""

import pytest

from catalog.models import Catalog, Category, ProductOffering
from catalog.services.import_entities import import_entities
from catalog.services.read_entries import Entry
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.query import parse
from tmfsite.query.paging import page
from tmfsite.resources.registry import publication_of
from tmfsite.rest.listing import listing

pytestmark = pytest.mark.django_db


def found(text: str) -> list[str]:
    result = listing(publication_of(Category), parse(text), page(None, None, default=100))
    return [document["id"] for document in result.documents]


def create(model, **document) -> str:
    return operations.create(model, document, actor=operations.SYSTEM).instance.uid


def test_a_category_is_found_by_the_offerings_that_name_it() -> None:
    cloud, edge = create(Category, name="Cloud"), create(Category, name="Edge")
    machine = create(ProductOffering, name="Machine", category=[{"id": cloud}])
    assert found(f"productOffering.id={machine}") == [cloud]
    operations.update(
        ProductOffering, machine, lambda old: {**old, "category": [{"id": edge}]}, actor=operations.SYSTEM
    )
    assert found(f"productOffering.id={machine}") == [edge]


def test_a_category_is_found_by_offerings_of_other_systems() -> None:
    cloud = create(Category, name="Cloud", productOffering=[{"id": "elsewhere"}])
    create(Category, name="Edge")
    assert found("productOffering.id=elsewhere") == [cloud]
    assert found("productOffering.id=nowhere") == []


def test_an_import_announces_its_catalogs_as_a_batch() -> None:
    documents = [
        {"@type": "Catalog", "id": "C", "version": "1.0", "name": "Shop"},
        {"@type": "Category", "id": "K", "version": "1.0", "name": "Cloud"},
    ]
    entries = [Entry(document=document, file="", position="") for document in documents]
    for expected in (1, 1):  # the second time nothing changes
        report = import_entities(entries, api=publication_of(Catalog).api, actor=operations.SYSTEM)
        assert report.problems == []
        events = Event.objects.filter(event_type="CatalogBatchEvent")
        assert list(events.values_list("resource_uid", flat=True)) == ["C"] * expected
