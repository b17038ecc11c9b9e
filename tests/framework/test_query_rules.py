"""Every rule of TMF630's filters, sort and paging by example; one set of resources, asked on all evaluators."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.framework import query_stage
from tmfsite.query import QueryError, parse
from tmfsite.wire.encode import collection_url

NOTES = [{"author": "John", "text": "ok"}, {"author": "Jean", "text": "no"}]
DOCUMENTS = {
    "1": {"name": "Foo, Ltd", "lifecycleStatus": "Active", "isBundle": True, "priority": 1, "rating": 2.5,
          "startDate": "2017-04-20T10:00:00.123Z", "dueDate": "2017-04-20", "note": NOTES, "size": 300,
          "place": {"city": "Bonn", "tag": ["x", "y"]},
          "category": [{"id": "5", "name": "A"}, {"id": "6", "name": "B"}]},
    "2": {"name": "Foo", "lifecycleStatus": "Launched", "isBundle": False, "priority": 10, "rating": 10,
          "startDate": "2017-04-20T23:30:00+02:00", "note": [{"author": "John", "text": "no"}],
          "category": [{"id": "7", "@referredType": "Category"}], "@type": "GSM", "color": "red",
          "when": "2017-05-01T00:00:00Z"},
    "3": {"name": "Ltd", "lifecycleStatus": "Active", "priority": 2, "startDate": "2013-04-20T00:00:00.000Z",
          "note": [], "color": ["red", "blue"], "size": "300", "when": "2017-05-01T02:00:00+02:00"},
    "4": {"name": ">", "lifecycleStatus": "Retired", "category": [], "place": {"city": None}, "color": 1.0},
}  # fmt: skip


@pytest.fixture
def ask(db: None) -> Iterator[object]:
    query_stage.build()
    stored = query_stage.fill({"id": uid, **document} for uid, document in DOCUMENTS.items())

    def answer(query: str) -> str:
        expression = parse(query).expression
        found = query_stage.found_by_sql(expression)
        assert found == query_stage.found_in_memory(expression, stored)
        return "".join(found)

    yield answer


FILTERS = [
    ("R18", "lifecycleStatus=Active", "13"),
    ("R18", "lifecycleStatus=Active&isBundle=true", "1"),
    ("R19", "lifecycleStatus=Active,Launched", "123"),
    ("R19", "lifecycleStatus=Active&lifecycleStatus=Launched", "123"),
    ("R19", "lifecycleStatus=Active;lifecycleStatus=Launched", "123"),
    ("R19", "lifecycleStatus=Active;Launched", "123"),
    ("R20", "priority.gt=2", "2"),
    ("R20", "priority.gte=2", "23"),
    ("R20", "priority.lt=2", "1"),
    ("R20", "priority.lte=2", "13"),
    ("R20", "priority.eq=2", "3"),
    ("R20", "priority%3E2", "2"),
    ("R20", "priority%3E%3D2", "23"),
    ("R20", "priority%3C2", "1"),
    ("R20", "priority%3C%3D2", "13"),
    ("R20", "priority%3D%3D2", "3"),
    ("R20", "name.regex=^Foo.*", "12"),
    ("R20", "name*=Foo", "12"),
    ("R20", "name%3D~oo$", "2"),
    ("R20", "name=~oo$", "2"),
    ("R21", "startDate>2014-01-01", "12"),
    ("R21", "startDate>=2017-04-20", "12"),
    ("R21", "startDate%3E2014-01-01", "12"),
    ("R21", "priority>=2", "23"),
    ("R22", "lifecycleStatus!=Active", "24"),
    ("R22", "lifecycleStatus.ne=Active", "24"),
    ("R22", "lifecycleStatus.ne=Active,Retired", "2"),
    ("R22", "isBundle.ne=true", "2"),
    ("R23", "startDate%3E2013-05-01&startDate%3C2017-04-20T12:00:00Z", "1"),
    ("R23", "startDate%3E2017-04-20T12:00:00Z;startDate%3C2014-01-01", "23"),
    ("R24", "priority.gt=1&priority.gt=2", "2"),
    ("R24", "priority=1&priority.lt=5", "1"),
    ("R25", "lifecycleStatus=Active;isBundle=false&priority=10", "2"),
    ("R26", "name=Foo%2CLtd", "23"),
    ("R26", "name=Foo, Ltd", "123"),
    ("R26", 'name="Foo, Ltd"', "1"),
    ("R26", "name.regex=o,", "1"),
    ("R27", "note.author=John", "12"),
    ("R27", "note.author=John&note.text=no", "12"),
    ("R27", "place.city=Bonn", "1"),
    ("R27", "place.tag=y", "1"),
    ("R27", "color=blue", "3"),
    ("R27", "category=5", ""),
    ("R27", "category.id=5", "1"),
    ("R27", "category.id=5,7", "12"),
    ("R27", "category.id=6&category.id=7", "12"),
    ("R28", "@type=GSM", "2"),
    ("R28", "%40type=GSM", "2"),
    ("R28", "@type=QueryStage", "134"),
    ("R28", "category.@referredType=Category", "2"),
    ("R28", "color=red", "23"),
    ("R29", "isBundle=true", "1"),
    ("R29", "isBundle=True", ""),
    ("R29", "rating=10.0", "2"),
    ("R29", "rating=1e1", "2"),
    ("R29", "color=1", "4"),
    ("R29", "size=300", "13"),
    ("R29", "size=300.0", "1"),
    ("R29", "startDate=2017-04-20T10:00:00.123Z", "1"),
    ("R29", "startDate=2017-04-20T12:00:00.123%2B02:00", "1"),
    ("R29", "startDate=2017-04-20T21:30:00Z", "2"),
    ("R29", "startDate=2013-04-20T00:00", "3"),
    ("R29", "startDate=2017-04-20", "12"),
    ("R29", "when=2017-05-01T00:00:00.000Z", "23"),
    ("R29", "when=2017-05-01", "23"),
    ("R29", "when>2017-05-01", ""),
    ("R29", "dueDate=2017-04-20", "1"),
    ("R29", "dueDate<2017-04-21", "1"),
    ("R29", "lifecycleStatus=active", ""),
    ("R30", 'startDate="2017-04-20T10:00:00.123Z"', "1"),
    ("R30", 'priority="1"', "1"),
    ("R30", "name=>", "4"),
    ("R30", 'name=">"', "4"),
    ("R30", "name=%3E", "4"),
    ("R30", "startDate=2017-04-20T23:30:00+02:00", "2"),
    ("R30", "startDate=2017-04-20T23:30:00%2002:00", "2"),
    ("R31", "nothing=1", ""),
    ("R31", "name.first=1", ""),
    ("R32", "name.regex=o", "12"),
    ("R32", "name.regex=^o", ""),
    ("R35", "filter=" + quote("$[?(@.lifecycleStatus=='Active')]"), "13"),
    ("R36", "filter=$.note[?(@.author=='John')]", "12"),
    ("R36", "filter=note[?(@.author=='Jean')]", "1"),
    ("R36", "filter=.note[?(@.author=='Jean')]", "1"),
    ("R36", "filter=[?(@.size==300)]", "13"),
    ("R36", "filter=$[*][?(@.priority==1)]", "1"),
    ("R36", "filter=note[?(@author=='Jean')]", "1"),
    ("R36", "filter=$.note", "12"),
    ("R37", "filter=note[?(@.author=='John' && @.text=='no')]", "2"),
    ("R37", "filter=$[?(@.note[?(@.author=='John' %26%26 @.text=='no')])]", "2"),
    ("R37", "filter=$[?(@.priority>=2 && @.priority<10)]", "3"),
    ("R37", "filter=$[?(@.priority<2 || @.priority>5)]", "12"),
    ("R37", "filter=$[?(!(@.lifecycleStatus=='Active'))]", "24"),
    ("R37", "filter=$[?(@.name=~/^foo/i)]", "12"),
    ("R37", "filter=$[?(@.name=~/^foo/)]", ""),
    ("R37", "filter=$[?(2 <= @.priority)]", "23"),
    ("R37", "filter=$[?(@.isBundle==true)]", "1"),
    ("R37", "filter=$[?(@.isBundle==null)]", "34"),
    ("R37", "filter=$[?(@.isBundle!=null)]", "12"),
    ("R37", "filter=$[?(@['place']['city']==\"Bonn\")]", "1"),
    ("R37", "filter=$[?(@.category[0].id=='6')]", ""),
    ("R37", "filter=$[?(@.category[1].id=='6')]", "1"),
    ("R37", "filter=$[?(@.category[*].id=='6')]", "1"),
    ("R37", "filter=$..author", "12"),
    ("R37", "filter=$[?(@..author=='Jean')]", "1"),
    ("R37", "filter=$[?(@.note.length()>1)]", "1"),
    ("R37", "filter=$[?(@.note.length()==0)]", "3"),
    ("R37", "filter=$[?(@.name.length()==3)]", "23"),
    ("R37", "filter=place.tag[?(@=='x')]", "1"),
    ("R37", "filter=category[?(@.id=='5' && @.name=='A')]", "1"),
    ("R37", "filter=category[?(@.id=='5' && @.name=='B')]", ""),
    ("R38", "filter=$[?(@.priority==1)],$[?(@.priority==2)]", "13"),
    ("R38", "filter=$[?(@.priority==1)];$[?(@.priority==2)]", "13"),
    ("R38", "filter=$[?(@.priority==1)]&filter=$[?(@.priority==2)]", "13"),
    ("R38", "filter=$[?(@.priority>1)]&lifecycleStatus=Active", "3"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "query", "expected"), FILTERS)
def test_filter(ask: object, rule: str, query: str, expected: str) -> None:
    assert ask(query) == expected


def test_the_whole_href_is_a_filter(ask: object) -> None:
    assert ask(f"href={collection_url(query_stage.QueryStage)}2") == "2"  # rule 30
    assert ask("href.regex=/3$") == "3"


@pytest.mark.parametrize(
    ("query", "parameter", "position"),
    [
        ("name.regex=(", "name.regex", 1),  # rule 31
        ("name.regex=(?=a)", "name.regex", 1),
        ("name.regex=" + "a" * 201, "name.regex", None),
        ("name.regex=((a{99}){99}){99}", "name.regex", None),
        ("name>", "name", 0),
        ("x=1&name.gt=", "name.gt", 4),
        ("name", "name", 0),
        ("=1", "", 0),
        ("a..b=1", "a..b", 0),
        ("name.gt>1", "name.gt", 0),
        ("name=%00", "", None),
        ("limit>3", "limit", None),  # rule 33
        ("filter=$[?(@.a==)]", "filter", 9),  # rule 39
        ("filter=$[?(@.a=='x']", "filter", 12),
        ("filter=$[?(@.a==1)] x", "filter", 13),
        ("filter=$[?(@.a)", "filter", 8),
        ("filter=$[?(@.a~1)]", "filter", 7),
        ("filter=$", "filter", 1),
        ("filter=$[0].name", "filter", 1),
        ("filter=$[?(@.a=~/(/)]", "filter", 12),
        ("filter=" + "a" * 2001, "filter", None),
        ("filter=" + "a[?(@." * 6 + "b" + ")]" * 6, "filter", 33),
        ("filter=$..a..b..c", "filter", 9),
        ("sort=name,,id", "sort", None),  # rule 40
        ("sort=-", "sort", None),
        ("offset=-1", "offset", None),  # rule 46
        ("limit=1.5", "limit", None),
        ("limit=x", "limit", None),
        ("limit=99999999999999999999", "limit", None),
    ],
)
def test_a_bad_query_is_refused_with_its_place(query: str, parameter: str, position: int | None) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query)
    assert (refused.value.parameter, refused.value.position) == (parameter, position)
    assert refused.value.message


@pytest.mark.parametrize("query", ["priority.gt=x", "startDate<soon", "rating.lte=1,x", "dueDate>1"])
def test_an_operand_must_fit_an_ordered_attribute(ask: object, query: str) -> None:
    with pytest.raises(QueryError):
        ask(query)  # rule 31


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("sort=name", "4213"),  # rule 40
        ("sort=-name", "3124"),
        ("sort=+name", "4213"),
        ("sort=name.desc", "3124"),
        ("sort=name.asc", "4213"),
        ("sort=lifecycleStatus,-name", "3124"),
        ("sort=lifecycleStatus&sort=-name", "3124"),
        ("sort=rating", "1234"),
        ("sort=-rating", "2134"),
        ("sort=priority", "1324"),
        ("sort=place.city", "1234"),
        ("sort=-category.id", "2134"),
        ("sort=-startDate", "2134"),
        ("sort=size", "1324"),
        ("sort=-size", "1324"),
        ("sort=isBundle", "2134"),
        ("sort=nothing", "1234"),
        ("sort=name.first", "1234"),
        ("sort=-id", "4321"),
        ("sort=", "1234"),
    ],
)
def test_sort(ask: object, query: str, order: str) -> None:
    assert "".join(query_stage.in_order(parse(query).sort)) == order
