"""Importing and exporting catalog entities: formats, faults, all or nothing, and the round trip to the byte."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from catalog.api.product import router
from catalog.models import (
    Catalog,
    Category,
    ProductOffering,
    ProductOfferingPrice,
    ProductSpecification,
)
from catalog.services import import_entities as importing
from catalog.services.export_entities import FileFormat, Summary, export_entities
from catalog.services.import_entities import Report, Step, import_entities
from catalog.services.read_entries import Entry, Problem, read_entries
from tests.caller import footprint
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor
from tmfsite.resources.errors import Invalid
from tmfsite.wire import document_of

API = router.api
MEGABYTE = 1024 * 1024


# --- reading -----------------------------------------------------------------------------------------------


def read(data: bytes, name: str = "data.json", content_type: str = "", max_bytes: int = MEGABYTE) -> list[Any]:
    return list(read_entries(io.BytesIO(data), name, content_type=content_type, max_bytes=max_bytes))


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


A, B = {"id": "a"}, {"id": "b"}


@pytest.mark.parametrize(
    ("data", "name", "content_type", "found"),
    [
        (b'[{"id": "a"}, {"id": "b"}]', "x.json", "", [Entry("x.json", "entity 1", A), Entry("x.json", "entity 2", B)]),
        (b'\xef\xbb\xbf {"id": "a"}', "x.json", "", [Entry("x.json", "", A)]),
        (b'{"id": "a"}\n\n{"id": "b"}\r\n', "x", "", [Entry("x", "line 1", A), Entry("x", "line 3", B)]),
        (b'{"id": "a"}', "x.jsonl", "", [Entry("x.jsonl", "line 1", A)]),
        (b'{"id": "a"}', "x", "application/x-ndjson; charset=utf-8", [Entry("x", "line 1", A)]),
        (
            zipped({"readme.txt": b"not read", "folder/a.json": b'[{"id": "a"}]', "__MACOSX/b.json": b"junk"}),
            "x.zip",
            "",
            [Entry("x.zip/folder/a.json", "entity 1", A)],
        ),
    ],
)
def test_reads(data: bytes, name: str, content_type: str, found: list[Any]) -> None:
    assert read(data, name, content_type) == found


def bomb() -> bytes:
    return zipped({"a.json": b"[" + b" " * (2 * MEGABYTE) + b"]"})


@pytest.mark.parametrize(
    ("data", "name", "problems"),
    [
        (b"", "x.json", ["x.json: is empty"]),
        (b"7", "x.json", ["x.json: is not a JSON object"]),
        (b'[{"id": "a"}, 7]', "x.json", ["x.json, entity 2: is not a JSON object"]),
        (
            b'[{"id": "a"},\n {"id" "b"}]',
            "x.json",
            ["x.json: is not JSON: Expecting ':' delimiter: line 2 column 8 (char 21)"],
        ),
        (
            b'{"id": "a"}\n{"id": \n[]\n',
            "x.jsonl",
            [
                "x.jsonl, line 2: is not JSON: Expecting value: line 1 column 8 (char 7)",
                "x.jsonl, line 3: is not a JSON object",
            ],
        ),
        (b'{"id": "\xff"}', "x.json", ["x.json: is not UTF-8 at byte 8"]),
        (b"[" * 100_000, "x.json", ["x.json: is nested deeper than 64 levels"]),
        (b" " * (MEGABYTE + 1), "x.json", ["x.json: is larger than 1048576 bytes"]),
        (b"PK\x03\x04", "x.zip", ["x.zip: is not a zip file: File is not a zip file"]),
        (zipped({"readme.txt": b"hello"}), "x.zip", ["x.zip: holds no .json, .jsonl or .ndjson file"]),
        (bomb(), "x.zip", ["x.zip: unpacks to more than 1048576 bytes"]),
        (zipped({"a.json": b"{", "b.json": b""}), "x.zip", [
            "x.zip/a.json: is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            "x.zip/b.json: is empty",
        ]),
    ],
)  # fmt: skip
def test_names_what_cannot_be_read(data: bytes, name: str, problems: list[str]) -> None:
    assert [str(each) for each in read(data, name) if isinstance(each, Problem)] == problems


def test_refuses_a_zip_of_too_many_files() -> None:
    data = zipped({f"f{number}.json": b"{}" for number in range(1001)})
    assert read(data, "x.zip") == [Problem("x.zip", "", "holds more than 1000 files")]


def test_reports_a_damaged_member_and_goes_on() -> None:
    data = bytearray(zipped({"a.json": b'{"id": "a"}', "b.json": b'{"id": "b"}'}))
    data[40] ^= 0xFF
    first, second = read(bytes(data), "x.zip")
    assert str(first).startswith("x.zip/a.json: cannot be unpacked: ")
    assert second == Entry("x.zip/b.json", "", B)


# --- importing ---------------------------------------------------------------------------------------------


def entries(*documents: Document, file: str = "f.json") -> list[Entry]:
    return [Entry(file, f"entity {number}", each) for number, each in enumerate(documents, start=1)]


def load(*documents: Document, **options: Any) -> Report:
    return import_entities(entries(*documents), api=API, actor=SYSTEM, **options)


def category(uid: str, **more: Any) -> Document:
    return {"@type": "Category", "id": uid, "version": "1.0", "name": uid.title(), **more}


def offering(uid: str, **more: Any) -> Document:
    return {"@type": "ProductOffering", "id": uid, "version": "1.0", "name": uid.title(), **more}


MODELS = (Catalog, Category, ProductOffering, ProductOfferingPrice, ProductSpecification)


def everything() -> list[dict[str, int]]:
    return [footprint(model) for model in MODELS]


@pytest.mark.django_db
def test_creates_what_is_new_in_dependency_order() -> None:
    report = load(
        offering("o", category=[{"id": "leaf"}], productSpecification={"id": "s"}),
        category("leaf", parentId="root"),
        category("root"),
        {"@type": "ProductSpecification", "id": "s", "name": "S"},
    )
    assert report.problems == []
    assert [(step.action, step.type_name, step.uid, step.version) for step in report.steps] == [
        ("create", "ProductSpecification", "s", "1.0"),
        ("create", "Category", "root", "1.0"),
        ("create", "Category", "leaf", "1.0"),
        ("create", "ProductOffering", "o", "1.0"),
    ]
    root = document_of(Category.objects.get(uid="root"))
    assert [each["id"] for each in root["subCategory"]] == ["leaf"]
    assert root["isRoot"] is True
    assert root["lifecycleStatus"] == "In Study"


@pytest.mark.django_db
def test_what_is_unchanged_is_not_written() -> None:
    documents = [category("root"), category("leaf", parentId="root"), offering("o", extra={"a": 1.0})]
    load(*documents)
    before = everything(), [each.revision for each in Category.objects.order_by("id")]
    report = load(*documents)
    assert [step.action for step in report.steps] == ["unchanged"] * 3
    assert (everything(), [each.revision for each in Category.objects.order_by("id")]) == before


@pytest.mark.django_db
def test_an_entity_of_the_file_is_the_whole_entity() -> None:
    """What it leaves out is removed, except what the server fills in or keeps in step with others."""
    load(
        category("leaf", parentId="root"),
        category("root", description="old", lifecycleStatus="Launched", colour="red", nested={"a": [1, 2]}),
    )
    kept = Category.objects.get(uid="root").sub_category
    report = load(category("root", name="New", nested={"a": [1, 3]}))
    assert report.steps == [
        Step(
            "update", "Category", "root", "1.0", "New",
            {
                "name": ["Root", "New"],
                "description": ["old", None],
                "colour": ["red", None],
                "nested": [{"a": [1, 2]}, {"a": [1, 3]}],
            },
        )
    ]  # fmt: skip
    root = Category.objects.get(uid="root")
    assert (root.name, root.description, root.extension) == ("New", None, {"nested": {"a": [1, 3]}})
    assert (root.lifecycle_status, [each["id"] for each in root.sub_category]) == ("Launched", ["leaf"])
    assert [each["id"] for each in kept] == ["leaf"]
    assert Category.objects.get(uid="leaf").parent_id == "root"


@pytest.mark.django_db
def test_versions_are_entities_of_their_own() -> None:
    load(offering("o", version="1.9", lifecycleStatus="Launched"), offering("o", version="1.10"))
    report = load(offering("o", version="1.9", lifecycleStatus="Retired"), offering("o", version="2"))
    assert [(step.action, step.version) for step in report.steps] == [("update", "1.9"), ("create", "2")]
    flags = ProductOffering.objects.order_by("id").values_list("version", "lifecycle_status", "is_latest", "is_current")
    assert list(flags) == [
        ("1.9", "Retired", False, False),
        ("1.10", "In Study", False, False),
        ("2", "In Study", True, False),
    ]


@pytest.mark.django_db
def test_last_update_is_carried_and_is_no_change_by_itself() -> None:
    load(category("c", lastUpdate="2020-01-02T03:04:05.678Z"))
    assert document_of(Category.objects.get())["lastUpdate"] == "2020-01-02T03:04:05.678Z"
    assert load(category("c", lastUpdate="2021-01-01T00:00:00Z")).count("unchanged") == 1
    load(category("c", name="New", lastUpdate="2022-01-01T00:00:00.000Z"))
    assert document_of(Category.objects.get())["lastUpdate"] == "2022-01-01T00:00:00.000Z"


@pytest.mark.django_db
def test_writes_history_and_events() -> None:
    actor = Actor("user", "ines", user_id=7, request_id="r-1", reason="ImportJob 1")
    import_entities(entries(category("c")), api=API, actor=actor)
    import_entities(entries(category("c", lifecycleStatus="In Design")), api=API, actor=actor)
    changes = Change.objects.order_by("id").values_list("action", "actor_name", "user_id", "request_id", "reason")
    assert list(changes) == [
        ("create", "ines", 7, "r-1", "ImportJob 1"),
        ("update", "ines", 7, "r-1", "ImportJob 1"),
    ]
    assert list(Event.objects.order_by("id").values_list("event_type", flat=True)) == [
        "CategoryCreateEvent",
        "CategoryStateChangeEvent",
    ]


BROKEN: list[Document] = [
    category("good"),
    {"@type": "Category", "id": "nameless"},
    {"@type": "Banana", "id": "x", "name": "X"},
    {"@type": "Category", "name": "No id"},
    {"@type": "Category", "id": "number", "version": 1, "name": "Number"},
    offering("o", isBundle="yes", validFor={"startDateTime": 7}),
    category("good", description="again"),
    category("one", parentId="one"),
    {"id": "typeless", "name": "Typeless"},
]


@pytest.mark.django_db
def test_with_any_problem_nothing_is_written_and_all_are_named() -> None:
    load(category("there", description="old"))
    before = everything()
    report = load(category("there", description="new"), *BROKEN)
    assert report.error_log.split("\n") == [
        "f.json, entity 3: Category nameless version 1.0: name is mandatory",
        "f.json, entity 4: @type Banana is no resource of Product Catalog Management",
        "f.json, entity 5: id is mandatory, a text by which the entity is found again",
        "f.json, entity 6: version must be a text",
        "f.json, entity 7: ProductOffering o version 1.0: isBundle must be true or false; "
        "validFor.startDateTime Input should be a valid string",
        "f.json, entity 8: Category good version 1.0 was given before in f.json, entity 2",
        "f.json, entity 9: Category one version 1.0: one is the category itself or one below it",
        "f.json, entity 10: @type is mandatory",
    ]
    assert everything() == before
    assert Category.objects.get().description == "old"


@pytest.mark.django_db
def test_a_dry_run_tells_all_and_changes_nothing() -> None:
    load(category("c", description="old"))
    before = everything()
    report = load(category("c", description="new"), category("d", parentId="c"), dry_run=True)
    assert report.problems == []
    assert report.steps == [
        Step("update", "Category", "c", "1.0", "C", {"description": ["old", "new"]}),
        Step("create", "Category", "d", "1.0", "D"),
    ]
    assert everything() == before


@pytest.mark.django_db
def test_the_log_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MAX_PROBLEMS", 2)
    report = load(*({"@type": "Category", "id": f"c{number}"} for number in range(5)))
    assert report.error_log.split("\n") == [
        "f.json, entity 1: Category c0 version 1.0: name is mandatory",
        "f.json, entity 2: Category c1 version 1.0: name is mandatory",
        "and 3 more",
    ]


@pytest.mark.django_db
def test_the_number_of_entities_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MAX_ENTITIES", 2)
    report = load(*(category(f"c{number}") for number in range(5)))
    assert report.error_log == "there are more than 2 entities"
    assert not Category.objects.exists()


@pytest.mark.django_db
def test_the_type_may_come_from_the_file_or_the_caller() -> None:
    bare = {"id": "x", "name": "X"}
    report = import_entities([Entry("in.zip/product_offering.jsonl", "line 1", bare)], api=API, actor=SYSTEM)
    assert [step.type_name for step in report.steps] == ["ProductOffering"]
    report = load(
        bare, {"id": "y", "name": "Y", "@type": "Special", "@baseType": "ProductSpecification"}, default=Category
    )
    assert [step.type_name for step in report.steps] == ["Category", "ProductSpecification"]


@pytest.mark.django_db
def test_strict_references_are_checked_when_all_is_written() -> None:
    circle = [
        offering("a", productOfferingRelationship=[{"id": "b", "relationshipType": "excludes"}]),
        offering("b", productOfferingRelationship=[{"id": "a", "relationshipType": "excludes"}]),
    ]
    with override_settings(TMF_STRICT_REFERENCES=("tmf620",)):
        assert load(*circle, offering("c", category=[{"id": "nowhere"}])).error_log == (
            "f.json, entity 3: ProductOffering c version 1.0: category: no such resource nowhere"
        )
        assert not ProductOffering.objects.exists()
        assert load(*circle).problems == []
    assert ProductOffering.objects.count() == 2


@pytest.mark.django_db
def test_the_parent_decides_over_a_file_that_contradicts_itself() -> None:
    load(category("root"), category("leaf", parentId="root"))
    report = load(category("root", subCategory=[]), category("leaf", parentId="root"))
    assert report.problems == []
    assert Category.objects.get(uid="leaf").parent_id == "root"
    assert [each["id"] for each in Category.objects.get(uid="root").sub_category] == ["leaf"]


@pytest.mark.django_db
def test_a_deep_chain_is_no_problem() -> None:
    chain = [offering(f"o{n}", productOfferingRelationship=[{"id": f"o{n + 1}"}]) for n in range(3000)]
    report = load(*chain, dry_run=True)
    assert report.count("create") == 3000
    assert report.steps[0].uid == "o2999"


# --- exporting ---------------------------------------------------------------------------------------------


def export(written_as: FileFormat = "jsonl", **options: Any) -> bytes:
    out = io.BytesIO()
    export_entities(out, api=API, written_as=written_as, **options)
    return out.getvalue()


def lines(data: bytes) -> list[Document]:
    return [json.loads(line) for line in data.splitlines()]


def empty() -> None:
    for model in MODELS:
        for instance in model.objects.order_by("-id"):
            operations.delete(model, instance.uid, actor=SYSTEM, version=instance.version)
    assert not any(model.objects.exists() for model in MODELS)


def odd_entities() -> None:
    """Entities as clients send them, with everything that must survive."""
    documents: list[str] = [
        '{"name": "Odd", "zeta": 1.0, "alpha": 1e3, "empty": {}, "list": [], "text": "", "deep": {"b": 1, "a": 2.50}}',
        '{"name": "Versioned", "id": "v", "version": "10"}',
        '{"name": "Versioned", "id": "v", "version": "9", "@type": "Special", "@baseType": "Category"}',
        '{"name": "Zwölf \\u00e4 \\ud83d\\ude00", "validFor": {"startDateTime": "2020-01-01"}, "description": ""}',
    ]
    for text in documents:
        operations.create(Category, json.loads(text), actor=SYSTEM)
    parent = Category.objects.order_by("id")[0].uid
    operations.create(Category, {"name": "Child", "parentId": parent}, actor=SYSTEM)
    operations.create(ProductOfferingPrice, json.loads('{"name": "P", "percentage": 5.00}'), actor=SYSTEM)
    operations.create(ProductOffering, {"name": "O", "category": [{"id": parent}]}, actor=SYSTEM)


FORMATS: list[FileFormat] = ["json", "jsonl", "zip"]
NAMES = {"json": "all.json", "jsonl": "all.jsonl", "zip": "all.zip"}


@pytest.mark.django_db
@pytest.mark.parametrize("written_as", FORMATS)
@pytest.mark.parametrize("fill", [odd_entities, lambda: call_command("load_demo", "catalog", stdout=io.StringIO())])
def test_round_trip_gives_the_same_bytes(written_as: FileFormat, fill: Callable[[], object]) -> None:
    fill()
    first = export(written_as)
    empty()
    report = import_entities(read(first, NAMES[written_as], max_bytes=8 * MEGABYTE), api=API, actor=SYSTEM)
    assert report.problems == []
    assert export(written_as) == first
    again = import_entities(read(first, NAMES[written_as], max_bytes=8 * MEGABYTE), api=API, actor=SYSTEM)
    assert again.count("unchanged") == len(again.steps)


@pytest.mark.django_db
def test_is_sorted_and_free_of_what_depends_on_the_server() -> None:
    load(offering("b"), category("z"), category("a", version="2"), category("a", version="10"), offering("a"))
    found = lines(export())
    assert [(each["@type"], each["id"], each["version"]) for each in found] == [
        ("Category", "a", "10"),
        ("Category", "a", "2"),
        ("Category", "z", "1.0"),
        ("ProductOffering", "a", "1.0"),
        ("ProductOffering", "b", "1.0"),
    ]
    assert not any("href" in each for each in found)


@pytest.mark.django_db
def test_an_array_is_json_too() -> None:
    assert export("json") == b"[]\n"
    load(category("a"), category("b"))
    assert [each["id"] for each in json.loads(export("json"))] == ["a", "b"]


@pytest.mark.django_db
def test_a_zip_has_a_file_per_resource() -> None:
    load(category("a"), offering("o"))
    with zipfile.ZipFile(io.BytesIO(export("zip"))) as archive:
        assert archive.namelist() == ["category.jsonl", "productOffering.jsonl"]


@pytest.mark.django_db
def test_query_and_resource_limit_what_is_exported() -> None:
    load(category("a", lifecycleStatus="Launched"), category("b"), offering("c", lifecycleStatus="Launched"))
    out = io.BytesIO()
    summary = export_entities(out, api=API, written_as="jsonl", query="lifecycleStatus=Launched")
    assert [each["id"] for each in lines(out.getvalue())] == ["a", "c"]
    assert (summary.total, summary.counts["Category"]) == (2, 1)
    assert summary == Summary({**dict.fromkeys(summary.counts, 0), "Category": 1, "ProductOffering": 1})
    assert [each["id"] for each in lines(export(query="@type=ProductOffering"))] == ["c"]
    assert [each["id"] for each in lines(export(only=Category))] == ["a", "b"]


@pytest.mark.django_db
def test_one_file_refuses_what_it_could_not_give_back() -> None:
    operations.create(Category, {"@type": "Special", "id": "s", "version": "1", "name": "S"}, actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        export("jsonl")
    assert refused.value.message == (
        "Special s has no @baseType that tells its resource; export as application/zip, which has a file per resource"
    )
    assert len(lines(export("jsonl", only=Category))) == 1
    found = read(export("zip"), "x.zip")
    assert import_entities(found, api=API, actor=SYSTEM).count("unchanged") == 1
