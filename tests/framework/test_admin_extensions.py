"""Entities of registered types in the admin: typed inputs for the attributes that the type adds."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import Permission, User
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from catalog.models.product import ProductOffering
from tests.framework.test_admin_nested import Sent
from tmfsite import operations
from tmfsite.admin.nested.cells import Switch
from tmfsite.admin.nested.schemas import ExtensionField, Options, SchemaGroup, Several
from tmfsite.audit.models import Change
from tmfsite.fields import json
from tmfsite.operations import SYSTEM
from tmfsite.resources import extensions
from tmfsite.resources.models import ExtensionType
from tmfsite.resources.schema import schema_of
from tmfsite.wire import document_of

pytestmark = pytest.mark.django_db

GSM: dict[str, Any] = {
    "type": "object",
    "title": "GSM offering",
    "required": ["dataVolume", "roaming"],
    "properties": {
        "name": {"type": "string", "maxLength": 40},
        "dataVolume": {"type": "number", "title": "Data volume", "description": "In GB per month.", "minimum": 0.5},
        "simCount": {"type": "integer"},
        "roaming": {"type": "boolean"},
        "eSim": {"type": "boolean"},
        "technology": {"enum": ["4G", "5G", 5, None]},
        "activatedOn": {"type": "string", "format": "date-time"},
        "launchDay": {"type": ["string", "null"], "format": "date"},
        "remark": {"type": "string", "maxLength": 1000},
        "zones": {"type": "array", "items": {"enum": ["EU", "US", "Asia"]}},
        "tags": {"type": "array", "items": {"type": "string"}},
        "limits": {"type": "array", "items": {"type": "number", "maximum": 10}},
        "network": {"$ref": "#/$defs/network"},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "anything": {},
    },
    "$defs": {
        "network": {
            "type": "object",
            "required": ["code"],
            "properties": {"code": {"type": "string"}, "inner": {"$ref": "#/$defs/network"}},
        },
        "step": {"title": "Step", "properties": {"upTo": {"type": "integer"}, "price": {"type": "number"}}},
    },
}
STORED = """{"dataVolume":1.50,"simCount":2,"roaming":false,"technology":5,
"activatedOn":"2026-01-02T03:04:05.678+02:00","launchDay":"2026-02-03","remark":"a\\r\\nb","zones":["US","EU"],"tags":[],
"limits":[1e0,2.50],"network":{"code":"26201","x":[1.0],"inner":{"code":"1"}},"steps":[{"upTo":1,"note":1e3},{}],
"anything":{"deep":[{"a":1.0}]}}"""
CHANGES = {
    "dataVolume": ("2,5", 2.5),
    "simCount": ("3", 3),
    "roaming": ("true", True),
    "eSim": ("on", True),
    "technology": ("4G", "4G"),
    "activatedOn": ("2026-05-06T07:08", "2026-05-06T07:08:00.000Z"),
    "launchDay": ("2026-03-04", "2026-03-04"),
    "remark": ("New", "New"),
    "tags": ("b\r\na\r\n", ["b", "a"]),
    "limits": ("1e0\r\n3", json.loads("[1e0,3]")),
    "network-code": ("26202", {"code": "26202", "x": [1.0], "inner": {"code": "1"}}),
    "steps-1-upTo": ("7", json.loads('[{"upTo":1,"note":1e3},{"upTo":7}]')),
}


@pytest.fixture(autouse=True)
def gsm(settings: Any) -> Iterator[ExtensionType]:
    settings.TIME_ZONE = "UTC"
    extensions.forget()
    yield register()
    extensions.forget()


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("paula"))
    return client


def register(name: str = "GsmOffering", **more: Any) -> ExtensionType:
    given = {"base_type": "ProductOffering", "schema": GSM, "description": "Mobile contracts.", **more}
    extension = ExtensionType(name=name, **given)
    extension.full_clean()
    extension.save()
    return extension


def one_form(**document: Any) -> type[forms.Form]:
    field = ExtensionField()
    extension = extensions.registered().of("ProductOffering", {"@type": "GsmOffering", **document})
    assert extension is not None
    field.describe(schema_of(ProductOffering), extension)
    return type("OneForm", (forms.Form,), {"x": field})


def rendered(page: str) -> QueryDict:
    """Return what a browser submits of an untouched page."""
    reader = Sent()
    reader.feed(page)
    sent = QueryDict(mutable=True)
    for name, text in reader.pairs:
        sent.appendlist(name, text)
    return sent


def submitted(stored: Any, **changes: Any) -> forms.Form:
    sent = rendered(str(one_form()(initial={"x": stored})["x"]))
    for name, text in changes.items():
        sent.setlist(f"x-{name}", text if isinstance(text, list) else [text])
    return one_form()(sent, initial={"x": stored})


@pytest.mark.parametrize("stored", [None, json.loads(STORED), {"simCount": "two", "network": [1], "tags": {"a": 1}}])
def test_untouched_values_stay_as_they_are(stored: Any) -> None:
    form = submitted(stored)

    assert form.is_valid(), form.errors
    assert not form.has_changed()
    assert json.dumps(form.cleaned_data["x"]) == json.dumps(stored)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_of_the_kind_of_its_attribute(name: str) -> None:
    text, value = CHANGES[name]
    stored = json.loads(STORED)

    form = submitted(stored, **{name: text})

    assert form.is_valid(), form.errors
    wire = name.split("-")[0]
    assert json.dumps(form.cleaned_data["x"]) == json.dumps({**stored, wire: value})


def test_from_nothing_only_what_was_entered() -> None:
    form = submitted(None, dataVolume="5", zones=["Asia", "EU"], **{"network-code": "1"})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["x"] == {"dataVolume": 5, "zones": ["EU", "Asia"], "network": {"code": "1"}}


def test_boxes_keep_their_order_and_an_emptied_input_removes() -> None:
    form = submitted(json.loads(STORED), zones=["EU", "US", "Asia"], simCount="", technology="")

    assert form.is_valid(), form.errors
    left = form.cleaned_data["x"]
    assert left["zones"] == ["US", "EU", "Asia"]
    assert {"simCount", "technology"}.isdisjoint(left)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("dataVolume", "much", "“much” is not a number."),
        ("simCount", "1.5", "Enter a whole number."),
        ("technology", "6G", "Choose one of the values on offer."),
        ("zones", ["Mars"], "Choose among the values on offer."),
        ("launchDay", "soon", "Enter a date."),
        ("limits", "1\nx", "Line 2: “x” is not a number."),
    ],
)
def test_a_text_that_names_no_value_is_refused_at_its_input(name: str, text: Any, message: str) -> None:
    form = submitted(json.loads(STORED), **{name: text})

    assert not form.is_valid()
    page = str(form["x"])
    assert f'<p class="nf-error" id="id_x-{name}-error">{message}</p>' in page


def test_a_value_of_a_wrong_kind_can_be_put_right() -> None:
    stored = {"simCount": "two", "network": [1], "tags": {"a": 1}, "limits": ["x"], "activatedOn": "soon"}
    changes = {
        "simCount": "2",
        "network": "code: 26201",
        "tags": "a",
        "limits": "3",
        "activatedOn": "2026-01-01T00:00Z",
    }

    form = submitted(stored, **changes)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["x"] == {
        "simCount": 2, "network": {"code": 26201}, "tags": ["a"], "limits": [3], "activatedOn": "2026-01-01T00:00Z",
    }  # fmt: skip


def test_inputs_carry_what_the_schema_says() -> None:
    page = str(one_form()()["x"])

    assert '<label for="id_x-dataVolume">Data volume<b>*</b></label>' in page
    assert "<small>In GB per month.</small>" in page
    assert '<label for="id_x-eSim">E sim</label>' in page
    assert "x-name" not in page  # An attribute of the resource has its own input.


def test_schemas_of_other_shapes() -> None:
    root = {
        "allOf": [{"$ref": "#/$defs/more"}, {"required": ["b"]}],
        "$defs": {
            "more": {
                "allOf": [{"$ref": "#/$defs/more"}],
                "properties": {
                    "a": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
                    "b": {"type": "boolean"},
                    "c": {"oneOf": [{"const": 1, "title": "One"}, {"const": 2, "title": "Two"}]},
                    "d": {"type": ["integer", "string"]},
                    "e": True,
                    "f": {"type": "array", "items": {"enum": [1, "1"]}},
                },
            }
        },
    }
    attributes = extensions.attributes_of(root, root)
    required = extensions.required_of(root, root)
    assert required == {"b"}
    group = SchemaGroup("", "", attributes, required, root)
    assert [type(group.parts[wire]) for wire in "abcf"] == [Switch, Options, Options, Several]
    assert group.parts["c"].choices == [("1", "One"), ("2", "Two")]  # type: ignore[union-attr]
    sent = QueryDict("d=5&c=2&e=x&f=1&f=%221%22", mutable=True)
    for name in list(sent):
        sent.setlist(f"x-{name}", sent.pop(name))
    assert group.bind("x", {}, sent, None).take() == {"d": 5, "c": 2, "e": "x", "f": [1, "1"]}


# --- pages ----------------------------------------------------------------------------------------------------------


def make(**document: Any) -> Any:
    given = {"name": "Surf", "@type": "GsmOffering", "dataVolume": 1, "roaming": False, **document}
    return operations.create(ProductOffering, given, actor=SYSTEM).instance


def address(entity: Any = None) -> str:
    page = "change" if entity else "add"
    return reverse(f"admin:catalog_productoffering_{page}", args=[entity.pk] if entity else [])


def form_of(client: Client, url: str) -> dict[str, list[str]]:
    sent = rendered(client.get(url).content.decode())
    return {name: values for name, values in sent.lists() if name and not name.startswith(("csrf", "_", "attribute"))}


def stored(entity: Any) -> Any:
    return operations.get(ProductOffering, entity.uid)


def test_a_new_entity_of_a_type(manager: Client) -> None:
    plain = manager.get(address()).content.decode()
    assert '<option value="GsmOffering">GsmOffering</option>' in plain
    assert "tmf_extension" not in plain
    url = f"{address()}?at_type=GsmOffering"
    page = manager.get(url).content.decode()
    assert '<option value="GsmOffering" selected>' in page
    assert "Mobile contracts." in page
    data = {**form_of(manager, url), "name": "Surf", "tmf_extension-dataVolume": "2.50"}

    refused = manager.post(url, {**data, "_save": ""}).content.decode()

    assert not ProductOffering.objects.exists()
    assert '<p class="nf-error" id="id_tmf_extension-roaming-error">is mandatory</p>' in refused
    assert 'name="tmf_extension-dataVolume" value="2.50"' in refused

    answer = manager.post(url, {**data, "tmf_extension-roaming": "false", "_save": ""})

    assert answer.status_code == 302, answer.context["errors"]
    document = document_of(ProductOffering.objects.get())
    assert {"@type": "GsmOffering", "@baseType": "ProductOffering", "roaming": False}.items() <= document.items()
    assert json.dumps(document["dataVolume"]) == "2.50"
    assert "simCount" not in document


def test_choosing_the_type_keeps_what_was_entered(manager: Client) -> None:
    data = {**form_of(manager, address()), "name": "Typed so far", "at_type": "GsmOffering", "_choose": "1"}

    page = manager.post(address(), data).content.decode()

    assert not ProductOffering.objects.exists()
    assert 'value="Typed so far"' in page
    assert 'name="tmf_extension-dataVolume"' in page
    assert "nf-error" not in page
    assert "errornote" not in page


def test_an_unknown_type_is_refused(manager: Client) -> None:
    data = {**form_of(manager, address()), "name": "x", "at_type": "Other", "_save": ""}
    assert manager.post(address(), data).status_code == 200
    assert not ProductOffering.objects.exists()
    assert "tmf_extension" not in manager.get(f"{address()}?at_type=Other").content.decode()


def test_without_types_nothing_is_offered(manager: Client) -> None:
    for extension in ExtensionType.objects.all():
        extension.delete()
    assert "at_type" not in manager.get(address()).content.decode()


def test_an_untouched_save_changes_nothing(manager: Client) -> None:
    values = {**json.loads(STORED), "unknown": [1.0]}
    entity = stored(make(**{**values, "limits": [1.0, json.loads("2.50")]}))
    before = json.dumps(document_of(entity))
    count = Change.objects.count()

    answer = manager.post(address(entity), {**form_of(manager, address(entity)), "_save": ""})

    assert answer.status_code == 302, answer.context["errors"]
    assert json.dumps(document_of(stored(entity))) == before
    assert Change.objects.count() == count


def test_a_change_touches_its_attribute_only(manager: Client) -> None:
    entity = make(unknown={"a": 1.0}, limits=[json.loads("1.50")])
    data = {**form_of(manager, address(entity)), "tmf_extension-simCount": "4", "_save": ""}

    assert manager.post(address(entity), data).status_code == 302

    change = Change.objects.first()
    assert change is not None
    assert {wire: pair for wire, pair in change.changes.items() if wire != "lastUpdate"} == {"simCount": [None, 4]}
    assert json.dumps(stored(entity).extension["limits"]) == "[1.50]"
    assert stored(entity).extension["unknown"] == {"a": 1.0}


def test_faults_of_the_schema_show_at_their_inputs(manager: Client) -> None:
    entity = make(steps=[{"upTo": 1}])
    data = form_of(manager, address(entity)) | {
        "name": "x" * 41,
        "tmf_extension-dataVolume": "0.1",
        "tmf_extension-limits": "5\n11",
        "tmf_extension-network-inner": "a: 1",
        "tmf_extension-steps-0-price": "1",
        "_save": "",
    }

    page = manager.post(address(entity), data).content.decode()

    assert 'id="id_tmf_extension-dataVolume-error">0.1 is less than the minimum of 0.5' in page
    assert 'id="id_tmf_extension-limits-error">Entry 2: 11 is greater than the maximum of 10' in page
    assert 'id="id_tmf_extension-network-code-error">is mandatory' in page
    assert "is too long" in page
    assert "price" not in stored(entity).extension["steps"][0]


def test_what_others_changed_meanwhile_stays(manager: Client) -> None:
    entity = make()
    data = form_of(manager, address(entity)) | {"tmf_extension-simCount": "4", "_save": ""}
    other = stored(entity)
    other.extension = {**other.extension, "remark": "Theirs"}
    operations.save(other, actor=SYSTEM)
    assert "Somebody else saved this" in manager.post(address(entity), data).content.decode()

    answer = manager.post(address(entity), {**data, "tmf_overwrite": str(stored(entity).revision)})

    assert answer.status_code == 302
    assert {"simCount": 4, "remark": "Theirs"}.items() <= stored(entity).extension.items()


def test_the_location_tells_the_version_of_the_type(manager: Client) -> None:
    second = register(version="2.0", schema={"properties": {"speed": {"type": "integer"}}}, location="urn:gsm:2")
    entity = make(**{"@schemaLocation": second.location, "speed": 5, "simCount": 1})
    data = form_of(manager, address(entity))
    assert data["tmf_extension-speed"] == ["5"]
    assert "tmf_extension-simCount" not in data
    assert "<dt>Sim count</dt><dd>1</dd>" in manager.get(address(entity)).content.decode()


def test_unregistered_attributes_are_shown_and_kept(manager: Client) -> None:
    entity = make(**{"@type": "Foreign", "colour": "red"})
    page = manager.get(address(entity)).content.decode()
    assert "Further attributes" in page
    assert "<dt>Colour</dt><dd>red</dd>" in page
    assert "tmf_extension" not in page
    assert "Further attributes" not in manager.get(address(make())).content.decode()


def test_who_may_only_look_reads_the_attributes() -> None:
    user = User.objects.create_user("robert", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(user)
    page = client.get(address(make(dataVolume=7))).content.decode()
    assert "<dt>Data volume</dt><dd>7</dd>" in page
    assert "tmf_extension" not in page


def test_the_types_are_in_the_sidebar(manager: Client) -> None:
    page = manager.get(reverse("admin:index")).content.decode()
    assert reverse("admin:resources_extensiontype_changelist") in page
