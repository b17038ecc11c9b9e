"""Accept headers, entity tags, and bodies."""

import json
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory, override_settings

from tmfsite.fields.json import dumps
from tmfsite.resources.errors import Invalid
from tmfsite.rest.body import read_document, read_patch
from tmfsite.rest.errors import ApiError
from tmfsite.rest.negotiation import accepts_json, etag, if_match, is_known
from tmfsite.rest.patch import UnsupportedPatch


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/*",
        "Application/JSON; charset=utf-8",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/html;q=0.9, application/json;q=0.1",
        "*/*;q=0, application/json",
        "application/json;q=strange",
    ],
)
def test_json_is_acceptable(accept: str) -> None:
    assert accepts_json(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/xml",
        "application/json;q=0",
        "*/*, application/json;q=0.0",
        "image/*",
        "json",
    ],
)
def test_json_is_not_acceptable(accept: str) -> None:
    assert not accepts_json(accept)


@pytest.mark.parametrize(
    ("header", "fresh"),
    [
        (None, True),
        ("*", True),
        (' "3"', True),
        ('W/"3"', True),
        ('"1", "3"', True),
        ('"1","2"', False),
        ('"03"', False),
        ('"three"', False),
        ("3", False),
        ("", False),
    ],
)
def test_if_match(header: str | None, fresh: bool) -> None:
    test = if_match(header)
    assert (test is None or test(3)) is fresh


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        ("", False),
        ("*", True),
        ('"3"', True),
        ('W/"3", "9"', True),
        ('"33"', False),
        ("3", False),
    ],
)
def test_if_none_match(header: str | None, known: bool) -> None:
    assert is_known(header, etag(3)) is known


def test_a_tag_can_stand_for_what_is_shown_besides_the_revision() -> None:
    tag = etag(3, b"{}")
    test = if_match(tag)
    assert test is not None
    assert test(3)
    assert is_known(tag, tag)
    assert not is_known(tag, etag(3, b"[]"))


def test_an_entity_tag_meets_itself() -> None:
    test = if_match(etag(7))
    assert test is not None
    assert test(7)
    assert is_known(etag(7), etag(7))


# --- bodies -------------------------------------------------------------------------------------------------


def _read(body: bytes, media_type: str = "application/json") -> Any:
    return read_document(RequestFactory().generic("POST", "/", body, content_type=media_type))


def _refusal(body: bytes, media_type: str = "application/json") -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        _read(body, media_type)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json;charset=utf-8",
        "application/json; charset=ISO-8859-1",
        "Application/JSON",
        "",
    ],
)
def test_a_body_is_read_whatever_its_charset_parameter_says(media_type: str) -> None:
    assert _read('{"name":"Bücher"}'.encode(), media_type) == {"name": "Bücher"}


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json"])
def test_another_media_type_is_refused(media_type: str) -> None:
    assert _refusal(b"{}", media_type) == (415, "415")


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_a_missing_body(body: bytes) -> None:
    assert _refusal(body) == (400, "21")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'a':1}",
        b'{"a":1}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":"\xff"}',
        rb'{"a":"\ud800"}',
        rb'{"\udfff":1}',
        rb'{"a":["\u0000"]}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"[]",
        b'"text"',
        b"null",
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    assert _refusal(body) == (400, "22")


def test_escapes_that_only_look_bad_are_kept() -> None:
    assert _read(rb'{"a":"\\u0000","b":"\ud83d\ude00"}') == {"a": "\\u0000", "b": "😀"}


def test_a_byte_order_mark_is_no_content() -> None:
    assert _read(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


def test_the_last_of_two_members_with_one_name_counts() -> None:
    assert _read(b'{"a":1,"a":2}') == {"a": 2}


def test_numbers_keep_their_spelling() -> None:
    body = b'{"a":1.0,"b":1e3,"c":-0,"d":123456789012345678901234567890}'
    assert dumps(_read(body)).encode() == body


@override_settings(TMF_MAX_NESTING=64)
def test_depth_is_limited() -> None:
    def nested(levels: int) -> bytes:
        return b'{"a":' * (levels - 1) + b"{}" + b"}" * (levels - 1)

    assert json.loads(nested(64)) == _read(nested(64))
    assert _refusal(nested(65)) == (400, "22")
    assert _refusal(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}") == (400, "22")
    wide = b'{"a":[' + b",".join([b"{}"] * 1000) + b"]}"
    assert len(_read(wide)["a"]) == 1000


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
def test_size_is_limited() -> None:
    with pytest.raises(RequestDataTooBig):
        _read(b'{"name":"a long one"}')


def test_a_patch_is_read_in_its_dialect() -> None:
    def patched(body: bytes, media_type: str) -> Any:
        return read_patch(RequestFactory().patch("/", body, content_type=media_type))({"a": 1, "b": 2})

    assert patched(b'{"a":null}', "application/json") == {"b": 2}
    assert patched(b'{"a":null}', "application/merge-patch+json") == {"b": 2}
    assert patched(b'[{"op":"remove","path":"/a"}]', "application/json-patch+json") == {"b": 2}
    assert patched(b'[{"op":"remove","path":"/a?b=2"}]', "application/json-patch-query+json") == {"b": 2}
    with pytest.raises(UnsupportedPatch):
        patched(b"{}", "text/plain")
    with pytest.raises(Invalid):
        patched(b"[]", "application/json")
