"""POST: what is kept, what is refused (TMF630 part 1)."""

from copy import deepcopy
from typing import Any

from tests.caller import footprint
from tests.contract.declaration import Declaration
from tests.contract.samples import UNKNOWN, WRONG, absent_from, leaves, required_inside, spelled, with_unknown
from tmfsite.fields.json import RawFloat
from tmfsite.resources.schema import schema_of


class Creating(Declaration):
    """POST: what is kept, what is refused (TMF630 part 1)."""

    def test_the_sample_has_a_value_for_every_attribute(self) -> None:
        schema = schema_of(self.model)
        known = {
            *self.full,
            *self.server_set,
            *self.stamped,
            *self.defaults,
            "id",
            "@baseType",
            "@schemaLocation",
            "@type",
        }
        assert set(schema.attributes) - known == set()
        missing = [
            path
            for name, value in self.nested()
            for path in absent_from(value, getattr(self.attribute(name).field, "value_type", None), name)
        ]
        assert [path for path in missing if path not in self.given] == []

    def test_create_minimal(self) -> None:
        self.needs("C")
        answer = self.api.post(self.route, self.minimal)
        document = answer.body
        assert answer.status == 201
        assert answer.headers["Content-Type"] == "application/json;charset=utf-8"
        assert answer.headers["Location"] == document["href"] == f"http://testserver{self.url(document)}"
        assert answer.headers["ETag"] == '"1"'
        for name in self.stamped:
            assert any(str(value).endswith("Z") for _, value in leaves({name: document.pop(name)}))
        identity = {name: document.pop(name) for name in ("id", "href")}
        assert all(identity.values())
        assert document == {"@type": self.type_name, **self.defaults, **self.minimal}

    def test_create_full_keeps_everything(self) -> None:
        sent = {**self.full, **deepcopy(UNKNOWN)}
        created = self.create(sent)
        kept = self.read(created).body
        for name, value in sent.items():
            assert spelled(created[name]) == spelled(value), name
            assert spelled(kept[name]) == spelled(value), name
        assert kept == created
        assert self.api.get(self.route).body == [created]
        assert created.keys() - sent.keys() <= {"id", "href", "@type", *self.defaults, *self.stamped}

    def test_unknown_nested_attributes_are_kept(self) -> None:
        sent = {**self.full, **{name: with_unknown(value) for name, value in self.nested()}}
        kept = self.read(self.create(sent)).body
        for name, value in sent.items():
            assert spelled(kept[name]) == spelled(value), name

    def test_empty_values_are_kept(self) -> None:
        for name, value in self.full.items():
            attribute = self.attribute(name)
            empty: Any = [] if isinstance(value, list) else {} if isinstance(value, dict) else ""
            if isinstance(value, dict) and required_inside(attribute.field.value_type):
                continue
            if not isinstance(value, dict | list | str) or name in (
                *self.mandatory,
                *self.derived,
                self.state,
            ):
                continue
            if attribute.kind in ("date", "date-time"):
                continue
            created = self.create(**{name: empty})
            assert self.read(created).body[name] == empty, name

    def test_null_is_no_value(self) -> None:
        optional = [name for name in self.full if name not in self.mandatory and name != "@type"]
        document = self.create({**self.minimal, **dict.fromkeys(optional), "xUnknown": None})
        for name in optional:
            assert name not in document or name in (*self.defaults, *self.stamped), name
        assert "xUnknown" not in document

    def test_numbers_keep_their_spelling(self) -> None:
        for name in self.full:
            if self.attribute(name).kind in ("integer", "number"):
                for text in ("7.0", "7e0", "70E-1"):
                    document = self.create(**{name: RawFloat(text)})
                    assert spelled(self.read(document).body[name]) == text, name
                    assert self.api.get(self.route, **{name: "7"}).ids[-1:] == [document["id"]], name

    def test_each_mandatory_attribute(self) -> None:
        self.needs("C")
        before = footprint(self.model)
        for name in self.mandatory:
            rest = {other: value for other, value in self.full.items() if other != name}
            for body in (rest, {**rest, name: None}):
                self.api.post(self.route, body).refused(400, "23", about=name)
        self.unchanged(before)

    def test_mandatory_attributes_inside_values(self) -> None:
        self.needs("C")
        before = footprint(self.model)
        for name, value in self.nested():
            if found := required_inside(self.attribute(name).field.value_type):
                faulty = [{"xOther": 1}] if isinstance(value, list) else {"xOther": 1}
                answer = self.api.post(self.route, {**self.full, name: faulty})
                answer.refused(400, "23", about=f"{name}[0].{found[1]}" if isinstance(value, list) else name)
        self.unchanged(before)

    def test_wrong_kinds(self) -> None:
        self.needs("C")
        before = footprint(self.model)
        for name, value in self.full.items():
            attribute = self.attribute(name)
            shapes: tuple[Any, ...] = ({},) if attribute.many else ([],) if attribute.is_json else ()
            shapes = () if getattr(attribute.field, "or_one", False) else shapes
            for wrong in (*WRONG[attribute.kind], *shapes):
                assert type(wrong) is not type(value) or isinstance(wrong, str | int | float)
                self.api.post(self.route, {**self.full, name: wrong}).refused(400, "24", about=name)
        self.unchanged(before)

    def test_wrong_kinds_inside_values(self) -> None:
        self.needs("C")
        before = footprint(self.model)
        for name, value in self.nested():
            sample = value[0] if isinstance(value, list) else value
            value_type = self.attribute(name).field.value_type
            for field in value_type.model_fields.values():
                inner = sample.get(field.alias)
                if isinstance(inner, str | dict | list) and field.annotation is not Any:
                    faulty = {**sample, field.alias: 1}
                    answer = self.api.post(
                        self.route, {**self.full, name: [faulty] if isinstance(value, list) else faulty}
                    )
                    answer.refused(400, "24", about=str(field.alias))
        self.unchanged(before)

    def test_server_set_attributes_are_ignored(self) -> None:
        document = self.create(**self.server_set)
        for name, value in self.server_set.items():
            assert document.get(name) != value, name

    def test_client_ids_are_ignored(self) -> None:
        document = self.create(id="mine", href="http://elsewhere/mine")
        assert document["id"] != "mine"
        assert document["href"] == f"http://testserver{self.url(document)}"

    def test_bodies_that_cannot_be_read(self) -> None:
        self.needs("C")
        before = footprint(self.model)
        self.api.post(self.route).refused(400, "21")
        self.api.post(self.route, b"  ").refused(400, "21")
        for text in (b"{", b'{"a":NaN}', b"\xff", b"[]", b'"x"', b'{"a":"\\u0000"}', b"[" * 5000 + b"]" * 5000):
            self.api.post(self.route, text).refused(400, "22")
        deep: Any = {}
        for _ in range(200):
            deep = {"x": deep}
        self.api.post(self.route, {**self.minimal, "x": deep}).refused(400, "22")
        self.api.post(self.route, b"<a/>", content_type="application/xml").refused(415, "415")
        self.unchanged(before)

    def test_bodies_that_are_too_large(self, settings: Any) -> None:
        self.needs("C")
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
        self.api.post(self.route, {**self.minimal, "x": "y" * 2000}).refused(413, "413")
