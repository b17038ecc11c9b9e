"""The import and export jobs of the three catalogs: each works on its own entities, all in the same way."""

import io
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalog.models import (
    Category,
    ExportJob,
    ImportJob,
    ResourceCategory,
    ResourceExportJob,
    ResourceImportJob,
    ResourceSpecification,
    ServiceCategory,
    ServiceExportJob,
    ServiceImportJob,
    ServiceSpecification,
)
from catalog.models.entity import CatalogEntity, Export, Import, Job
from catalog.services.import_entities import exchanged, model_named, model_of
from catalog.services.run_jobs import attach, run_due_jobs
from tests.caller import Caller
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM
from tmfsite.resources.registry import publication_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Exchange:
    """One API: its jobs and its category."""

    number: int
    importing: type[Import]
    exporting: type[Export]
    category: type[CatalogEntity]

    @property
    def route(self) -> str:
        return publication_of(self.importing).api.base_path  # type: ignore[union-attr]


ALL = (
    Exchange(620, ImportJob, ExportJob, Category),
    Exchange(633, ServiceImportJob, ServiceExportJob, ServiceCategory),
    Exchange(634, ResourceImportJob, ResourceExportJob, ResourceCategory),
)
each_api = pytest.mark.parametrize("exchange", ALL, ids=lambda each: f"tmf{each.number}")


def content(job: Job) -> bytes:
    with default_storage.open(job.file) as file:
        return bytes(file.read())


def run[J: Job](job: J) -> J:
    assert run_due_jobs() == 1
    done = type(job)._default_manager.get(pk=job.pk)
    assert done.status == "Succeeded", done.error_log
    return done


def export(exchange: Exchange, **document: Any) -> Any:
    body = {"url": "file:", "contentType": "application/x-ndjson", **document}
    return run(operations.create(exchange.exporting, body, actor=SYSTEM).instance)


def upload(exchange: Exchange, name: str, data: bytes, **attributes: Any) -> Import:
    job = exchange.importing(**attributes)
    attach(job, name=name, content=io.BytesIO(data))
    return operations.save(job, actor=SYSTEM).instance


def lines(*documents: Document) -> bytes:
    return b"".join(json.dump_bytes(each) + b"\n" for each in documents)


def empty(exchange: Exchange) -> None:
    for publication in exchanged(publication_of(exchange.importing).api):  # type: ignore[union-attr]
        for entity in publication.model._default_manager.order_by("-id"):
            operations.delete(publication.model, entity.uid, actor=SYSTEM, version=entity.version)  # type: ignore[type-var]
        assert not publication.model._default_manager.exists()


@each_api
def test_a_catalog_comes_back_to_the_byte(exchange: Exchange) -> None:
    call_command("load_demo", "catalog", stdout=io.StringIO())
    first = export(exchange)
    assert first.file.endswith(f"/tmf{exchange.number}.jsonl")
    assert first.result["total"] > 100
    empty(exchange)
    run(upload(exchange, "all.jsonl", content(first)))
    assert content(export(exchange)) == content(first)
    again = run(upload(exchange, "all.jsonl", content(first)))
    assert (again.result["created"], again.result["updated"]) == (0, 0)


@each_api
def test_each_api_has_its_own_jobs(exchange: Exchange) -> None:
    call = Caller("all")
    made = {}
    for other in ALL:
        for path in ("importJob", "exportJob"):
            answer = call.post(f"{other.route}/{path}", {"url": "https://elsewhere.example.com/x.json"})
            assert answer.body["@type"] == path[0].upper() + path[1:]
            made[other.number, path] = answer.body
    for path in ("importJob", "exportJob"):
        mine = made[exchange.number, path]
        assert mine["href"] == f"http://testserver{exchange.route}/{path}/{mine['id']}"
        assert call.get(f"{exchange.route}/{path}").body == [mine]
        for other in ALL:
            status = 200 if other is exchange else 404
            assert call.get(f"{other.route}/{path}/{mine['id']}").status == status


@each_api
def test_an_import_takes_only_entities_of_its_api(exchange: Exchange) -> None:
    kinds = {"Category": Category, "ServiceCategory": ServiceCategory, "ResourceCategory": ResourceCategory}
    for name, model in kinds.items():
        document = {"@type": name, "id": "c", "version": "1.0", "name": "C"}
        job = upload(exchange, "c.jsonl", lines(document))
        assert run_due_jobs() == 1
        job.refresh_from_db()
        assert (job.status == "Succeeded") == (model is exchange.category), job.error_log
        assert model._default_manager.exists() == (model is exchange.category)
    assert "is no resource of" in exchange.importing._default_manager.exclude(error_log=None).last().error_log  # type: ignore[union-attr, operator]


def test_a_name_of_several_apis_is_told_apart_by_the_model() -> None:
    """In an import into the whole suite; within one API there is only one of the name."""
    assert model_of(None, {"@type": "ImportJob"}) is None
    assert model_of(None, {"@type": "Category"}) is Category
    assert model_named(None, "demo/importJob.json") is ImportJob
    assert model_named(None, "demo/serviceImportJob.json") is ServiceImportJob
    assert model_named(None, "service_specification.jsonl") is ServiceSpecification


def test_sub_types_are_imported_by_their_name() -> None:
    """What is referred to comes first, whatever the order in the file; an `@baseType` is not needed."""
    service, resource = ALL[1], ALL[2]
    customer = {
        "@type": "CustomerFacingServiceSpecification",
        "id": "a",
        "name": "A",
        "serviceSpecRelationship": [{"id": "b", "relationshipType": "reliesOn"}],
    }
    facing = {
        "@type": "ResourceFacingServiceSpecification",
        "id": "b",
        "name": "B",
        "resourceSpecification": [{"id": "r"}],
    }
    run(upload(service, "x.jsonl", lines(customer, facing)))
    assert list(ServiceSpecification.objects.order_by("pk").values_list("uid", flat=True)) == ["b", "a"]
    run(upload(resource, "x.jsonl", lines({"@type": "LogicalResourceSpecification", "id": "r", "name": "R"})))
    assert ResourceSpecification.objects.get().at_type == "LogicalResourceSpecification"
    assert [json.loads(each)["id"] for each in content(export(service)).splitlines()] == ["a", "b"]


@each_api
def test_events_of_jobs(exchange: Exchange) -> None:
    """Only TMF634 has events of jobs."""
    export(exchange)
    found = list(Event.objects.order_by("id").values_list("api", "event_type"))
    kinds = ("Create", "StateChange", "StateChange") if exchange.number == 634 else ()
    assert found == [("tmf634", f"ExportJob{kind}Event") for kind in kinds]


@each_api
def test_dry_run_and_download_in_the_admin(exchange: Exchange) -> None:
    browser = Client()
    browser.force_login(User.objects.create_superuser("ines"))
    kind, path = exchange.category.__name__, publication_of(exchange.category).path  # type: ignore[union-attr]

    def page(model: type[Job], name: str, *keys: Any) -> str:
        return reverse(f"admin:catalog_{model._meta.model_name}_{name}", args=keys)

    text = browser.get(page(exchange.importing, "add")).content.decode()
    assert f'value="{path}"' in text
    assert ('value="productOffering"' in text) == (exchange.number == 620)
    file = io.BytesIO(lines({"id": "c", "name": "From a file"}))
    file.name = "c.jsonl"
    form = {"upload": file, "url": "", "path": path, "dry_run": "on"}
    assert browser.post(page(exchange.importing, "add"), form).status_code == 302
    job = exchange.importing._default_manager.get()
    run_due_jobs()
    text = browser.get(page(exchange.importing, "change", job.pk)).content.decode()
    assert "Would create 1, update 0 and leave 0 unchanged" in text
    assert "From a file" in text
    assert not exchange.category._default_manager.exists()
    browser.post(page(exchange.importing, "repeat", job.pk))
    run_due_jobs()
    assert [each.name for each in exchange.category._default_manager.all()] == ["From a file"]

    form = {"content_type": "application/x-ndjson", "path": "", "query": "", "url": ""}
    assert browser.post(page(exchange.exporting, "add"), form).status_code == 302
    run_due_jobs()
    exported = exchange.exporting._default_manager.get()
    answer = browser.get(page(exchange.exporting, "file", exported.pk))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="tmf{exchange.number}.jsonl"'
    (document,) = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]  # type: ignore[attr-defined]
    assert (document["@type"], document["name"]) == (kind, "From a file")
    for model in (exchange.importing, exchange.exporting):
        assert browser.get(page(model, "changelist")).status_code == 200
