"""Nested forms: what a submission does to a JSON value."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from pydantic import TypeAdapter

from tmfsite.admin.nested import describe
from tmfsite.admin.nested.cells import parse_free, show_free
from tmfsite.admin.nested.fields import NestedField
from tmfsite.admin.nested.readable import readable
from tmfsite.fields import json
from tmfsite.fields.values import (
    Boolean,
    DateTime,
    Duration,
    Extensible,
    Integer,
    Money,
    Number,
    Text,
    TimePeriod,
    Value,
)


class Allowed(Extensible):
    """A value that a quality may take."""

    value: Any = None
    unit_of_measure: Text | None = None
    is_default: Boolean | None = None
    value_from: Number | None = None
    valid_for: TimePeriod | None = None


class Quality(Extensible):
    """A quality with its values."""

    name: Text
    value_type: Text | None = None
    description: Text | None = None
    max_cardinality: Integer | None = None
    tags: list[str] | None = None
    seen: DateTime | None = None
    price: Money | None = None
    duration: Duration | None = None
    allowed: list[Allowed] | None = None


describe(Allowed, fields=("value", "unitOfMeasure", "isDefault", "valueFrom"), item="value", layout="table")

STORED = """[{"name":"Colour","valueType":"string","@type":"X","x-vendor":{"keep":["me",1.50]},"description":"a\\r\\nb",
"seen":"2026-01-02T03:04:05.678+02:00","price":{"unit":"EUR","value":1.50},"tags":[],"maxCardinality":null,
"allowed":[{"value":"Black","isDefault":false},{"value":1e3,"valueFrom":10.0,"validFor":{}},{"value":["a","5"]},{}]},
{"name":"Speed","valueType":"number","allowed":[{"value":100,"unitOfMeasure":""}]}]"""


class Sent(HTMLParser):
    """Collects what a browser would submit of a rendered form, as it would spell it."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.inside_template = 0
        self.area: list[str] | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "template":
            self.inside_template += 1
        if self.inside_template:
            return
        name = given.get("name") or ""
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            ticked = "on" if given.get("type") == "checkbox" else ""
            self.pairs.append((name, given.get("value") or ticked))
        elif tag == "textarea":
            self.area = [name, ""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given and self.select:
            self.pairs.append((self.select, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.inside_template -= 1
        elif tag == "textarea" and self.area:
            text = self.area[1].removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
            self.pairs.append((self.area[0], text))
            self.area = None
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1] += data


def form_for(value_type: Any = Quality, *, many: bool = True, required: bool = False) -> type[forms.Form]:
    """Return a form with one nested field named `data`."""
    adapter = TypeAdapter(list[value_type] if many else value_type)
    field = NestedField(value_type, adapter, many=many, label="Data", required=required)
    return type("OneForm", (forms.Form,), {"data": field})


def rendered(value: Any, **options: Any) -> QueryDict:
    """Return what a browser submits of the untouched form of a value."""
    page = str(form_for(**options)(initial={"data": value})["data"])
    reader = Sent()
    reader.feed(page)
    sent = QueryDict(mutable=True)
    for name, text in reader.pairs:
        sent.appendlist(name, text)
    return sent


def submit(value: Any, sent: QueryDict, **options: Any) -> forms.Form:
    """Return the bound form."""
    return form_for(**options)(sent, initial={"data": value})


def test_an_untouched_form_leaves_the_value_identical() -> None:
    stored = json.loads(STORED)

    form = submit(stored, rendered(stored))

    assert form.is_valid(), form.errors
    assert not form.has_changed()
    assert json.dumps(form.cleaned_data["data"]) == json.dumps(stored)


@pytest.mark.parametrize(
    "value", [None, [], [{"name": ""}], [{"name": "A", "allowed": []}], [{"name": "A", "price": {}}]]
)
def test_absent_empty_and_null_are_kept(value: Any) -> None:
    form = submit(value, rendered(value))

    assert form.is_valid()
    assert form.cleaned_data["data"] == value
    assert not form.has_changed()


def test_a_change_touches_nothing_else() -> None:
    stored = json.loads(STORED)
    sent = rendered(stored)
    sent["data-0-name"] = "Color"
    sent["data-0-allowed-1-isDefault"] = "on"

    taken = submit(stored, sent)
    assert taken.is_valid()

    expected = (
        json.dumps(stored).replace('"Colour"', '"Color"').replace('"validFor":{}', '"validFor":{},"isDefault":true')
    )
    assert json.dumps(taken.cleaned_data["data"]) == expected


def test_rows_are_added_copied_moved_and_removed() -> None:
    stored = json.loads(STORED)
    sent = rendered(stored)
    sent.setlist("data", ["1", "0~n1", "n2", "n3"])  # row 0 gone, a copy of it kept, two added, one of them empty
    for name in [name for name in sent if name.startswith("data-0-")]:
        sent.setlist(name.replace("data-0-", "data-0~n1-"), sent.getlist(name))
    sent["data-0~n1-name"] = "Copy"
    sent.setlist("data-1-allowed", ["n1", "0"])
    sent["data-1-allowed-n1-value"] = "1,5"
    sent["data-n2-name"] = "New"
    sent["data-n3-name"] = "  "

    form = submit(stored, sent)

    assert form.is_valid(), form.errors
    rows = form.cleaned_data["data"]
    assert [row["name"] for row in rows] == ["Speed", "Copy", "New"]
    assert rows[0]["allowed"] == [{"value": 1.5}, {"value": 100, "unitOfMeasure": ""}]
    assert rows[1] == {**stored[0], "name": "Copy"}
    assert rows[2] == {"name": "New"}


def test_emptied_cells_are_removed_and_an_emptied_list_is_absent() -> None:
    stored = json.loads(STORED)
    sent = rendered(stored)
    sent["data-0-price-value"] = sent["data-0-price-unit"] = ""
    sent.setlist("data-1-allowed", [])

    form = submit(stored, sent)

    assert form.is_valid()
    assert "price" not in form.cleaned_data["data"][0]
    assert form.cleaned_data["data"][1] == {"name": "Speed", "valueType": "number"}
    sent.setlist("data", [])
    assert submit(stored, sent).is_valid()
    gone = submit(stored, sent)
    gone.is_valid()
    assert gone.cleaned_data["data"] is None


def test_errors_land_on_their_cells() -> None:
    stored = json.loads(STORED)
    sent = rendered(stored)
    sent["data-1-allowed-0-value"] = "lots"
    sent["data-0-maxCardinality"] = "1.5"

    form = submit(stored, sent)

    assert not form.is_valid()
    assert form.errors["data"] == ["2 problems in the marked fields."]
    page = str(form["data"])
    assert '<p class="nf-error" id="id_data-1-allowed-0-value-error">“lots” is not a number.</p>' in page
    assert '<p class="nf-error" id="id_data-0-maxCardinality-error">Enter a whole number.</p>' in page
    assert 'value="1.5"' in page


def test_the_value_type_refuses_at_the_cell() -> None:
    sent = rendered(None)
    sent.setlist("data", ["n1", "n2"])
    sent["data-n1-name"] = "Right"
    sent["data-n2-description"] = "no name"

    form = submit(None, sent)

    assert not form.is_valid()
    assert '<p class="nf-error" id="id_data-n2-name-error">This field is required.</p>' in str(form["data"])


def test_a_date_keeps_its_seconds_and_zone_until_it_is_changed() -> None:
    period = {"startDateTime": "2026-01-02T03:04:05.678+02:00", "endDateTime": "2026-02-01T00:00:00Z"}
    sent = rendered(period, value_type=TimePeriod, many=False)
    assert sent["data-startDateTime"] == "2026-01-02T01:04:05"
    sent["data-endDateTime"] = "2026-03-01T12:30"

    form = submit(period, sent, value_type=TimePeriod, many=False)

    assert form.is_valid()
    assert form.cleaned_data["data"] == {
        "startDateTime": "2026-01-02T03:04:05.678+02:00",
        "endDateTime": "2026-03-01T12:30:00.000Z",
    }


def test_a_field_that_was_not_sent_keeps_its_value() -> None:
    stored = json.loads(STORED)

    form = submit(stored, QueryDict(""))

    assert form.is_valid()
    assert form.cleaned_data["data"] is stored
    assert not form.has_changed()


def test_a_required_list_needs_a_row() -> None:
    form = submit(None, rendered(None, required=True), required=True)

    assert not form.is_valid()
    assert form.errors["data"] == ["Add at least one entry."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "Yes"),
        (10.5, "10.5"),
        ("plain", "plain"),
        (["a", "5", 5, True, ""], 'a\n"5"\n5\ntrue\n""'),
        ({"amount": 5, "unit": "GB"}, "amount: 5\nunit: GB"),
    ],
)
def test_free_values_are_edited_as_text(value: Any, text: str) -> None:
    assert show_free(value) == text
    assert parse_free(text, "", value) == value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5", "", "5"),
        ("5", "number", 5),
        ("1,5", "number", 1.5),
        ("no", "boolean", False),
        ("a\nb", "list", ["a", "b"]),
        ("amount: 5\nunit: GB", "structure", {"amount": 5, "unit": "GB"}),
        ("2026-01-31", "moment", "2026-01-31"),
    ],
)
def test_free_values_follow_the_value_type(text: str, kind: str, value: Any) -> None:
    assert parse_free(text, kind, None) == value


def test_markup_in_values_is_escaped() -> None:
    page = str(form_for()(initial={"data": [{"name": '"><script>x</script>', "tags": ["</textarea><b>"]}]})["data"])

    assert "<script>" not in page
    assert "</textarea><b>" not in page


def test_text_that_is_json_is_readable() -> None:
    """Such as the body of a message."""
    assert readable({"method": "PATCH", "body": '{"isServiceEnabled": true}'}) == (
        '<dl class="nf-dl"><dt>Method</dt><dd>PATCH</dd><dt>Body</dt><dd><dl class="nf-dl"><dt>Is service enabled</dt>'
        "<dd>Yes</dd></dl></dd></dl>"
    )
    assert readable("[draft] new {name}") == "[draft] new {name}"


def test_values_are_readable() -> None:
    page = readable(json.loads(STORED), Quality)

    assert "Colour" in page
    assert "1.50 EUR" in page
    assert "{" not in page


class Tree(Value):
    """A value that holds others of its kind."""

    name: Text | None = None
    child: "list[Tree] | None" = None


def test_a_recursive_value_type_is_shown_to_the_first_level_and_kept() -> None:
    stored = [{"name": "a", "child": [{"name": "b"}]}]
    sent = rendered(stored, value_type=Tree)
    sent["data-0-name"] = "c"

    form = submit(stored, sent, value_type=Tree)

    assert form.is_valid()
    assert form.cleaned_data["data"] == [{"name": "c", "child": [{"name": "b"}]}]
