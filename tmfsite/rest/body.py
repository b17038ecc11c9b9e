"""The body of a request: bytes to JSON, within limits (TMF630 part 1, RFC 8259)."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

from tmfsite.fields.json import Document, Json, loads
from tmfsite.rest.errors import ApiError
from tmfsite.rest.patch import Patch, parser_for

# Escapes of what text columns cannot keep: NUL and halves of surrogate pairs. A hint only, `\\u0000` has it
# too.
_SUSPECT_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_BOM = b"\xef\xbb\xbf"


def read_document(request: HttpRequest) -> Document:
    """Return the JSON object a client sent to be stored.

    Errors: 415 for another media type than JSON, 413 above `DATA_UPLOAD_MAX_MEMORY_SIZE`, 400 with code 21
    without a body and 22 for one that is no JSON object.
    """
    media_type = content_type(request).partition(";")[0].strip().lower()
    if media_type not in ("", "application/json"):
        raise ApiError(415, "415", "a body is application/json", headers={"Accept": "application/json"})
    document = read_json(request)
    if not isinstance(document, dict):
        raise ApiError(400, "22", "the body is not a JSON object")
    return document


def read_patch(request: HttpRequest) -> Patch:
    """Return the patch a client sent, in the dialect of its Content-Type; else `UnsupportedPatch` (415)."""
    parse = parser_for(content_type(request) or None)
    return parse(read_json(request))


def content_type(request: HttpRequest) -> str:
    """Return the Content-Type header; a charset in it has no meaning for JSON, which is UTF-8."""
    return str(request.META.get("CONTENT_TYPE", ""))


def read_json(request: HttpRequest) -> Json:
    """Return the body as JSON, whatever its media type is called."""
    try:
        body = request.body
    except (UnreadablePostError, RawPostDataException):
        raise ApiError(400, "22", "the body could not be read") from None
    if not body or body.isspace():
        raise ApiError(400, "21", "the request has no body")
    return parsed(body)


def parsed(body: bytes) -> Json:
    """Parse JSON within the limits; of members with the same name the last one counts."""
    try:
        value: Json = loads(body.removeprefix(_BOM))
    except RecursionError:
        raise _too_deep() from None
    except UnicodeDecodeError as error:
        raise ApiError(400, "22", f"the body is not UTF-8 at byte {error.start}") from None
    except ValueError as error:
        # The messages of the parser name positions, not content.
        raise ApiError(400, "22", f"the body is not JSON: {error}") from None
    # Counting brackets bounds the depth; only a document with many is worth the walk.
    depth = settings.TMF_MAX_NESTING
    if body.count(b"{") + body.count(b"[") > depth and _deeper_than(value, depth):
        raise _too_deep()
    if _SUSPECT_ESCAPE.search(body) and not _is_storable(value):
        raise ApiError(400, "22", "the body has a NUL character or an unpaired surrogate in a string")
    return value


def _too_deep() -> ApiError:
    return ApiError(400, "22", f"the body is nested deeper than {settings.TMF_MAX_NESTING} levels")


def _deeper_than(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth == 0 or any(_deeper_than(child, depth - 1) for child in value.values())
    if isinstance(value, list):
        return depth == 0 or any(_deeper_than(child, depth - 1) for child in value)
    return False


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, dict):
        return all(_is_storable(name) and _is_storable(child) for name, child in value.items())
    return all(map(_is_storable, value)) if isinstance(value, list) else True
