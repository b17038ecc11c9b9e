"""Wire names, instants, and the model fields of values and references."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from catalog.models import ProductOffering
from tmfsite.fields import JsonField, ReferenceField, ValueField, wire_name
from tmfsite.fields.instants import format_instant, now, parse_instant
from tmfsite.fields.values import Money, RelatedParty


@pytest.mark.parametrize(
    ("python", "wire"),
    [
        ("name", "name"), ("product_spec_characteristic", "productSpecCharacteristic"), ("at_type", "@type"),
        ("at_schema_location", "@schemaLocation"), ("at_value_schema_location", "@valueSchemaLocation"),
    ],
)  # fmt: skip
def test_wire_names(python: str, wire: str) -> None:
    assert wire_name(python) == wire


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.123456+02:00", "2026-01-31T10:00:00.123Z"),
        ("2026-01-31T12:00:00,5-0130", "2026-01-31T13:30:00.500Z"),
        ("2026-01-31", "2026-01-31T00:00:00.000Z"),
        ("2026-01-31 12:00", "2026-01-31T12:00:00.000Z"),
    ],
)
def test_instants(text: str, instant: str) -> None:
    moment = parse_instant(text)
    assert moment is not None
    assert format_instant(moment) == instant


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "2026-01-31T25:00:00Z", "2026", "20260131", "0001-01-01T00:00+23:00"]
)
def test_what_is_no_instant(text: str) -> None:
    assert parse_instant(text) is None


def test_now_is_in_milliseconds() -> None:
    assert now().microsecond % 1000 == 0
    assert abs((now() - datetime.now(UTC)).total_seconds()) < 1


def test_value_types_are_not_part_of_migrations() -> None:
    for field in (ValueField(Money), ReferenceField("catalog.Category", many=True)):
        _, path, args, options = field.deconstruct()
        assert (path, args, options) == ("tmfsite.fields.JsonField", [], {"null": True, "blank": True})
        assert type(field.clone()) is type(field)
        assert field.clone().value_type is field.value_type
    assert isinstance(JsonField(), models.Field)


def test_faults_are_found_with_their_paths() -> None:
    field = ReferenceField(many=True, value_type=RelatedParty)
    field.validate([{"id": "1", "@referredType": "Individual", "xOther": {}}], None)
    with pytest.raises(ValidationError) as refusal:
        field.validate([{"id": 1, "role": 2}], None)
    assert {tuple(path) for path, _, _ in refusal.value.params["errors"]} == {(0, "id"), (0, "role")}


@pytest.mark.django_db
def test_values_come_back_as_they_went() -> None:
    value = {"b": 1.50, "a": {}, "xList": [None, ""]}
    ProductOffering.objects.create(name="x", valid_for=value)
    assert ProductOffering.objects.get().valid_for == value
    assert list(ProductOffering.objects.values_list("valid_for", flat=True)) == [value]
