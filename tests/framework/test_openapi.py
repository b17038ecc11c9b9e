"""The OpenAPI documents and their pages."""

import json
from io import StringIO
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openapi_spec_validator import validate

from tmfsite.resources.registry import publications
from tmfsite.rest.openapi import openapi_document
from tmfsite.rest.routers import ApiRouter, routers

BASE = "/tmf-api/productCatalogManagement/v4"

all_apis = pytest.mark.parametrize("router", routers(), ids=lambda router: router.api.key)


def catalog() -> dict[str, Any]:
    """Our document of TMF620."""
    router = next(each for each in routers() if each.api.key == "tmf620")
    return json.loads(json.dumps(openapi_document(router, "http://testserver")))


@all_apis
def test_is_valid_openapi(router: ApiRouter) -> None:
    validate(json.loads(json.dumps(openapi_document(router, "https://tmf.example.com"))))


@all_apis
def test_examples_fit_their_schemas(router: ApiRouter) -> None:
    document = json.loads(json.dumps(openapi_document(router, "https://tmf.example.com")))
    examples = document["components"]["examples"]
    for name, example in examples.items():
        listed = name.endswith("List")
        component = name.removesuffix("List").removesuffix("_minimal")
        schema = {"$ref": f"#/components/schemas/{component}", "components": document["components"]}
        for value in example["value"] if listed else [example["value"]]:
            jsonschema.Draft202012Validator(schema).validate(value)
    assert {each.type_name for each in publications(router.api)} <= examples.keys()


@all_apis
def test_only_verbs_that_exist(router: ApiRouter) -> None:
    document = openapi_document(router, "")
    words = {"L": "get", "C": "post"}
    for each in publications(router.api):
        offered = {word for letter, word in words.items() if letter in each.verbs}
        assert set(document["paths"][f"/{each.path}"]) == offered
    assert set(document["paths"]["/hub"]) == {"get", "post"}
    assert set(document["paths"]["/hub/{id}"]) == {"get", "delete"}


def test_says_what_may_be_sent_and_what_comes_back() -> None:
    schemas = catalog()["components"]["schemas"]
    assert schemas["ProductOffering"]["required"] == ["id", "href", "name"]
    assert schemas["ProductOffering_Create"]["required"] == ["name"]
    assert "required" not in schemas["ProductOffering_Update"]
    assert "lastUpdate" not in schemas["ProductOffering_Update"]["properties"]
    assert schemas["ProductOffering_Create"]["properties"]["lastUpdate"]["readOnly"] is True
    assert schemas["ProductOffering"]["properties"]["lifecycleStatus"]["x-extensible-enum"][0] == "In Study"
    assert schemas["ProductOffering_Update"]["properties"]["description"]["type"] == ["string", "null"]
    assert schemas["ProductOffering_Update"]["properties"]["name"]["type"] == "string"
    assert schemas["CategoryRef"]["required"] == ["id"]
    assert "ImportJob_Update" not in schemas


def test_tells_the_parameters_of_a_list() -> None:
    parameters = catalog()["paths"]["/productOffering"]["get"]["parameters"]
    names = [each.get("name") or each["$ref"].rsplit("/", 1)[-1] for each in parameters]
    assert names[:7] == ["fields", "offset", "limit", "sort", "filter", "depth", "expand"]
    assert {"id", "name", "lifecycleStatus", "category.id", "validFor.endDateTime", "@type"} <= set(names)
    (name,) = (each for each in parameters if each.get("name") == "name")
    assert "name.regex" in name["description"]


def test_tells_every_error() -> None:
    paths = catalog()["paths"]
    errors = {status for path in paths.values() for each in path.values() for status in each["responses"]}
    assert {"400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422", "429", "500"} <= errors


def test_patch_has_a_body_for_each_dialect() -> None:
    content = catalog()["paths"]["/productOffering/{id}"]["patch"]["requestBody"]["content"]
    assert set(content) == {
        "application/merge-patch+json",
        "application/json",
        "application/json-patch+json",
        "application/json-patch-query+json",
    }


@pytest.mark.django_db
def test_is_served_without_credentials_and_with_a_tag() -> None:
    client = Client(headers={"host": "tmf.example.com"})
    answer = client.get(f"{BASE}/openapi.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json;charset=utf-8"
    document = json.loads(answer.content)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": f"http://tmf.example.com{BASE}"}]
    assert b"root.invalid" not in answer.content
    again = client.get(f"{BASE}/openapi.json", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = Client(headers={"host": "other.example.com"}).get(f"{BASE}/openapi.json")
    assert json.loads(other.content)["servers"] == [{"url": f"http://other.example.com{BASE}"}]


@pytest.mark.django_db
def test_page_loads_nothing_from_elsewhere() -> None:
    answer = Client().get(f"{BASE}/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'data-url="{BASE}/openapi.json"' in page
    assert "swagger-ui-bundle.js" in page
    assert "http://" not in page and "https://" not in page
    assert "<script>" not in page and "<style" not in page and " style=" not in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_command_checks_and_prints() -> None:
    out = StringIO()
    call_command("openapi", "--check", stdout=out)
    assert "tmf620: 16 paths" in out.getvalue()
    out = StringIO()
    call_command("openapi", "--api", "tmf620", stdout=out)
    assert json.loads(out.getvalue())["info"]["title"] == "TMF620 Product Catalog Management"
    with pytest.raises(CommandError, match="There is no API tmf999"):
        call_command("openapi", "--api", "tmf999")
