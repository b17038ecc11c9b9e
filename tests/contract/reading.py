"""GET of one resource and of lists: fields, filters, sort, pages (TMF630 part 1)."""

from copy import deepcopy
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.contract.declaration import Declaration
from tests.contract.samples import UNKNOWN, filter_name, leaves, operand, spelled
from tmfsite.fields import json
from tmfsite.fields.json import Document


class Reading(Declaration):
    """GET of one resource and of lists: fields, filters, sort, pages (TMF630 part 1)."""

    def test_unknown_ids(self) -> None:
        for uid in ("nothing", "%F0%9F%90%8E", "a%20b", "%00", "x" * 2000, "%25", "1'--", ":(version=1)", "%FF"):
            self.api.get(f"{self.route}/{uid}").refused(404, "60")

    def test_entity_tags(self) -> None:
        document = self.create()
        tag = self.read(document).headers["ETag"]
        for header in (tag, f"W/{tag}", f'"0", {tag}', "*"):
            answer = self.api.get(self.url(document), headers={"If-None-Match": header})
            assert (answer.status, answer.response.content, answer.headers["ETag"]) == (304, b"", tag)
        assert self.api.get(self.url(document), headers={"If-None-Match": '"77"'}).status == 200

    def test_slash_and_empty_query(self) -> None:
        document = self.create()
        for url in (self.url(document) + "/", self.url(document) + "?", self.url(document) + "/?"):
            assert self.api.get(url).body == document
        for url in (self.route + "/", self.route + "?", self.route + "/?"):
            assert self.api.get(url).body == [document]
        if "C" in self.verbs:
            assert self.api.post(self.route + "/", self.minimal).status == 201

    def test_fields(self) -> None:
        document = self.create(self.full)
        identity = {name: document[name] for name in ("id", "href")}

        def shown(fields: Any) -> Document:
            one = self.api.get(self.url(document), fields=fields)
            many = self.api.get(self.route, fields=fields)
            assert (one.status, many.status) == (200, 200)
            assert spelled(many.body) == spelled([one.body])
            return one.body  # type: ignore[no-any-return]

        for name in document:
            assert shown(name) == {**identity, name: document[name]}, name
        assert shown("none") == shown("id") == shown("xMissing") == identity
        assert shown("") == document
        some = list(self.full)[:3]
        assert shown(",".join(some)) == shown(some) == {**identity, **{name: document[name] for name in some}}

    def test_nested_fields(self) -> None:
        document = self.create(self.full)
        for name, value in self.nested():
            for inner in value[0] if isinstance(value, list) else value:
                got = self.api.get(self.url(document), fields=f"{name}.{inner}").body
                assert got.keys() == {"id", "href", name}
                cut = [
                    {inner: each[inner]} if inner in each else {}
                    for each in (value if isinstance(value, list) else [value])
                ]
                assert got[name] == (cut if isinstance(value, list) else cut[0]), f"{name}.{inner}"

    def test_empty_list(self) -> None:
        answer = self.api.get(self.route)
        assert (answer.status, answer.body) == (200, [])
        assert (answer.headers["X-Total-Count"], answer.headers["X-Result-Count"]) == ("0", "0")

    def test_filter_by_every_attribute(self) -> None:
        documents = [self.create(self.full), self.create(self.minimal)]
        for path, value in dict.fromkeys((path, spelled(value)) for path, value in leaves(documents[0])):
            wanted = operand(json.loads(value))
            expected = [
                each["id"]
                for each in documents
                if any(at == path and spelled(leaf) == value for at, leaf in leaves(each))
            ]
            for text in (wanted, f'"{wanted}"'):
                answer = self.api.get(self.route, **{filter_name(path): text})
                assert (answer.status, answer.ids) == (200, expected), f"{path}={text}"
                assert answer.headers["X-Total-Count"] == str(len(expected))

    def test_filters_that_match_nothing(self) -> None:
        self.create(self.full)
        for path in dict.fromkeys(path for path, _ in leaves(self.full)):
            assert self.api.get(self.route, **{filter_name(path): "no-such-value"}).body == [], path
        assert self.api.get(self.route, xMissing="1").body == []
        for value in ("\ud7ff\U0010ffff", "'", '"', "%", "\\"):
            assert self.api.get(self.route, id=value).body == self.api.get(self.route, xMissing=value).body == []

    def test_filter_by_unknown_attributes(self) -> None:
        document = self.create(**deepcopy(UNKNOWN), xPlain="here")
        assert self.api.get(self.route, xPlain="here").ids == [document["id"]]
        assert self.api.get(self.route, **{"xNested.b.z": "1"}).ids == [document["id"]]

    def test_filters_that_cannot_be_read(self) -> None:
        for query in (
            "limit=-1",
            "limit=x",
            "offset=-1",
            "sort=a..b",
            "filter=%24%5B",
            "name.regex=%28",
            "id=%00",
        ):
            self.api.get(f"{self.route}?{query}").refused(400, "28")

    def test_sort(self) -> None:
        names = [
            name for name, value in self.full.items() if self.attribute(name).kind == "string" and name != self.state
        ]
        name = next(each for each in names if each not in ("version",))
        ids = {value: self.create(**{name: value})["id"] for value in ("b", "c", "a")}
        rising = [ids[value] for value in "abc"]
        if name not in self.mandatory:
            rising.append(self.create({other: value for other, value in self.minimal.items() if other != name})["id"])
        falling = [ids[value] for value in "cba"] + rising[3:]
        for sort in (name, f"+{name}", f"{name}.asc"):
            assert self.api.get(self.route, sort=sort).ids == rising
        for sort in (f"-{name}", f"{name}.desc", f"-{name},id"):
            assert self.api.get(self.route, sort=sort).ids == falling
        assert self.api.get(self.route, sort="xMissing").ids == list(ids.values()) + rising[3:]

    def test_paging(self) -> None:
        ids = [self.create()["id"] for _ in range(3)]

        def cut(**query: Any) -> tuple[int, list[str], str, str]:
            answer = self.api.get(self.route, **query)
            return answer.status, answer.ids, answer.headers["X-Total-Count"], answer.headers["X-Result-Count"]

        assert cut() == (200, ids, "3", "3")
        assert cut(limit=2) == (206, ids[:2], "3", "2")
        assert cut(offset=1) == (206, ids[1:], "3", "2")
        assert cut(offset=2, limit=5) == (206, ids[2:], "3", "1")
        assert cut(offset=0, limit=3) == (200, ids, "3", "3")
        assert cut(limit=0) == (200, [], "3", "0")
        assert cut(offset=9) == (200, [], "3", "0")
        links = self.api.get(self.route, limit=1, offset=1, sort="id").headers["Link"]
        url = f"http://testserver{self.route}?sort=id&offset="
        assert links == ", ".join(
            f'<{url}{offset}&limit=1>; rel="{rel}"'
            for rel, offset in (("self", 1), ("first", 0), ("prev", 0), ("next", 2), ("last", 2))
        )

    def test_a_cut_of_the_server_is_complete(self, settings: Any) -> None:
        settings.TMF_DEFAULT_LIMIT = 2
        ids = [self.create()["id"] for _ in range(3)]
        answer = self.api.get(self.route)
        assert (answer.status, answer.ids, answer.headers["X-Total-Count"]) == (200, ids[:2], "3")
        assert 'rel="next"' in answer.headers["Link"]

    def test_statements_of_a_read(self) -> None:
        document = self.create(self.full)
        self.create()
        for url, limit in (
            (self.url(document), self.reads["one"]),
            (self.route, self.reads["list"]),
            (f"{self.route}?id={document['id']}&limit=1&offset=0", self.reads["list"]),
            (f"{self.url(document)}?fields=id", 1),
        ):
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert self.api.get(url).status in (200, 206)
            assert len(captured) <= limit, [each["sql"] for each in captured]
