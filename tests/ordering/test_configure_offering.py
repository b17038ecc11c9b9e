"""What is asked when an offering is ordered, and how the answers are read."""

from typing import Any

import pytest
from django.http import QueryDict

from ordering.admin.configuration import Answer, Configuration
from ordering.services.configure_offering import Question, parts_of_bundle, questions_of
from ordering.services.decompose import Catalogs


def question(use: Any = None, **characteristic: Any) -> Question:
    """The question about one characteristic of an offering."""
    offering = {
        "id": "o",
        "productSpecification": {"id": "s"},
        "prodSpecCharValueUse": [{"name": "Size", **use}] if use else [],
    }
    declared = {"name": "Size", "valueType": "number", "minCardinality": 1, **characteristic}
    catalogs = Catalogs({"o": offering}, {"s": {"productSpecCharacteristic": [declared]}})
    return questions_of(catalogs, offering)[0]


def values(*held: Any) -> dict[str, Any]:
    return {"productSpecCharacteristicValue": list(held)}


def answered(asked: Question, *texts: str) -> Answer:
    data = QueryDict(mutable=True)
    data.setlist("a", list(texts))
    return Answer(asked, "a", data)


def test_a_choice_with_its_usual_value() -> None:
    asked = question(**values({"value": 1, "unitOfMeasure": "m"}, {"value": 2.5, "isDefault": True}))
    assert (asked.options, asked.usual, asked.unit, asked.is_fixed) == ([1, 2.5], [2.5], "m", False)
    fresh = Answer(asked, "a")
    assert (fresh.input, fresh.shown, fresh.values) == ("pills", "2.5 m", [2.5])
    assert answered(asked, "1").values == [1]
    assert answered(asked, "3").error == "Choose one of the values."


def test_a_range_with_values_beside_it() -> None:
    asked = question(**values({"value": 0, "isDefault": True}, {"valueFrom": 10, "valueTo": 20}))
    assert (asked.low, asked.high) == (0, 20)
    assert Answer(asked, "a").input == "text"
    assert answered(asked, "12,5").values == [12.5]
    assert answered(asked, "21").error == "At most 20."
    assert answered(asked, "-1").error == "At least 0."
    assert answered(asked, "x").error == "Enter a number."


def test_an_open_range() -> None:
    asked = question(**values({"valueFrom": 10}))
    assert (asked.low, asked.high, Answer(asked, "a").hint) == (10, None, "10 to …")


def test_the_offering_narrows_the_specification() -> None:
    spec = values({"value": 1, "isDefault": True}, {"value": 2}, {"value": 3})
    asked = question(use=values({"value": 2}, {"value": 3, "isDefault": True}, {"value": 9}), **spec)
    assert (asked.options, asked.usual) == ([2, 3], [3])
    fixed = question(use=values({"value": 2}), **spec)
    assert (fixed.is_fixed, fixed.usual) == (True, [2])
    outside = question(use=values({"value": 2}, {"value": 3}), **spec)
    assert outside.usual == []


def test_what_is_not_configurable_is_fixed() -> None:
    asked = question(configurable=False, **values({"value": 1, "isDefault": True}, {"value": 2}))
    held = Configuration([asked], "c", QueryDict("c-c-size=2"))
    assert (held.open, [each.values for each in held.fixed], held.documents()) == ([], [[1]], [])


def test_several_values() -> None:
    asked = question(valueType="string", maxCardinality=0, **values({"value": "a", "isDefault": True}, {"value": "b"}))
    assert asked.most is None and Answer(asked, "a").input == "checks"
    assert answered(asked, "a", "b").values == ["a", "b"]
    assert answered(asked).error == "This is needed."
    free = question(valueType="string", minCardinality=2, maxCardinality=3)
    assert Answer(free, "a").input == "lines"
    assert answered(free, "x\r\ny\r\n").values == ["x", "y"]
    assert answered(free, "x").error == "At least 2 are needed."
    held = Configuration([free], "c", QueryDict("c-c-size=x%0Ay")).documents()
    assert held == [{"name": "Size", "valueType": "string", "value": ["x", "y"]}]


def test_what_need_not_be_answered() -> None:
    asked = question(valueType="string", minCardinality=0, **values({"value": "a"}))
    assert not asked.is_fixed
    assert [each["label"] for each in Answer(asked, "a").choices] == ["a", "None"]
    assert answered(asked).error == "" and Configuration([asked], "c", QueryDict()).documents() == []


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", "2026-03-01", "2026-03-01T00:00:00.000Z"),
        ("dateTime", "2026-03-01T12:30", "2026-03-01T12:30:00.000Z"),
        ("boolean", "true", True),
        ("string", " x ", "x"),
    ],
)
def test_kinds(kind: str, text: str, value: Any) -> None:
    assert answered(question(valueType=kind), text).values == [value]


def test_dates_that_are_none() -> None:
    assert answered(question(valueType="date"), "tomorrow").error == "Enter a date."


def test_extensible_values_are_suggested() -> None:
    asked = question(valueType="string", extensible=True, **values({"value": "a"}))
    shown = Answer(asked, "a")
    assert (shown.input, shown.suggestions, answered(asked, "other").values) == ("text", ["a"], ["other"])


def test_what_a_product_has_is_kept_though_it_is_no_option_any_more() -> None:
    asked = question(**values({"value": 1, "isDefault": True}, {"value": 2}))
    held = Configuration([asked], "c", None, [{"name": "Size", "value": 7}])
    assert [each["value"] for each in held.open[0].choices] == ["1", "2", "7"]
    assert held.open[0].values == [7]


def test_parts_of_a_bundle() -> None:
    option = {"numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 4, "numberRelOfferDefault": 2}
    bundle = {
        "id": "b",
        "bundledProductOffering": [{"id": "o", "bundledProductOfferingOption": option}, {"id": "gone"}],
    }
    (part,) = parts_of_bundle(Catalogs({"b": bundle, "o": {"id": "o"}}), bundle)
    assert (part.least, part.most, part.usual) == (1, 4, 2)
