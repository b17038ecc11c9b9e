"""A query applied to documents at hand: for short lists that no table holds in this form."""

from collections.abc import Iterable
from typing import Any

from tmfsite.query.memory import matches
from tmfsite.query.paging import Page
from tmfsite.query.parser import Query
from tmfsite.query.selection import project
from tmfsite.query.sort import order_key


def select(documents: Iterable[dict[str, Any]], query: Query, page: Page) -> tuple[list[dict[str, Any]], int]:
    """Return the page that a query asks for, cut to its fields, and how many documents match in all."""
    found = [each for each in documents if matches(query.expression, each)]
    if query.sort:
        found.sort(key=lambda each: order_key(each, query.sort))
    end = None if page.limit is None else page.offset + page.limit
    return [project(each, query.fields) for each in found[page.offset : end]], len(found)
