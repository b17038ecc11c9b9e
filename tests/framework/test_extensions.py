"""Extension types: validated when registered, kept as sent when not, never fetched (TMF630 parts 2 and 7)."""

import json
from typing import Any

import jsonschema
import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from openapi_spec_validator import validate

from catalog.api.product import router
from catalog.models import ProductOffering
from tests.caller import Caller
from tmfsite.resources import extensions
from tmfsite.resources.admin import line_of
from tmfsite.resources.models import ExtensionType
from tmfsite.resources.schema import schema_of
from tmfsite.rest.openapi import openapi_document

pytestmark = pytest.mark.django_db

ROUTE = "/tmf-api/productCatalogManagement/v4/productOffering"
SPECIFICATIONS = "/tmf-api/productCatalogManagement/v4/productSpecification"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["speed"],
    "properties": {
        "speed": {"type": "integer", "minimum": 1},
        "technology": {"enum": ["fibre", "cable"]},
        "installed": {"type": "string", "format": "date-time"},
        "line": {"$ref": "#/$defs/line"},
        "name": {"type": "string", "pattern": "^[A-Z]"},
    },
    "$defs": {"line": {"type": "object", "properties": {"port": {"type": "integer"}}, "required": ["port"]}},
}


@pytest.fixture(autouse=True)
def _forget():
    extensions.forget()
    yield
    extensions.forget()


def register(name: str = "Access", base: str = "ProductOffering", **more: Any) -> ExtensionType:
    extension = ExtensionType(name=name, base_type=base, **{"schema": SCHEMA, **more})
    extension.full_clean()
    extension.save()
    return extension


def test_registered_type_is_validated() -> None:
    register()
    call = Caller("all")
    good = {"@type": "Access", "name": "Fibre", "speed": 100, "technology": "fibre", "line": {"port": 1}}
    made = call.post(ROUTE, good)
    assert made.status == 201
    assert good.items() <= made.body.items()
    call.post(ROUTE, {"@type": "Access", "name": "Fibre"}).refused(400, "24", about="speed is mandatory")
    call.post(ROUTE, {**good, "speed": "fast"}).refused(400, "24", about="speed must be integer")
    call.post(ROUTE, {**good, "technology": "tin"}).refused(400, "24", about="technology must be one of fibre, cable")
    call.post(ROUTE, {**good, "line": {}}).refused(400, "24", about="line.port is mandatory")
    call.post(ROUTE, {**good, "installed": "soon"}).refused(400, "24", about="installed does not match the format")
    call.post(ROUTE, {**good, "name": "fibre"}).refused(400, "24", about="name does not match the pattern")
    call.patch(made.headers["Location"], {"speed": 0}).refused(400, "24", about="speed")
    assert call.patch(made.headers["Location"], {"speed": 200}).body["speed"] == 200


def test_location_picks_the_version() -> None:
    first = register()
    register(version="2.0", schema={"properties": {"speed": {"type": "string"}}}, location="urn:access:2")
    call = Caller("all")
    old = {"@type": "Access", "name": "Fibre", "speed": 1}
    call.post(ROUTE, old).refused(400, "24", about="speed must be string")
    for location in (f"https://any.example.com{first.get_absolute_url()}", first.get_absolute_url()):
        assert call.post(ROUTE, {**old, "@schemaLocation": location}).status == 201
    call.post(ROUTE, {**old, "@type": "Other", "@schemaLocation": "urn:access:2"}).refused(400, "24", about="speed")


def test_unregistered_is_kept_and_not_fetched(monkeypatch) -> None:
    def connect(*args: Any, **options: Any) -> None:
        raise AssertionError("something was fetched")

    register()
    call = Caller("all")
    monkeypatch.setattr("socket.create_connection", connect)
    sent = {"@type": "Unknown", "@schemaLocation": "https://schemas.example.com/x.json", "name": "x", "speed": "any"}
    made = call.post(ROUTE, sent)
    assert made.status == 201
    assert sent.items() <= made.body.items()
    # A type of the same name for another resource is another type.
    other = call.post("/tmf-api/productCatalogManagement/v4/category", {"@type": "Access", "name": "no speed"})
    assert other.status == 201


def test_nested_value_is_validated() -> None:
    schema = {"properties": {"unit": {"type": "string"}}, "required": ["unit"]}
    register("Measured", "CharacteristicValueSpecification", schema=schema)
    call = Caller("all")

    def specification(value: dict[str, Any]) -> dict[str, Any]:
        return {"name": "S", "productSpecCharacteristic": [{"name": "c", "productSpecCharacteristicValue": [value]}]}

    assert call.post(SPECIFICATIONS, specification({"@type": "Measured", "unit": "m"})).status == 201
    assert call.post(SPECIFICATIONS, specification({"value": 1})).status == 201
    refused = call.post(SPECIFICATIONS, specification({"@type": "Measured"}))
    refused.refused(400, "24", about="unit is mandatory")


def test_document_without_types_costs_no_query(django_assert_num_queries) -> None:
    extensions.registered()
    schema = schema_of(ProductOffering)
    with django_assert_num_queries(0):
        assert list(extensions.check_extensions(schema, {"@type": "ProductOffering", "name": "x"})) == []


def test_change_is_noticed_here_and_in_other_processes(monkeypatch) -> None:
    assert extensions.registered().by_type == {}
    extension = register()
    assert extensions.registered().of("ProductOffering", {"@type": "Access"}) is not None
    ExtensionType.objects.filter(pk=extension.pk).delete()
    assert extensions.registered().by_type == {}
    # As if another process had written it: no signal.
    ExtensionType.objects.bulk_create([ExtensionType(name="Far", base_type="Category", schema={})])
    assert extensions.registered().by_type == {}
    now = extensions.monotonic()
    monkeypatch.setattr(extensions, "monotonic", lambda: now + extensions.RECHECK_SECONDS + 1)
    assert "Far" in extensions.registered().by_type["Category"]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ([], "must be a JSON object"),
        ({"type": "string"}, "must describe an object"),
        ({"type": "objekt"}, "must describe an object"),
        ({"properties": {"a": {"type": "strin"}}}, "is not valid"),
        ({"properties": {"a": {"$ref": "https://example.com/a.json"}}}, "nothing is fetched"),
        ({"properties": {"a": {"$ref": "other.json#/a"}}}, "nothing is fetched"),
        ({"properties": {"a": {"$ref": "#/$defs/a"}}}, "leads nowhere"),
        ({"properties": {"a": {"pattern": "(?<=x)y"}}}, "pattern is not supported"),
        ({"patternProperties": {"a": {}}}, "patternProperties is not supported"),
        ({"$schema": "https://example.com/mine"}, "dialect"),
    ],
)
def test_bad_schema_is_refused(schema: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        register(schema=schema)


def test_attribute_may_have_the_name_of_a_keyword() -> None:
    register(schema={"properties": {"id": {"type": "string"}, "$ref": {"type": "string"}, "pattern": {}}})


@pytest.mark.parametrize(
    "more", [{"name": "Product Offering"}, {"name": "Category"}, {"base": "Nothing"}, {"version": "a/b"}]
)
def test_bad_names_are_refused(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        register(**more)


def test_schema_is_served_to_everybody() -> None:
    extension = register()
    answer = Client(headers={"host": "tmf.example.com"}).get(extension.get_absolute_url())
    assert answer.status_code == 200
    served = json.loads(answer.content)
    assert served["$id"] == "http://tmf.example.com/schemas/Access/1.0.json"
    assert served["properties"] == SCHEMA["properties"]
    jsonschema.Draft202012Validator.check_schema(served)
    assert Client().get("/schemas/Access/9.json").status_code == 404
    again = Client(headers={"host": "tmf.example.com"}).get(
        extension.get_absolute_url(), headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_attributes_show_in_the_openapi_document() -> None:
    before = Client().get("/tmf-api/productCatalogManagement/v4/openapi.json").content
    assert b"Access" not in json.loads(before)["components"]["schemas"]
    register()
    register("Measured", "CharacteristicValueSpecification", schema={"properties": {"unit": {"type": "string"}}})
    document = json.loads(json.dumps(openapi_document(router, "http://x", extensions.registered())))
    validate(document)
    schemas = document["components"]["schemas"]
    assert schemas["Access"]["allOf"][0] == {"$ref": "#/components/schemas/ProductOffering"}
    assert schemas["Access_Attributes"]["properties"]["line"] == {
        "$ref": "#/components/schemas/Access_Attributes/$defs/line"
    }
    assert "Measured" in schemas
    answer = document["paths"]["/productOffering/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"]["discriminator"]["mapping"]["Access"] == "#/components/schemas/Access"
    after = Client().get("/tmf-api/productCatalogManagement/v4/openapi.json").content
    assert "Access" in json.loads(after)["components"]["schemas"]


def test_fields_for_forms() -> None:
    register()
    schema = schema_of(ProductOffering)
    fields = dict(extensions.extension_fields(schema, "Access"))
    assert list(fields) == ["speed", "technology", "installed", "line"]  # name is an attribute of every offering
    assert fields["line"]["properties"] == {"port": {"type": "integer"}}
    assert extensions.extension_fields(schema, {"@type": "Unknown"}) == []
    assert extensions.extension_fields(schema, None) == []


def test_admin_names_the_line_at_fault() -> None:
    user = get_user_model().objects.create_superuser("root", password="root")
    client = Client()
    client.force_login(user)
    url = "/admin/resources/extensiontype/add/"
    form = {"name": "Access", "base_type": "ProductOffering", "version": "1.0", "description": "", "location": ""}
    assert client.get(url).status_code == 200
    text = '{\n  "properties": {\n    "a": {"type": "integer"},\n    "b": {\n      "type": "strin"\n    }\n  }\n}'
    page = client.post(url, {**form, "schema": text}).content.decode()
    assert "Line 5:" in page
    page = client.post(url, {**form, "schema": '{\n "a" 1}'}).content.decode()
    assert "Line 2, column 6" in page
    saved = client.post(url, {**form, "schema": json.dumps(SCHEMA)})
    assert saved.status_code == 302
    extension = ExtensionType.objects.get()
    assert extension.schema == SCHEMA
    assert client.get("/admin/resources/extensiontype/").status_code == 200
    change = f"/admin/resources/extensiontype/{extension.pk}/change/"
    assert "&quot;speed&quot;" in client.get(change).content.decode()


def test_lines_of_places() -> None:
    text = '{\n"a": [\n1,\n{"b":\n 2}],\n"c": {}}'
    assert line_of(text, ("a", 0)) == 3
    assert line_of(text, ("a", 1, "b")) == 4
    assert line_of(text, ("c",)) == 6
    assert line_of(text, ("a", 7)) == 2
    assert line_of(text, ()) == 1
