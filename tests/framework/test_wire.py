"""Resource to wire form and back, and JSON that keeps its spelling."""

from typing import Any

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from catalog.models import ProductOffering, ProductOfferingPrice
from tmfsite.fields import json
from tmfsite.resources.errors import Invalid
from tmfsite.wire import decode, document_of, statements
from tmfsite.wire.decode import same


@pytest.mark.parametrize(
    "text",
    [
        "1", "-0", "1.0", "1e3", "1E+3", "0.10", "-0.0", "1e400", "123456789012345678901234567890", "0.1e-7",
        '"a\\"b"', '{"b":1,"a":{"c":[]}}', '[{},"",null,false,0]', "9223372036854775808", "-9223372036854775808",
    ],
)  # fmt: skip
def test_json_keeps_its_spelling(text: str) -> None:
    assert json.dumps(json.loads(text)) == text


@pytest.mark.parametrize("text", ["NaN", "Infinity", "[1,]", "{'a':1}", "01", "", "1 2"])
def test_what_is_not_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json.loads(text)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True), (True, 1, False), ([True], [1], False), ({"a": 0}, {"a": False}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True), ([1, 2], [2, 1], False), ("1", 1, False), (None, None, True),
    ],
)  # fmt: skip
def test_same(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal


def test_decode_names_what_changed() -> None:
    price = ProductOfferingPrice(name="Fee", price={"unit": "EUR", "value": 1})
    present = document_of(price)
    wanted = {**present, "name": "Other", "percentage": 5, "xNew": 1}
    assert decode(price, wanted, before=present) == {"name", "percentage", "extension"}
    assert (price.name, price.percentage, price.extension) == ("Other", 5.0, {"percentage": 5, "xNew": 1})


def test_decode_names_every_fault() -> None:
    body = {"isBundle": "x", "category": [{"name": "a"}, {"id": 1}], "validFor": {"startDateTime": "soon"}}
    with pytest.raises(Invalid) as refusal:
        decode(ProductOffering(), body, before=None)
    paths = {path for path, _ in refusal.value.faults}
    assert refusal.value.code == "23"
    assert paths == {
        ("isBundle",), ("category", 0, "id"), ("category", 1, "id"), ("validFor", "startDateTime"), ("name",),
    }  # fmt: skip


def test_texts_that_are_too_long_or_hold_nul() -> None:
    for name, value in (("name", "x" * 256), ("name", "a\0b"), ("description", "\0")):
        with pytest.raises(Invalid) as refusal:
            decode(ProductOffering(), {"name": "Fibre", name: value}, before=None)
        assert (refusal.value.code, refusal.value.path) == ("24", name)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_direct_execution_of_prepared_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    sql = "SELECT %s::text, 1, true, NULL, '%%', now()"
    for _ in range(2):
        row = statements.run(sql, ["ünï'"])[0]
        assert row[:5] == ("ünï'", 1, True, None, "%")
        assert row == statements.run(sql, ["ünï'"])[0][:5] + row[5:]
    with pytest.raises(DataError):
        statements.run("SELECT %s::int", ["x"])
    with pytest.raises(ProgrammingError):
        statements.run("SELECT nothing FROM nowhere", [])
    monkeypatch.setattr(statements, "_DIRECT_STATEMENTS", 1)
    assert statements.run("SELECT %s::int", ["7"]) == [(7,)]
    with transaction.atomic():
        assert statements.run(sql, ["x"])[0][0] == "x"
        assert connection.connection.info.transaction_status.name == "INTRANS"
    assert connection.connection.info.transaction_status.name == "IDLE"


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_prepared_statements_outlive_a_rollback() -> None:
    sql = "SELECT %s::text"
    statements.run(sql, ["kept"])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        statements.run("CREATE TEMPORARY TABLE passing (id int)")
        raise ZeroDivisionError
    assert statements.run(sql, ["kept"]) == [("kept",)]
    with pytest.raises(DataError):
        statements.run(sql, ["a\0b"])
    assert statements.run("SELECT to_regclass('passing')") == [(None,)]
