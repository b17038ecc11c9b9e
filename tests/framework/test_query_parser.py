"""The parts of a query that are no filter, hub queries, regular expressions, and no surprise for any input."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.framework import query_stage
from tmfsite.query import (
    And,
    Matches,
    Not,
    Page,
    QueryError,
    Test,
    link_header,
    matches,
    page,
    parse,
    parse_hub_query,
    project,
    top_level,
    where,
)
from tmfsite.query.memory import compile_memory
from tmfsite.query.operands import instant
from tmfsite.query.regex import translate
from tmfsite.wire import statements

DOCUMENT = {
    "id": "1", "href": "/1", "@type": "T", "name": "n", "state": "ok",
    "note": [{"id": "9", "text": "a", "author": {"name": "x", "role": "r"}}, {"author": [{"name": "y"}]}, "odd"],
}  # fmt: skip

SELECTIONS = [
    ("R13", "fields=name", {"id", "href", "name"}),
    ("R13", "fields=none", {"id", "href"}),
    ("R13", "fields=id", {"id", "href"}),
    ("R14", "fields=name,state", {"id", "href", "name", "state"}),
    ("R15", "fields=name&fields=state", {"id", "href", "name", "state"}),
    ("R15", "fields=nothing,name", {"id", "href", "name"}),
    ("R15", "fields=none,name", {"id", "href", "name"}),
    ("R15", "fields=", {"id", "href", "@type", "name", "state", "note"}),
    ("R16", "fields=name,,%20state%20", {"id", "href", "name", "state"}),
]


@pytest.mark.parametrize(("rule", "query", "names"), SELECTIONS)
def test_fields(rule: str, query: str, names: set[str]) -> None:
    fields = parse(query).fields
    assert project(DOCUMENT, fields).keys() == names
    needed = top_level(fields)
    assert needed is None or names <= needed


def test_nested_fields_select_inside_every_element() -> None:
    fields = parse("fields=note.text,note.author.name").fields  # rule 12
    assert top_level(fields) == {"id", "href", "note"}
    assert project(DOCUMENT, fields)["note"] == [
        {"text": "a", "author": {"name": "x"}},
        {"author": [{"name": "y"}]},
        "odd",
    ]
    assert project(DOCUMENT, ("note", "note.text"))["note"] == DOCUMENT["note"]
    assert project(DOCUMENT, ("id.x",)) == {"id": "1", "href": "/1"}


def test_parameters_that_are_no_filter() -> None:
    query = parse("?offset=5&limit=0&depth=2&expand=a,b.c&expand=d&before=x&after=y&limit=7")  # rules 33, 41, 48
    assert (query.expression, query.offset, query.limit, query.depth) == (None, 5, 7, 2)
    assert query.expand == ("a", "b.c", "d")
    assert parse("") == parse("?") == parse("&&") == parse("filter=")
    assert parse("token=x&a=1", reserved=frozenset({"token"})).expression == Test(("a",), "eq", ("1",))


@pytest.mark.parametrize(
    ("offset", "limit", "expected"),
    [
        (None, None, Page(0, 100, False)),
        (None, 5, Page(0, 5, True)),
        (10, None, Page(10, 100, True)),
        (0, 5000, Page(0, 1000, True)),
        (None, 0, Page(0, 0, True)),
    ],
)
def test_page(offset: int | None, limit: int | None, expected: Page) -> None:
    assert page(offset, limit, default=100, cap=1000) == expected  # rules 41, 46


def links(header: str) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


@pytest.mark.parametrize(
    ("offset", "total", "expected"),
    [
        (0, 25, {"self": 0, "first": 0, "next": 10, "last": 20}),
        (10, 25, {"self": 10, "first": 0, "prev": 0, "next": 20, "last": 20}),
        (20, 25, {"self": 20, "first": 0, "prev": 10, "last": 20}),
        (5, 25, {"self": 5, "first": 0, "prev": 0, "next": 15, "last": 20}),
        (90, 25, {"self": 90, "first": 0, "prev": 20, "last": 20}),
        (0, 0, {"self": 0, "first": 0, "last": 0}),
        (0, 20, {"self": 0, "first": 0, "next": 10, "last": 10}),
    ],
)
def test_link_header(offset: int, total: int, expected: dict[str, int]) -> None:
    found = links(link_header("http://h/r", "", Page(offset, 10, True), total))  # rule 44
    assert found == {rel: f"http://h/r?offset={start}&limit=10" for rel, start in expected.items()}


def test_link_header_keeps_the_other_parameters_and_stays_a_header() -> None:
    header = link_header("http://h/r", 'name=a%20b&x>1&limit=3&offset=9&y="é\r\n', Page(0, 10, True), 5)
    assert links(header)["self"] == "http://h/r?name=a%20b&x%3E1&y=%22%C3%A9%0D%0A&offset=0&limit=10"
    assert header.isascii() and "\n" not in header
    assert link_header("http://h/r", "", Page(0, 0, True), 5) == ""


EVENT = {
    "eventType": "ProductOrderCreateEvent",
    "eventTime": "2026-01-01T10:00:00.000Z",
    "domain": "Y",
    "event": {"productOrder": {"id": "1", "state": "acknowledged", "note": [{"author": "a", "text": "b"}]}},
}

HUB_QUERIES = [
    ("", True),
    ("eventType=ProductOrderCreateEvent", True),
    ("?eventType = ProductOrderCreateEvent", True),
    ("eventType=A,ProductOrderCreateEvent", True),
    ("eventType=A&eventType=ProductOrderCreateEvent", True),
    ("eventType=A", False),
    ("eventType=ProductOrderCreateEvent&domain=Y", True),
    ("eventType=ProductOrderCreateEvent&domain=Z", False),
    ("event.productOrder.state=acknowledged", True),
    ("event.productOrder.state=done", False),
    ("eventType=ProductOrderCreationNotification", True),
    ("eventType=ProductOrderStateChangeNotification", False),
    ("eventTime=2026-01-01T11:00:00+01:00", True),
    ("$[?(@.eventType=='ProductOrderCreateEvent' && @.domain=='Y')]", True),
    ("event.productOrder.note[?(@.author=='a' && @.text=='a')]", False),
    ("filter=$[?(@.domain=='Y')]&eventType=ProductOrderCreateEvent", True),
    ("domain=Y&fields=eventType,event.productOrder.id", True),
]


@pytest.mark.parametrize(("text", "expected"), HUB_QUERIES)
def test_hub_query(text: str, expected: bool) -> None:
    assert matches(parse_hub_query(text).expression, EVENT) is expected  # rule 76


def test_hub_fields() -> None:
    assert parse_hub_query("fields=eventType,event.productOrder.id").fields == ("eventType", "event.productOrder.id")
    assert parse_hub_query("eventType=A&fields=none").fields == ()


@pytest.mark.parametrize("text", ["eventType", "$[?(", "domain>", "a=\x00"])
def test_a_bad_hub_query_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        parse_hub_query(text)


# --- any input -----------------------------------------------------------------------------------------------------

SCRAPS = [
    "a", "name", "=", ">", "<", "!", "~", "*", "&", ";", ",", ".", '"', "'", "%22", "%3E", "%00", "%", "+", " ",
    "filter=",
    "sort=", "limit=", "fields=", "offset=",
    "$", "@", "[", "]", "?(", "(", ")", "&&", "%26%26", "||", "==", "=~", "/re/i",
    "..", "5",
    "length()", "null", "true", ".regex=", ".gt=", "2017-04-20", "-", "{2,3}", "\\", "^", "é", "\ud800",
]  # fmt: skip


@settings(max_examples=500, deadline=timedelta(seconds=2))
@given(st.text() | st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join))
@example("filter=" + "$[?(" * 400)
@example("filter=$[?(" + "!" * 1900)
@example("filter=$" + ".a[?(@.b)]" * 190)
@example("filter=$[?(" + "@.a||" * 390 + "@.a)]")
@example("name.regex=" + "(" * 200)
@example("~" * 15_000)
@example('"' * 15_000)
@example("%22" * 5_000)
@example(";" * 15_000)
@example(",".join(["a=b"] * 3000))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (parse, parse_hub_query):
        try:
            query = read(text)
        except QueryError as error:
            assert error.message
        else:
            assert matches(query.expression, DOCUMENT) in (True, False)


# --- regular expressions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    ["(?i)a", "(?<n>a)", r"(a)\1", "(?=a)", "(?<!a)", "a**", "a{2", "a{3,2}", "a{101}", "[b-a]", "[", "[a", "a)",
     r"\p{L}", r"\x41", "[[:alpha:]]", "*", "^*", "a|*", "\\", "(((((((((((((((((((((a)))))))))))))))))))))",
     r"[\d-z]", "a++"],
)  # fmt: skip
def test_a_pattern_outside_the_common_subset_is_refused(pattern: str) -> None:
    with pytest.raises(QueryError):
        translate(pattern)


@pytest.fixture
def stage(db: None) -> Iterator[None]:
    query_stage.build()
    yield


PIECES = [
    "a", "b", "J", "é", "1", " ", "_", "-", r"\d", r"\w", r"\s", r"\W", r"\D", r"\S", r"\b", r"\B", ".", "^", "$", "|",
    "(", ")", "[a-c]", "[^a]", r"[\w-]", "[]a]", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", r"\.", r"\n", "\n",
    "[^\n]", r"[\W]", "[^é-ö]", "😀", r"\-", "#",
]  # fmt: skip
SUBJECTS = [
    "",
    "a",
    "ab",
    "aab1",
    "J é",
    "É",
    "a\nb",
    "a_b-1",
    "ö",
    "😀",
    "é",
    "\n",
    "1a ",
    "-",
    "ba.",
    "a#",
    "\xa0",
    "٣",
    "ab\n",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), st.booleans())
def test_a_pattern_means_the_same_everywhere(stage: None, pattern: str, ignore_case: bool) -> None:
    try:
        translate(pattern, ignore_case)
    except QueryError:
        return
    operator = "iregex" if ignore_case else "regex"
    stored = query_stage.fill({"name": subject} for subject in SUBJECTS)
    test = Test(("name",), operator, (pattern,))
    assert query_stage.found_by_sql(test) == query_stage.found_in_memory(test, stored)


def test_pattern_meaning() -> None:
    def found(pattern: str, text: str, operator: str = "regex") -> bool:
        return compile_memory(Test((), operator, (pattern,)))(text)

    assert not found("a$", "a\n")
    assert not found("a.b", "a\nb")
    assert not found(r"\w", "é")
    assert not found(r"\d", "٣")
    assert found("É", "é", "iregex")
    assert found("[a-c]X", "Bx", "iregex")
    assert not found(5 * "a", "AAAAA")


# --- SQL -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2017-04-20", "2017-04-20T10:00", "2017-04-20T10:00Z", "2017-04-20 10:00:01.1234567+02", "2016-02-29",
     "0001-01-01T00:00:00+15:59", "2017-04-20T10:00:00,5-0130", "9999-12-31T23:59:59-15:00", "2017-02-29",
     "2017-13-01", "0000-01-01", "2017-04-20T24:00", "2017-04-20T10", "20170420",
     "2017-04-20T10:00:60Z", "2017-04-20T10:00+16:00", "now", "infinity", "", "2017-04-20\n",
     "2017-04-20T10:00:00.9999999Z"],
)  # fmt: skip
def test_instants_are_the_same_to_postgresql(stage: None, text: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    microseconds = "(extract(epoch FROM tmf_instant(%s)) * 1000000)::bigint"
    assert statements.run(f"SELECT {microseconds}", [text])[0][0] == instant(text)


@pytest.mark.parametrize("vendor", ["postgresql", "sqlite"])
@pytest.mark.parametrize(
    "queries",
    [
        ("lifecycleStatus=Active&note.author=5", "lifecycleStatus=x'%3B DROP TABLE t%3B--&note.author=%25s"),
        ("startDate>2017-01-01", "startDate>2018-01-01T00:00:00Z"),
        ("startDate=2017-01-01", "startDate=2018-01-01T10:00:00Z"),
        ("color=1", "colour=red"),
        ("name.regex=a", "name.regex=b"),
        ("filter=note[?(@.a==1 %26%26 @.b==2)]", "filter=note[?(@.c=='x' %26%26 @['d\"]']==2)]"),
    ],
)
def test_queries_of_one_shape_have_one_text(vendor: str, queries: tuple[str, str]) -> None:
    first, second = (where(parse(each).expression, query_stage.SCHEMA, vendor=vendor) for each in queries)
    assert first.text == second.text
    assert first.params != second.params


def test_a_reference_is_found_by_the_link_table(stage: None) -> None:
    sql = where(parse("category.id=5").expression, query_stage.SCHEMA, vendor=connection.vendor)
    assert sql.text.startswith("t.id IN (SELECT source_id FROM resources_link ")
    assert sql.params[1:] == ("category", "5")


def test_a_condition_in_a_queryset(stage: None) -> None:
    query_stage.fill([{"name": "a", "note": {"x": 1}}, {"name": "b%", "note": {"x": 2}}, {"name": "c"}])
    rows = query_stage.QueryStage._base_manager.order_by("id")
    condition = Matches(
        And((Test(("name",), "eq", ("b%", "c")), Test(("note", "x"), "gt", ("1",)))), query_stage.SCHEMA
    )
    assert [row.name for row in rows.filter(condition)] == ["b%"]
    opposite = Matches(Not(condition.expression), query_stage.SCHEMA)
    assert [row.name for row in rows.filter(opposite)] == ["a", "c"]
    assert rows.filter(condition, name="b%").count() == 1
