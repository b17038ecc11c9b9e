"""SQL and memory give the same answers, whatever the documents and the queries."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.framework import query_stage
from tmfsite.query import And, Exists, Expression, Not, Or, QueryError, SomeElement, Test
from tmfsite.query.expression import Descend, Elements, dump, load

TEXTS = [
    "", "a", "A", "b", "Jean", "é", "É", "ß", "😀", "5", "5.0", "-1", "true", "false", "null", "x,y", "a b", 'q"q',
    "'", "\\",
    "a\nb", "%", "%s", "_", "2017-04-20", "2017-04-20T00:00:00Z", "2017-04-20T10:00:00.123Z",
    "2017-04-20T12:00:00.123+02:00",
    "2017-04-20 10:00", "2017-04-20T10:00:00,5-0130", "2017-04-20T10:00:00.123456789Z", "2017-04-21", "2017-02-30",
    "9999-12-31", "0001-01-01T00:00:00+15:00", "2016-02-29T23:59z", "2017-04-20T10:00", "2017-04-20x", "Active",
]  # fmt: skip
DATES = [text for text in TEXTS if text[:4] in ("2016", "2017", "9999") and text not in ("2017-02-30", "2017-04-20x")]
NUMBERS = [0, 1, 5, -1, 1.0, 5.0, 0.1, 1e3, -2.5, 2**40, 3]
PATTERNS = [
    "a",
    "^a",
    "a$",
    "^$",
    ".",
    r"\d+",
    r"\bJ",
    r"^\w+$",
    "[^a-z]",
    "(a|b)+",
    "a.b",
    r"\s",
    "[é-ö]",
    r"[\S\n]",
    "é",
]
NAMES = [
    "name",
    "lifecycleStatus",
    "isBundle",
    "priority",
    "rating",
    "amount",
    "startDate",
    "dueDate",
    "note",
    "place",
    "category",
]
KEYS = ["id", "text", "a", "@type", "x y", "size"]
SPELLED = [query_stage.raw({"n": n})["n"] for n in NUMBERS]

scalars = st.sampled_from(TEXTS) | st.sampled_from(SPELLED) | st.booleans() | st.none()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)
references = st.fixed_dictionaries(
    {"id": st.sampled_from(TEXTS)}, optional={"name": st.sampled_from(TEXTS), "a": values}
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(TEXTS),
        "lifecycleStatus": st.sampled_from(TEXTS),
        "isBundle": st.booleans(),
        "priority": st.sampled_from([0, 1, 5, -1]),
        "rating": st.sampled_from(SPELLED),
        "amount": st.sampled_from(SPELLED),
        "startDate": st.sampled_from([*DATES, ""]),
        "dueDate": st.sampled_from([*DATES, ""]),
        "note": values,
        "place": values,
        "category": st.lists(references, max_size=3),
        "@type": st.sampled_from(TEXTS),
        "size": values,
        "x y": values,
        "text": scalars,
    },
)

steps = st.sampled_from(KEYS) | st.sampled_from([0, 1, Elements(), Descend("id"), Descend("a")])
paths = st.builds(
    lambda first, rest: (first, *rest),
    st.sampled_from([*NAMES, *KEYS, "id", "href", "@type", "absent"])
    | st.sampled_from([Descend("id"), Descend("name")]),
    st.lists(steps, max_size=3),
)
operands = st.lists(
    st.sampled_from(TEXTS) | st.sampled_from(NUMBERS).map(str), min_size=1, max_size=3, unique=True
).map(tuple)


def conditions(where: st.SearchStrategy[tuple]) -> st.SearchStrategy[Expression]:
    orders = st.sampled_from(["eq", "eq", "ne", "gt", "gte", "lt", "lte"])
    return (
        st.builds(Test, where, orders, operands)
        | st.builds(
            Test, where, st.sampled_from(["regex", "iregex"]), st.sampled_from(PATTERNS).map(lambda each: (each,))
        )
        | st.builds(Test, where, orders, st.sampled_from([("0",), ("1",), ("2", "3")]), length=st.just(True))
        | st.builds(Exists, where)
    )


def combined(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, inner)


elements = st.recursive(
    conditions(st.lists(steps, max_size=2).map(tuple)),
    lambda inner: combined(inner) | st.builds(SomeElement, st.lists(steps, min_size=1, max_size=2).map(tuple), inner),
    max_leaves=3,
)
expressions = st.recursive(
    conditions(paths) | st.builds(SomeElement, paths, elements),
    combined,
    max_leaves=4,
)


@pytest.fixture
def stage(db: None) -> Iterator[None]:
    query_stage.build()
    yield


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(documents, min_size=1, max_size=6), st.lists(expressions, min_size=1, max_size=10))
def test_sql_and_memory_agree(stage: None, given_documents: list, given_expressions: list[Expression]) -> None:
    stored = query_stage.fill(given_documents)
    for expression in given_expressions:
        try:
            found = query_stage.found_by_sql(expression)
        except QueryError:
            continue  # an operand that does not fit its attribute: known to SQL only
        assert found == query_stage.found_in_memory(expression, stored), expression


@given(expressions)
def test_an_expression_survives_its_text(expression: Expression) -> None:
    assert load(dump(expression)) == expression
