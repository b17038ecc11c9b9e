"""Offsets, limits and the Link header (TMF630 part 1), as pure functions."""

from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

from tmfsite.query.errors import QueryError

_LARGEST = 2**31 - 1
_URL_CHARACTERS = "%:/?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Page:
    """The cut of a list: `limit` None means all. `asked`: the client sent an offset or a limit."""

    offset: int
    limit: int | None
    asked: bool

    def is_partial(self, count: int, total: int) -> bool:
        """Tell whether `count` items of this page leave others of `total` out; an empty page is no part."""
        return 0 < count < total


def parse_count(text: str, parameter: str) -> int:
    """Return the value of `offset`, `limit` or `depth`; `QueryError` unless it is a whole number from 0."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _LARGEST):
        raise QueryError(f"must be a whole number from 0 to {_LARGEST}", parameter)
    return int(text)


def page(offset: int | None, limit: int | None, *, default: int | None = None, cap: int | None = None) -> Page:
    """Return the page for what the client sent; `default` and `cap` bound a missing and a greater limit."""
    size = default if limit is None else limit
    if cap is not None:
        size = cap if size is None else min(size, cap)
    return Page(offset or 0, size, offset is not None or limit is not None)


def link_header(url: str, query_string: str, page: Page, total: int) -> str:
    """Return the Link header of a page: self, first, prev, next, last, with all other parameters kept.

    `url` is that of the collection without its query, `query_string` the raw one. Empty if nothing is paged.
    """
    size = page.limit
    if not size:
        return ""
    last = max(total - 1, 0) // size * size
    offsets = {"self": page.offset, "first": 0}
    if page.offset > 0:
        offsets["prev"] = max(min(page.offset, last + size) - size, 0)
    if page.offset + size < total:
        offsets["next"] = page.offset + size
    offsets["last"] = last
    kept = [part for part in query_string.split("&") if part and _name(part) not in ("offset", "limit")]
    base = quote("&".join(kept), safe=_URL_CHARACTERS)
    base = f"{url}?{base}&" if base else f"{url}?"
    return ", ".join(f'<{base}offset={offset}&limit={size}>; rel="{rel}"' for rel, offset in offsets.items())


def _name(part: str) -> str:
    return unquote_plus(part.partition("=")[0]).strip()
