"""Inputs for what a JSON Schema describes: the attributes that a registered type adds (TMF630 part 2).

Attributes become parts of a nested form as those of value types do. The schema itself is checked when the entity is
saved; here a text is only read as the kind of value that its attribute has.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from pydantic import TypeAdapter

from tmfsite.admin.nested.cells import (
    EMPTY,
    Cell,
    Choice,
    Free,
    Moment,
    Numeric,
    Paragraph,
    Refused,
    Suggest,
    Switch,
    parse_free,
    spell,
    unify,
)
from tmfsite.admin.nested.fields import NestedField
from tmfsite.admin.nested.options import NestedOptions
from tmfsite.admin.nested.tree import BoundCell, BoundGroup, Group, Part, Rows
from tmfsite.fields import json
from tmfsite.fields.names import words
from tmfsite.fields.values import Value
from tmfsite.resources.extensions import Extension, attributes_of, extension_fields, required_of, resolve
from tmfsite.resources.schema import Schema

type Node = Mapping[str, Any]

_YES_NO = ((True, "Yes"), (False, "No"))
_LONG = 200
# How a text is read where several types are allowed: the narrowest first.
_READINGS = {
    "integer": "integer", "number": "number", "boolean": "boolean", "object": "structure", "array": "list", "string": "",
}  # fmt: skip


# --- what a schema says ---------------------------------------------------------------------------------------------


def title_of(wire: str, node: Node) -> str:
    """Return what an attribute is called."""
    return str(node.get("title") or words(wire))


def _plain(node: Any, root: Node) -> Node:
    """Return a schema without its references, and without the alternative of null."""
    node = resolve(node, root)
    if not isinstance(node, Mapping):
        return {}
    for word in ("anyOf", "oneOf"):
        others = [each for each in node.get(word, ()) if each != {"type": "null"}]
        if len(others) == 1:
            inner = _plain(others[0], root)
            return {**inner, **{name: value for name, value in node.items() if name != word}}
    return node


def _kinds(node: Node) -> tuple[str, ...]:
    """Return the JSON types that a schema allows, null left out; none when it does not say."""
    kinds = node.get("type")
    if kinds is None:
        kinds = "object" if "properties" in node else "array" if "items" in node else ()
    return tuple(kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null")


def _choices(node: Node) -> list[tuple[Any, str]]:
    """Return the values that a schema lists, and what they are called."""
    if "enum" in node or "const" in node:
        values = node["enum"] if "enum" in node else [node["const"]]
        return [(each, each if isinstance(each, str) else json.dumps(each)) for each in values if each is not None]
    listed = node.get("oneOf") or node.get("anyOf") or ()
    if listed and all(isinstance(each, Mapping) and "const" in each for each in listed):
        return [
            (each["const"], str(each.get("title") or each["const"])) for each in listed if each["const"] is not None
        ]
    return []


# --- cells ----------------------------------------------------------------------------------------------------------


class Options(Choice):
    """One of the values that a schema lists, of any kind."""

    def __init__(self, *args: Any, options: Sequence[tuple[Any, str]], **look: Any) -> None:
        super().__init__(*args, choices=[(spell(value), label) for value, label in options], **look)
        self.values = {spell(value): value for value, _ in options}

    def show(self, value: Any) -> str | None:
        return "" if value in EMPTY else spell(value)

    def parse(self, text: str, cell: BoundCell) -> Any:
        if text not in self.values:
            raise Refused("Choose one of the values on offer.")
        return self.values[text]


class Several(Options):
    """A list of such values, each a box to tick; the original order stays."""

    def show(self, value: Any) -> str | None:
        if value in EMPTY:
            return ""
        names = [spell(each) for each in value] if isinstance(value, list) else []
        return "\n".join(names) if isinstance(value, list) and len(set(names)) == len(names) else None

    def sent(self, cell: BoundCell) -> str | None:
        return "\n".join(cell.data.getlist(cell.name))

    def same(self, shown: str, sent: str) -> bool:
        return set(shown.split("\n")) == set(sent.split("\n"))

    def parse(self, text: str, cell: BoundCell) -> Any:
        names = text.split("\n")
        held = {spell(each): each for each in cell.original} if isinstance(cell.original, list) else {}
        new = {name: value for name, value in self.values.items() if name not in held}
        if not set(names) <= {*held, *new}:
            raise Refused("Choose among the values on offer.")
        return [value for name, value in (held | new).items() if name in names]

    def html(self, cell: BoundCell) -> SafeString:
        ticked = [name for name in cell.text.split("\n") if name]
        choices = dict(self.choices) | {name: name for name in ticked if name not in self.values}
        boxes = (
            (cell.name, name, mark_safe(" checked") if name in ticked else "", label) for name, label in choices.items()
        )
        box = '<label><input type="checkbox" class="nf-switch" name="{}" value="{}"{}>{}</label>'
        return format_html(
            '<div class="nf-checks" role="group" aria-label="{}"{}>{}</div>',
            self.label, cell.attributes, format_html_join("", box, boxes),
        )  # fmt: skip


class Items(Paragraph):
    """A list of scalars of one kind, one per line."""

    def __init__(self, *args: Any, item: Cell, **look: Any) -> None:
        super().__init__(*args, **look)
        self.item = item

    def show(self, value: Any) -> str | None:
        if value in EMPTY:
            return ""
        texts = [self.item.show(each) for each in value] if isinstance(value, list) else [None]
        plain = all(text is not None and text.strip() == text != "" and "\n" not in text for text in texts)
        return "\n".join(map(str, texts)) if plain else None

    def parse(self, text: str, cell: BoundCell) -> Any:
        found = []
        for number, line in enumerate(unify(text).split("\n"), 1):
            try:
                found += [self.item.parse(line.strip(), cell)] if line.strip() else []
            except Refused as refusal:
                raise Refused(f"Line {number}: {refusal}") from None
        return found


class Day(Cell):
    """A date."""

    kind = "date"

    def show(self, value: Any) -> str | None:
        if value in EMPTY:
            return ""
        try:
            return value if date.fromisoformat(value).isoformat() == value else None
        except (TypeError, ValueError):
            return None

    def parse(self, text: str, cell: BoundCell) -> Any:
        try:
            return date.fromisoformat(text.strip()).isoformat()
        except ValueError:
            raise Refused("Enter a date.") from None


class Loose(Free):
    """A value of one of several kinds, or one that is not of the kind its attribute should have."""

    def __init__(self, *args: Any, kinds: Sequence[str] = (), **look: Any) -> None:
        super().__init__(*args, **look)
        self.kinds = kinds

    def parse(self, text: str, cell: BoundCell) -> Any:
        if not self.kinds:
            return parse_free(text, "", cell.original)
        refused = Refused("Enter another value.")
        for kind in [kind for each, kind in _READINGS.items() if each in self.kinds]:
            try:
                return parse_free(text, kind, None)
            except Refused as refusal:
                refused = refusal
        raise refused

    def html(self, cell: BoundCell) -> SafeString:
        return Paragraph.html(self, cell)


# --- parts ----------------------------------------------------------------------------------------------------------


class SchemaGroup(Group):
    """An object described by a JSON Schema; `root` is what its references refer to."""

    def __init__(
        self, wire: str, label: str, attributes: Mapping[str, Any], required: frozenset[str], root: Node,
        *, above: "SchemaGroup | None" = None, item: str = "entry", in_list: bool = False,
    ) -> None:  # fmt: skip
        self.value_type = Value
        self.wire = wire
        self.label = label
        self.attributes = {name: _plain(node, root) for name, node in attributes.items()}
        self.required = required
        self.root = root
        self.seen = (*above.seen, attributes) if above else (attributes,)
        self.path: str = f"{above.path}.{wire}" if above else wire
        self.target = None
        self.help = ""
        self.width = 12
        self.in_list = in_list
        self.more_names = ()
        flat = all(not set(_kinds(node)) & {"array", "object"} for node in self.attributes.values())
        self.options = NestedOptions(
            labels={name: title_of(name, node) for name, node in self.attributes.items()},
            title=[name for name in ("name", "id") if name in attributes] or list(attributes)[:1],
            item=item,
            layout="table" if flat and len(attributes) <= 4 else "cards",
        )

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Cells and nested parts by wire name."""
        return {wire: self._part(wire, node) for wire, node in self.attributes.items()}

    def bind(self, prefix: str, original: Any, data: QueryDict | None, parent: Any) -> BoundGroup:
        """Return the node of one object."""
        return BoundSchema(self, prefix, original, data, parent)

    def fit(self, part: Part, original: Any) -> Part:
        """Return the part of an attribute, or an input for any value where the original is none of its kind."""
        if original in EMPTY:
            return part
        if isinstance(part, Cell):
            fits = part.show(original) is not None
        elif isinstance(part, Rows):
            fits = isinstance(original, list) and all(isinstance(each, dict) for each in original)
        else:
            fits = isinstance(original, dict)
        return part if fits else Loose(part.wire, part.label, kinds=_kinds(self.attributes[part.wire]), width=12)

    def _part(self, wire: str, node: Node) -> Part:
        kinds, label = _kinds(node), title_of(wire, node)
        help = str(node.get("description", ""))
        look: dict[str, Any] = {"help": help, "required": wire in self.required}
        options = _choices(node)
        if options:
            return Options(wire, label, options=options, **look)
        if kinds == ("object",) and (group := self._group(wire, label, node)):
            group.help = help
            return group
        if kinds == ("array",):
            rows = self._list(wire, label, node, look)
            rows.help = help if not isinstance(rows, Items) else f"{help} One per line.".strip()
            return rows
        return self._scalar(wire, label, node, kinds, look)

    def _group(self, wire: str, label: str, node: Node, *, item: str = "") -> "SchemaGroup | None":
        """Return the part of a nested object, None for one of unknown attributes and one inside its own kind."""
        attributes = attributes_of(node, self.root)
        if not attributes or attributes in self.seen:
            return None
        required = required_of(node, self.root)
        return SchemaGroup(
            wire, label, attributes, required, self.root, above=self, item=item or "entry", in_list=bool(item)
        )

    def _list(self, wire: str, label: str, node: Node, look: dict[str, Any]) -> Part:
        item = _plain(node.get("items", {}), self.root)
        kinds, options = _kinds(item), _choices(item)
        if options:
            return Several(wire, label, options=options, width=8, **look)
        group = self._group(wire, label, item, item=str(item.get("title", "entry")).lower())
        if kinds == ("object",) and group:
            return Rows(group, wire, label, group.path)
        if kinds in (("string",), ("number",), ("integer",), ("boolean",)):
            # Texts as they are: a date-time would lose its zone and its seconds in a list.
            text = self._scalar(wire, label, {} if kinds == ("string",) else item, kinds, {"required": True})
            return Items(wire, label, item=text, width=6, **look)
        return Loose(wire, label, kinds=("array",), width=12, **look)

    @staticmethod
    def _scalar(wire: str, label: str, node: Node, kinds: tuple[str, ...], look: dict[str, Any]) -> Cell:
        form = node.get("format")
        match kinds:
            case ("boolean",) if look["required"]:  # A switch cannot tell "no" from "not answered".
                return Options(wire, label, options=_YES_NO, **look)
            case ("boolean",):
                return Switch(wire, label, **look)
            case ("integer",) | ("number",):
                return Numeric(wire, label, whole=kinds == ("integer",), **look)
            case ("string",) if form == "date-time":
                return Moment(wire, label, **look)
            case ("string",) if form == "date":
                return Day(wire, label, **look)
            case ("string",):
                examples = [each for each in node.get("examples", ()) if isinstance(each, str)]
                if examples:
                    return Suggest(wire, label, suggestions=examples, **look)
                long = node.get("maxLength", 0) > _LONG
                return Paragraph(wire, label, width=12, **look) if long else Cell(wire, label, **look)
        wide = 4 if kinds and not {"array", "object"} & set(kinds) else 8
        return Loose(wire, label, kinds=kinds, width=wide, **look)


class BoundSchema(BoundGroup):
    """Such an object at its place."""

    is_single = False

    def html(self) -> SafeString:
        """Return the object as a block of cells; also a lone cell shows its label."""
        return format_html("<div>{}</div>", super().html()) if self.parent is None else super().html()


class ExtensionField(NestedField):
    """The attributes that a registered type adds to a resource, as one object."""

    names: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__(Value, TypeAdapter(dict[str, Any]), wire="extension", required=False)

    def describe(self, schema: Schema, extension: Extension) -> frozenset[str]:
        """Become the field of one type; returns the wire names of its attributes."""
        typed = {"@schemaLocation": extension.path, "@type": extension.name}
        attributes = dict(extension_fields(schema, typed))
        self.label = str(extension.schema.get("title") or extension.name)
        self.help_text = extension.description
        self.names = frozenset(attributes)
        self.part = SchemaGroup("", self.label, attributes, extension.required, extension.schema)
        return self.names
