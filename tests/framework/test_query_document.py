"""Every example of `docs/query-language.md` is true."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.caller import Caller
from tmfsite.fields import json

pytestmark = pytest.mark.django_db

ROUTE = "/tmf-api/productCatalogManagement/v4/productOffering"
TEXT = (Path(settings.BASE_DIR) / "docs" / "query-language.md").read_text()
ROW = re.compile(r"^\| `(?P<query>.+?)` \| (?P<found>[A-D, ]+|none) \|", re.MULTILINE)
EXAMPLES = [(row["query"].replace("\\|", "|"), row["found"].replace("none", "")) for row in ROW.finditer(TEXT)]


@pytest.fixture
def call() -> Caller:
    caller = Caller("all")
    match = re.search(r"```json\n(.+?)```", TEXT, re.DOTALL)
    assert match is not None
    for document in json.loads(match[1]):
        # In a catalog, who gives an id gives a version as well.
        made = caller.post(ROUTE, {**document, "version": "1.0"})
        assert made.status == 201, made.response.content
    return caller


@pytest.mark.parametrize(("query", "found"), EXAMPLES)
def test_example(call: Caller, query: str, found: str) -> None:
    answer = call.get(f"{ROUTE}?{encoded(query)}")
    assert answer.status in (200, 206), answer.response.content
    assert answer.ids == [each for each in found.split(", ") if each]


def test_tables_are_read() -> None:
    assert len(EXAMPLES) == 27


def encoded(query: str) -> str:
    """Encode as a browser's address bar would: blanks and what is no character of a URL."""
    return query.replace("+", "%2B").replace(" ", "%20").replace('"', "%22").replace("&&", "%26%26")
