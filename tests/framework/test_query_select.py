"""Queries over documents at hand."""

import pytest

from tmfsite.query import page, parse
from tmfsite.query.select import select

DOCUMENTS = [
    {"id": "a", "rank": "x"},
    {"id": "b", "rank": 2},
    {"id": "c"},
    {"id": "d", "rank": [{"of": 1}]},
    {"id": "e", "rank": 10.5},
    {"id": "f", "rank": True},
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abcdef"),
        ("sort=rank", "befacd"),
        ("sort=-rank", "ebafcd"),
        ("sort=rank.of,-id", "dfecba"),
        ("id=a,c", "ac"),
        ("rank.gt=1&sort=-rank", "eba"),
        ("offset=1&limit=2", "bc"),
        ("offset=9", ""),
    ],
)
def test_select(query: str, found: str) -> None:
    asked = parse(query)
    documents, total = select(DOCUMENTS, asked, page(asked.offset, asked.limit))
    assert "".join(each["id"] for each in documents) == found
    assert total == (6 if asked.expression is None else len(found))


def test_fields() -> None:
    asked = parse("fields=rank.of&id=d")
    assert select(DOCUMENTS, asked, page(None, None)) == ([{"id": "d", "rank": [{"of": 1}]}], 1)
