"""The PATCH dialects, as functions over documents."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmfsite.fields.json import dumps, loads
from tmfsite.resources.errors import Conflict, Invalid
from tmfsite.rest.patch import (
    UnsupportedPatch,
    copied,
    json_patch,
    json_patch_query,
    merge_patch,
    parser_for,
    same,
)

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "1"])
NAMES = st.sampled_from(["a", "b", "c~d", "e/f", "0"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=4)


@pytest.mark.parametrize(
    ("content_type", "parser"),
    [
        (None, merge_patch),
        ("application/json; charset=utf-8", merge_patch),
        ("Application/Merge-Patch+JSON", merge_patch),
        ("application/json-patch+json", json_patch),
        ("application/json-patch-query+json;charset=UTF-8", json_patch_query),
    ],
)
def test_the_media_type_chooses_the_dialect(content_type: str | None, parser: object) -> None:
    assert parser_for(content_type) is parser


def test_another_media_type_is_no_patch() -> None:
    with pytest.raises(UnsupportedPatch):
        parser_for("text/plain")


# --- merge patch: the table of RFC 7396, appendix A, as far as it is about objects --------------------------


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": [1, None]}, {"a": [None]}, {"a": [None]}),
    ],
)
def test_merge_patch(document: dict[str, Any], patch: dict[str, Any], result: dict[str, Any]) -> None:
    assert merge_patch(patch)(document) == result


@pytest.mark.parametrize("body", [[], "a", None, 1])
def test_a_merge_patch_is_an_object(body: Any) -> None:
    with pytest.raises(Invalid) as refused:
        merge_patch(body)
    assert refused.value.code == "22"


def test_merge_patch_keeps_the_order_of_attributes() -> None:
    assert list(merge_patch({"c": 1, "a": 2})({"a": 1, "b": 1})) == ["a", "b", "c"]


def _difference(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {name: None for name in old if name not in new}
    for name, value in new.items():
        before = old.get(name)
        changes[name] = _difference(before, value) if isinstance(value, dict) and isinstance(before, dict) else value
    return changes


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(child) for name, child in value.items() if child is not None}
    return value


@given(DOCUMENTS, DOCUMENTS)
def test_merge_patch_of_the_difference_leads_from_one_document_to_another(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    old, new = _without_nulls(old), _without_nulls(new)
    before = copied(old)
    assert same(merge_patch(_difference(old, new))(old), new)
    assert same(old, before)


@given(DOCUMENTS, DOCUMENTS)
def test_merge_patch_twice_is_merge_patch_once(document: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge_patch(patch)(document)
    assert same(merge_patch(patch)(once), once)


# --- JSON patch: the examples of RFC 6902, appendix A -------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "operations", "result"),
    [
        ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"foo": "bar", "baz": "qux"}),
        (
            {"foo": ["bar", "baz"]},
            [{"op": "add", "path": "/foo/1", "value": "qux"}],
            {"foo": ["bar", "qux", "baz"]},
        ),
        ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
        ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
        ({"baz": "qux"}, [{"op": "replace", "path": "/baz", "value": "boo"}], {"baz": "boo"}),
        (
            {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
            [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
            {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
        ),
        ({"foo": [1, 2, 3, 4]}, [{"op": "move", "from": "/foo/1", "path": "/foo/3"}], {"foo": [1, 3, 4, 2]}),
        ({"baz": "qux"}, [{"op": "test", "path": "/baz", "value": "qux"}], {"baz": "qux"}),
        (
            {"foo": "bar"},
            [{"op": "add", "path": "/child", "value": {"g": {}}}],
            {"foo": "bar", "child": {"g": {}}},
        ),
        (
            {"foo": "bar"},
            [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}],
            {"foo": "bar", "baz": "qux"},
        ),
        ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
        ({"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["abc"]}], {"foo": ["bar", ["abc"]]}),
        ({"foo": 1}, [{"op": "replace", "path": "", "value": {"bar": 2}}], {"bar": 2}),
        ({"foo": [1]}, [{"op": "copy", "from": "/foo", "path": "/bar"}], {"foo": [1], "bar": [1]}),
        ({"foo": 1}, [{"op": "move", "from": "/foo", "path": "/foo"}], {"foo": 1}),
        ({"foo": None}, [{"op": "test", "path": "/foo", "value": None}], {"foo": None}),
        ({"foo": 1}, [{"op": "replace", "path": "/foo", "value": None}], {"foo": None}),
    ],
)
def test_json_patch(document: dict[str, Any], operations: list[Any], result: dict[str, Any]) -> None:
    assert same(json_patch(operations)(document), result)


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ({"op": "remove", "path": "/nope"}, "operation 1 (remove /nope): the path leads nowhere"),
        (
            {"op": "replace", "path": "/list/7", "value": 1},
            "operation 1 (replace /list/7): the path leads nowhere",
        ),
        (
            {"op": "replace", "path": "/list/01", "value": 1},
            "operation 1 (replace /list/01): the path leads nowhere",
        ),
        (
            {"op": "add", "path": "/list/9", "value": 1},
            "operation 1 (add /list/9): 9 is no index of the array",
        ),
        (
            {"op": "add", "path": "/no/where", "value": 1},
            "operation 1 (add /no/where): the path leads nowhere",
        ),
        ({"op": "add", "path": "/name/x", "value": 1}, "operation 1 (add /name/x): the path leads nowhere"),
        (
            {"op": "move", "from": "/list", "path": "/list/0"},
            "operation 1 (move /list/0): a value cannot be moved into itself",
        ),
        ({"op": "remove", "path": ""}, "the patch does not leave a JSON object"),
        ({"op": "add", "path": "", "value": [1]}, "the patch does not leave a JSON object"),
    ],
)
def test_a_json_patch_that_does_not_fit_the_document_is_refused_whole(operation: dict[str, Any], message: str) -> None:
    document = {"name": "n", "list": [1, 2]}
    patch = json_patch([{"op": "replace", "path": "/name", "value": "m"}, operation])
    with pytest.raises(Invalid) as refused:
        patch(document)
    assert (refused.value.message, refused.value.code) == (message, "24")
    assert document == {"name": "n", "list": [1, 2]}


@pytest.mark.parametrize("value", [True, 1.5, "1", None, [1]])
def test_a_failed_test_is_a_conflict(value: Any) -> None:
    with pytest.raises(Conflict):
        json_patch([{"op": "test", "path": "/a", "value": value}])({"a": 1})


def test_a_test_of_a_missing_value_is_a_conflict() -> None:
    with pytest.raises(Conflict):
        json_patch([{"op": "test", "path": "/b", "value": None}])({"a": 1})


@pytest.mark.parametrize(
    "body",
    [
        "remove",
        [1],
        [{"path": "/a"}],
        [{"op": "delete", "path": "/a"}],
        [{"op": "remove"}],
        [{"op": "remove", "path": 1}],
        [{"op": "add", "path": "/a"}],
        [{"op": "move", "path": "/a"}],
    ],
)
def test_what_is_no_json_patch_is_refused_before_any_document_is_seen(body: Any) -> None:
    with pytest.raises(Invalid) as refused:
        json_patch(body)
    assert refused.value.code == "22"


def test_one_operation_may_stand_alone() -> None:
    assert json_patch({"op": "replace", "path": "/a", "value": 2})({"a": 1}) == {"a": 2}


def test_a_path_may_lack_its_slash() -> None:
    assert json_patch([{"op": "replace", "path": "state", "value": "inactive"}])({"state": "active"}) == {
        "state": "inactive"
    }


def test_adding_an_object_to_an_array_appends() -> None:
    patched = json_patch([{"op": "add", "path": "/place", "value": {"id": "2"}}])({"place": [{"id": "1"}]})
    assert patched == {"place": [{"id": "1"}, {"id": "2"}]}


def test_numbers_keep_their_spelling() -> None:
    document = loads('{"a":1.00,"b":1e3,"c":12345678901234567890123}')
    patched = json_patch(loads('[{"op":"add","path":"/d","value":2.50},{"op":"copy","from":"/a","path":"/e"}]'))(
        document
    )
    assert dumps(patched) == '{"a":1.00,"b":1e3,"c":12345678901234567890123,"d":2.50,"e":1.00}'
    assert dumps(merge_patch(loads('{"a":3.0}'))(document)) == '{"a":3.0,"b":1e3,"c":12345678901234567890123}'


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@given(DOCUMENTS, DOCUMENTS)
def test_json_patch_leads_from_one_document_to_another(old: dict[str, Any], new: dict[str, Any]) -> None:
    operations: list[dict[str, Any]] = [{"op": "remove", "path": f"/{_escaped(name)}"} for name in old]
    operations += [{"op": "add", "path": f"/{_escaped(name)}", "value": value} for name, value in new.items()]
    operations += [{"op": "test", "path": f"/{_escaped(name)}", "value": value} for name, value in new.items()]
    before = copied(old)
    patch = json_patch(operations)
    assert same(patch(old), new)
    assert same(patch(old), new), "a patch can be applied again"
    assert same(old, before)


@given(
    DOCUMENTS,
    st.lists(
        st.fixed_dictionaries(
            {
                "op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]),
                "path": st.lists(NAMES | st.sampled_from(["1", "-"]), max_size=3).map(
                    lambda names: "".join(f"/{_escaped(name)}" for name in names)
                ),
                "from": st.lists(NAMES, max_size=2).map(lambda names: "".join(f"/{_escaped(name)}" for name in names)),
                "value": VALUES,
            }
        ),
        max_size=4,
    ),
)
def test_any_patch_gives_an_object_or_a_refusal_and_leaves_the_document_alone(
    document: dict[str, Any], operations: list[Any]
) -> None:
    before, sent = copied(document), copied(operations)
    with suppress(Invalid, Conflict):
        assert isinstance(json_patch(operations)(document), dict)
    assert same(document, before)
    assert same(operations, sent)


# --- JSON patch query: the shapes TM Forum publishes --------------------------------------------------------


def _query(document: dict[str, Any], path: str, value: Any = None, op: str = "replace") -> dict[str, Any]:
    return json_patch_query([{"op": op, "path": path, "value": value}])(document)


NOTES = {
    "id": "1",
    "state": "new",
    "note": [
        {"id": "1", "author": "John Doe", "text": "a"},
        {"id": "2", "author": "Jane Roe", "text": "b"},
        {"id": "3", "author": "John Doe", "text": "c"},
    ],
}


def test_an_absolute_condition_selects_every_element_that_meets_it() -> None:
    assert [note["text"] for note in _query(NOTES, "/note/text?note.author=John Doe", "x")["note"]] == [
        "x",
        "b",
        "x",
    ]


def test_a_condition_may_be_relative_to_the_element() -> None:
    document = {"productCharacteristic": [{"id": "Char4", "value": 1}, {"id": "Char5", "value": 2}]}
    assert _query(document, "/productCharacteristic/value?id=Char5", {"volume": 120}) == {
        "productCharacteristic": [{"id": "Char4", "value": 1}, {"id": "Char5", "value": {"volume": 120}}]
    }


def test_remove_takes_whole_elements() -> None:
    document = {"relatedParty": [{"role": "vendor"}, {"role": "user"}, {"role": "vendor"}], "role": "vendor"}
    assert _query(document, "/relatedParty?role=vendor", op="remove") == {
        "relatedParty": [{"role": "user"}],
        "role": "vendor",
    }


def test_a_condition_looks_below_the_element() -> None:
    document = {"accountRelationship": [{"account": {"id": "7688"}}, {"account": {"id": "1"}}]}
    assert _query(document, "/accountRelationship?/accountRelationship.account.id=7688", op="remove") == {
        "accountRelationship": [{"account": {"id": "1"}}]
    }


@pytest.mark.parametrize(
    "name", ["/partyCharacteristic/name", "/partyCharacteristic.name", "partyCharacteristic.name", "name"]
)
def test_a_condition_has_many_spellings(name: str) -> None:
    document = {
        "name": "x",
        "partyCharacteristic": [{"name": "income", "value": 1}, {"name": "childrenNumber", "value": 1}],
    }
    patched = _query(document, f"/partyCharacteristic/value?{name}=childrenNumber", 2)
    assert [characteristic["value"] for characteristic in patched["partyCharacteristic"]] == [1, 2]


def test_numbers_and_deeper_paths() -> None:
    document = {
        "productOrderItem": [
            {"id": 120, "billingAccount": {"id": "1"}},
            {"id": "121", "billingAccount": {"id": "2"}},
        ]
    }
    patched = _query(document, "/productOrderItem/billingAccount/id?productOrderItem.id=120", "1889")
    assert [item["billingAccount"]["id"] for item in patched["productOrderItem"]] == ["1889", "2"]


def test_all_conditions_are_about_the_same_element() -> None:
    def item(offering: str, role: str) -> dict[str, Any]:
        return {
            "quantity": 1,
            "productOffering": {"id": offering},
            "product": {"relatedParty": [{"role": "x"}, {"role": role}]},
        }

    document = {"orderItem": [item("1513", "seller"), item("9", "customer"), item("1513", "customer")]}
    path = "/orderItem/quantity?orderItem.productOffering.id=1513&orderItem.product.relatedParty.role=customer"
    assert [one["quantity"] for one in _query(document, path, 5)["orderItem"]] == [1, 1, 5]


def test_a_scalar_can_be_guarded() -> None:
    assert _query(NOTES, "/state?state=new", "held")["state"] == "held"
    with pytest.raises(Invalid):
        _query(NOTES, "/state?state=done", "held")


def test_an_array_can_be_guarded_by_another_attribute() -> None:
    assert "note" not in _query(NOTES, "/note?state=new", op="remove")
    assert _query({"version": "1.0", "s": "Active"}, "/s?version='1.0'", "Retired")["s"] == "Retired"


@pytest.mark.parametrize(
    "path",
    [
        "/note?id=2",
        "note[?(@.id=='2')]",
        ".note[?(@.id=='2')]",
        "$.note[?(@.id == '2' && @.author=='Jane Roe')]",
    ],
)
@pytest.mark.parametrize("op", ["replace", "add"])
def test_an_object_is_merged_into_the_element(path: str, op: str) -> None:
    patched = _query(NOTES, path, {"text": "z", "author": None}, op)
    assert patched["note"][1] == {"id": "2", "text": "z"}
    assert patched["note"][::2] == NOTES["note"][::2]  # type: ignore[index]


def test_a_predicate_may_stand_inside_a_path() -> None:
    assert [note["text"] for note in _query(NOTES, "/note[?(@.author=='John Doe')]/text", "x")["note"]] == [
        "x",
        "b",
        "x",
    ]


def test_case_is_ignored_only_when_nothing_matches_exactly() -> None:
    document = {"contact": [{"contactName": "rachel douglas", "contactType": "a"}]}
    assert (
        _query(document, "/contact/contactType?/contact.contactName=Rachel Douglas", "primary")["contact"][0][
            "contactType"
        ]
        == "primary"
    )
    document["contact"].append({"contactName": "Rachel Douglas", "contactType": "a"})
    patched = _query(document, "/contact/contactType?/contact.contactName=Rachel Douglas", "primary")
    assert [contact["contactType"] for contact in patched["contact"]] == ["a", "primary"]


def test_nested_arrays() -> None:
    document = {
        "item": [
            {"id": "1", "note": [{"id": "1", "t": 0}, {"id": "2", "t": 0}]},
            {"id": "2", "note": [{"id": "1", "t": 0}]},
        ]
    }

    def texts(path: str) -> list[list[int]]:
        return [[note["t"] for note in item["note"]] for item in _query(document, path, 9)["item"]]

    assert texts("/item/note/t?item.id=1&item.note.id=2") == [[0, 9], [0]]
    assert texts("/item/note/t?id=1") == [[9, 0], [9]]
    assert texts("/item/note/t?item.id=1") == [[9, 9], [0]]
    assert texts("/item/0/note/t?id=1") == [[9, 0], [0]]


def test_add_sets_a_new_attribute_and_appends_objects_to_arrays() -> None:
    document: dict[str, Any] = {"item": [{"id": "1"}, {"id": "2", "note": [{"t": 1}]}]}
    assert _query(document, "/item/quantity?id=1", 3, "add")["item"][0] == {"id": "1", "quantity": 3}
    assert _query(document, "/item/note?item.id=2", {"t": 2}, "add")["item"][1]["note"] == [
        {"t": 1},
        {"t": 2},
    ]


def test_a_value_written_as_a_path() -> None:
    document = {"c": [{"v": [{"value": "Black", "isDefault": True}, {"value": "White", "isDefault": False}]}]}
    patched = _query(document, "/c/v/isDefault?value=/c/v/Black", False)
    assert [value["isDefault"] for value in patched["c"][0]["v"]] == [False, False]


def test_scalars_of_an_array() -> None:
    assert _query({"tag": ["a", "b"]}, "/tag?tag=a", "c") == {"tag": ["c", "b"]}


def test_conditions_are_percent_decoded() -> None:
    document = {"a": [{"n": "x&y=z", "v": 1}]}
    assert _query(document, "/a/v?n=x%26y%3Dz", 2)["a"][0]["v"] == 2


def test_without_conditions_it_is_a_json_patch() -> None:
    assert _query({"a": [1], "b": 2}, "/a", [2]) == _query({"a": [1], "b": 2}, "/a?", [2]) == {"a": [2], "b": 2}
    assert json_patch_query({"op": "move", "from": "/a", "path": "/b"})({"a": 1}) == {"b": 1}


@pytest.mark.parametrize(
    "path",
    [
        "/note/text?note.author=Nobody",
        "/nope?id=1",
        "/note?nope=1",
        "/note/nope?id=1",
        "/note/text?note.author.x=1",
    ],
)
def test_conditions_that_nothing_meets_are_refused(path: str) -> None:
    with pytest.raises(Invalid) as refused:
        _query(NOTES, path, "x")
    assert refused.value.code == "24"
    assert "Nobody" not in refused.value.message


@pytest.mark.parametrize("path", ["/a?b", "/a?=1", "?a=1", "/a[?(b)]", "[?(@.a=='1')]"])
def test_conditions_that_cannot_be_read_are_refused(path: str) -> None:
    with pytest.raises(Invalid):
        _query({"a": [{"b": 1}]}, path, "x")


def test_a_test_that_fails_for_one_element_is_a_conflict() -> None:
    assert _query(NOTES, "/note/text?id=2", "b", "test") == NOTES
    with pytest.raises(Conflict):
        _query(NOTES, "/note/text?note.author=John Doe", "a", "test")


PATHS = st.sampled_from(
    ["/a", "/a/b", "/b?a=1", "/a?b=1", "/a/b?a.b=a", "/a/0/b?b=", "/a[?(@.b=='1')]/a", "b/a?/b/a=null"]
)


@given(
    st.dictionaries(
        st.sampled_from("ab"),
        st.recursive(
            SCALARS,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            max_leaves=8,
        ),
    ),
    st.sampled_from(["add", "remove", "replace", "test"]),
    PATHS,
    VALUES,
)
def test_any_query_gives_an_object_or_a_refusal(document: dict[str, Any], op: str, path: str, value: Any) -> None:
    before = copied(document)
    with suppress(Invalid, Conflict):
        assert isinstance(_query(document, path, value, op), dict)
    assert same(document, before)
