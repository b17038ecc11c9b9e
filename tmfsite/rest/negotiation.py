"""HTTP negotiation: what the client accepts, and which revision of a resource it knows (TMF630 part 1)."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from tmfsite.rest.errors import ApiError

JSON = "application/json"

_MATCHING = {"*/*": 0, "application/*": 1, JSON: 2}
_QUALITY = re.compile(r";\s*q\s*=\s*([0-9.]+)", re.IGNORECASE)
_ENTITY_TAG = re.compile(r'(?:W/)?"([^"]*)"')


class JsonNegotiation(BaseContentNegotiation):
    """There is only JSON: answer with it whenever the client can take it, else 406.

    DRF's own negotiation costs more than the rest of its dispatch together.
    """

    def select_parser(self, request: Request, parsers: Sequence[Any]) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(
        self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        accept = request._request.META.get("HTTP_ACCEPT")
        if accept and not accepts_json(accept):
            raise ApiError(406, "406", f"only {JSON} is available")
        return (renderers[0] if renderers else None), JSON


@lru_cache(maxsize=512)
def accepts_json(accept: str) -> bool:
    """Say whether an Accept header allows JSON: the most specific range that covers it decides."""
    best, quality = -1, 0.0
    for part in accept.split(","):
        rank = _MATCHING.get(part.partition(";")[0].strip().lower(), -1)
        if rank > best:
            stated = _QUALITY.search(part)
            best, quality = rank, _number(stated[1]) if stated else 1.0
    return quality > 0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def prefers(request: Request, preference: str) -> bool:
    """Say whether a Prefer header asks for something, such as `respond-async` (RFC 7240)."""
    header = request._request.META.get("HTTP_PREFER", "")
    return any(part.partition(";")[0].strip().lower() == preference for part in header.split(","))


# --- entity tags --------------------------------------------------------------------------------------------


def etag(revision: int, shown: bytes = b"") -> str:
    """Return the entity tag of a revision of a resource.

    `shown` is its representation where other resources determine a part of it, which the revision does not tell.
    """
    return f'"{revision}-{crc32(shown):08x}"' if shown else f'"{revision}"'


def if_match(header: str | None) -> Callable[[int], bool] | None:
    """Return the test an If-Match header puts to the present revision; None when any will do (no header, or
    `*`).

    Weak tags count as well: a revision is the same whatever a proxy did to its bytes. Tags that are not ours
    match nothing.
    """
    if header is None or header.strip() == "*":
        return None
    tags = frozenset(tag.partition("-")[0] for tag in _ENTITY_TAG.findall(header))
    return lambda revision: str(revision) in tags


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Say whether an If-None-Match header names this entity tag, so that 304 is the answer to a GET."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag.strip('"') in _ENTITY_TAG.findall(if_none_match)
