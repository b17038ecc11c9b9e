"""PATCH in its dialects, preconditions, DELETE (TMF630 parts 1 and 5)."""

from copy import deepcopy

from tests.caller import JSON_PATCH, JSON_PATCH_QUERY, MERGE_PATCH, footprint
from tests.contract.declaration import Declaration
from tests.contract.samples import UNKNOWN, WRONG, spelled
from tmfsite.fields.json import RawFloat
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of


class Changing(Declaration):
    """PATCH in its dialects, preconditions, DELETE (TMF630 parts 1 and 5)."""

    def test_patch_in_every_dialect(self) -> None:
        self.needs("P")
        operations_ = [{"op": "add", "path": f"/{name}", "value": value} for name, value in self.patch.items()]
        for content_type, body in (
            (MERGE_PATCH, self.patch),
            ("application/json", self.patch),
            ("application/json;charset=utf-8", self.patch),
            (JSON_PATCH, operations_),
            (JSON_PATCH_QUERY, operations_),
        ):
            before = self.create(self.full)
            answer = self.api.patch(self.url(before), body, content_type)
            assert answer.status == 200, answer.response.content
            after = answer.body
            assert answer.headers["ETag"] == '"2"'
            for name, value in self.patch.items():
                assert spelled(after[name]) == spelled(value)
            fixed = [name for name in before if name not in self.patch and name not in self.stamped]
            assert spelled({name: after[name] for name in fixed}) == spelled({name: before[name] for name in fixed})
            assert self.read(before).body == after

    def test_patch_each_attribute_away_and_back(self) -> None:
        self.needs("P")
        document = self.create(self.full)
        for name, value in self.full.items():
            if (
                name in self.mandatory
                or name in self.unpatchable
                or name in ("@type", "@baseType", "@schemaLocation", self.state, *self.states)
            ):
                continue
            gone = self.api.patch(self.url(document), {name: None})
            assert gone.status == 200, gone.response.content
            assert name not in gone.body or name in self.defaults, name
            back = self.api.patch(self.url(document), {name: value}).body
            assert spelled(back[name]) == spelled(value), name
        stamps = set(self.stamped)
        final = self.read(document).body
        assert {k: v for k, v in final.items() if k not in stamps} == {
            k: v for k, v in document.items() if k not in stamps
        }

    def test_patch_of_unknown_attributes(self) -> None:
        self.needs("P")
        document = self.create(**deepcopy(UNKNOWN))
        after = self.api.patch(self.url(document), {"xNested": {"a": None, "c": RawFloat("2.50")}, "xText": None}).body
        assert spelled(after["xNested"]) == spelled(
            {"b": [{}, "", [], None, {"z": 1, "a": None}], "c": RawFloat("2.50")}
        )
        assert "xText" not in after and after["xObject"] == {}

    def test_patch_without_effect(self) -> None:
        self.needs("P")
        document = self.create(self.full)
        before = footprint(self.model)
        for body in ({}, self.full, {"xMissing": None}, document):
            answer = self.api.patch(self.url(document), body)
            assert (answer.status, answer.body, answer.headers["ETag"]) == (200, document, '"1"')
        self.unchanged(before)

    def test_fixed_attributes(self) -> None:
        self.needs("P")
        document = self.create(self.full)
        before = footprint(self.model)
        fixed = {
            "id": "other",
            "href": "http://elsewhere/1",
            "@type": "Other",
            "@baseType": "Other",
            "@schemaLocation": "http://x/y",
        }
        for name, value in {**fixed, **self.unpatchable}.items():
            self.api.patch(self.url(document), {name: value}).refused(400, "24", about=name)
            pointer = [{"op": "add", "path": f"/{name}", "value": value}]
            self.api.patch(self.url(document), pointer, JSON_PATCH).refused(400, "24", about=name)
            if name in document:
                assert self.api.patch(self.url(document), {name: document[name]}).status == 200
                code = "23" if name in self.mandatory else "24"
                self.api.patch(self.url(document), {name: None}).refused(400, code, about=name)
        self.unchanged(before)
        assert self.read(document).body == document

    def test_patches_that_are_refused(self) -> None:
        self.needs("P")
        document = self.create(self.full)
        before = footprint(self.model)
        for name in self.mandatory:
            self.api.patch(self.url(document), {name: None}).refused(400, "23", about=name)
            self.api.patch(self.url(document), [{"op": "remove", "path": f"/{name}"}], JSON_PATCH).refused(
                400, "23", about=name
            )
        for name in self.full:
            if self.attribute(name).patchable:
                self.api.patch(self.url(document), {name: WRONG[self.attribute(name).kind][0]}).refused(
                    400, "24", about=name
                )
        missing = [{"op": "remove", "path": "/xMissing"}]
        self.api.patch(self.url(document), missing, JSON_PATCH).refused(400, "24")
        self.api.patch(self.url(document), b"{").refused(400, "22")
        self.api.patch(self.url(document), None).refused(400, "21")
        self.api.patch(self.url(document), {}, "application/xml").refused(415, "415")
        self.api.patch(f"{self.route}/nothing", self.patch).refused(404, "60")
        self.unchanged(before)
        assert self.read(document).body == document

    def test_a_failed_operation_undoes_the_others(self) -> None:
        self.needs("P")
        document = self.create()
        body = [
            *({"op": "add", "path": f"/{name}", "value": value} for name, value in self.patch.items()),
            {"op": "test", "path": "/id", "value": "other"},
        ]
        assert self.api.patch(self.url(document), body, JSON_PATCH).status in (400, 409)
        assert self.read(document).body == document

    def test_preconditions(self) -> None:
        document = self.create()
        if "P" in self.verbs:
            for tag in ('"7"', '"x"', ""):
                self.api.patch(self.url(document), self.patch, headers={"If-Match": tag}).refused(412, "412")
            assert self.read(document).body == document
            for number, tag in enumerate(('"1"', "*", 'W/"3", "9"')):
                body = self.patch if number % 2 == 0 else {name: document.get(name) for name in self.patch}
                assert self.api.patch(self.url(document), body, headers={"If-Match": tag}).status == 200
        if "D" in self.verbs:
            self.api.delete(self.url(document), headers={"If-Match": '"77"'}).refused(412, "412")
            tag = self.read(document).headers["ETag"]
            assert self.api.delete(self.url(document), headers={"If-Match": tag}).status == 204

    def test_delete(self) -> None:
        self.needs("D")
        document, other = self.create(self.full), self.create()
        answer = self.api.delete(self.url(document))
        assert (answer.status, answer.response.content) == (204, b"")
        self.read(document).refused(404, "60")
        self.api.delete(self.url(document)).refused(404, "60")
        assert self.api.get(self.route).ids == [other["id"]]
        links = Link.objects.filter(source_type=schema_of(self.model).content_type_id())
        assert not links.exclude(source_id=self.model.objects.get(uid=other["id"]).pk).exists()
