"""The tree behind a nested form: descriptions derived from value types, bound to an original value and a submission.

`Group` is an object, `Rows` a list of objects, `Picks` a list of plain references, and a `Cell` a scalar. Binding one
gives a node that renders itself, collects errors by path, and composes the new wire value with `take`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from pydantic.fields import FieldInfo

from tmfsite.admin.nested import cells
from tmfsite.admin.nested.cells import ABSENT, Cell, Refused
from tmfsite.admin.nested.options import IDENTITY, options_of, shown_names
from tmfsite.admin.nested.readable import readable
from tmfsite.admin.nested.references import (
    KEPT,
    Picker,
    caption,
    fetch,
    names,
    picks_html,
    reference_to,
    target_model,
)
from tmfsite.fields.names import wire_name
from tmfsite.fields.values import Reference, Value
from tmfsite.resources.schema import value_types

REFERENCE_WIRES = frozenset({"id", "href", "name", "version", *IDENTITY})
type Part = Cell | Group | Rows | Picks
type Path = Sequence[str | int]


class Group:
    """An object: the parts of one value type."""

    def __init__(
        self, value_type: type[Value], wire: str, label: str, target: str | None, seen: tuple[Any, ...]
    ) -> None:
        self.value_type = value_type
        self.wire = wire
        self.label = label
        self.options = options_of(value_type)
        self.target = target if target_model(target) else None
        self.seen = (*seen, value_type)
        self.help = ""
        self.width = 12
        self.in_list = False

    @cached_property
    def declared(self) -> dict[str, FieldInfo]:
        """Pydantic fields by wire name."""
        return {info.alias or wire_name(name): info for name, info in self.value_type.model_fields.items()}

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Cells and nested parts by wire name; those shown at once first."""
        first, more = shown_names(self.value_type, list(self.declared))
        parts: dict[str, Part] = {}
        if self.target:
            covered = {"id", "name", "href", "version", "@referredType"}
            label = self.options.labels.get("id", "")
            parts["id"] = Picker(
                self.target,
                {wire: wire for wire in self.declared},
                label=label if label and label != "ID" else self.options.item.capitalize(),
                width=6,
                required=self.in_list and self.declared["id"].is_required(),
            )
            first, more = [w for w in first if w not in covered], [w for w in more if w not in covered]
        self.more_names = tuple(more)
        for wire in (*first, *more):
            parts[wire] = part_of(self, wire, self.declared[wire])
        return parts

    @property
    def more(self) -> tuple[str, ...]:
        """Wire names of the parts behind "More"."""
        return self.more_names if self.parts else ()

    def fit(self, part: Part, original: Any) -> Part:
        """Return the part that shows an attribute with this original, normally the one for all of them."""
        return part

    def bind(self, prefix: str, original: Any, data: QueryDict | None, parent: Any) -> "BoundGroup":
        """Return the node of one object."""
        return BoundGroup(self, prefix, original, data, parent)


class Rows:
    """A list of objects."""

    def __init__(self, group: Group, wire: str, label: str, path: str) -> None:
        self.group = group
        group.in_list = True  # Only there an empty mandatory cell is a fault; a single object may be absent.
        self.wire = wire
        self.label = label
        self.path = path
        self.help = ""
        self.width = 12

    @property
    def columns(self) -> list[Part]:
        """Parts of a table row."""
        return [part for wire, part in self.group.parts.items() if wire not in self.group.more]

    def bind(self, prefix: str, original: Any, data: QueryDict | None, parent: Any) -> "BoundRows":
        """Return the node of one list."""
        return BoundRows(self, prefix, original, data, parent)


class Picks:
    """A list of references that say nothing beyond their target."""

    def __init__(self, value_type: type[Value], wire: str, label: str, target: str) -> None:
        self.wire = wire
        self.label = label
        self.target = target
        self.declared = {info.alias or wire_name(name): "" for name, info in value_type.model_fields.items()}
        self.help = ""
        self.width = 12

    def bind(self, prefix: str, original: Any, data: QueryDict | None, parent: Any) -> "BoundPicks":
        """Return the node of one list of references."""
        return BoundPicks(self, prefix, original, data, parent)


def part_of(group: Group, wire: str, info: FieldInfo) -> Part:
    """Return the part that shows one attribute of a value type."""
    options = group.options
    label = options.label(wire)
    look: dict[str, Any] = {
        "help": options.help.get(wire, ""),
        "width": options.widths.get(wire, 12 if wire in options.multiline else 4),
        "required": group.in_list and info.is_required(),
    }
    nested = list(value_types(info.annotation))
    if nested:
        if nested[0] in group.seen:
            return cells.Kept(wire, label, **look)
        part = structure(nested[0], many=_is_list(info.annotation), wire=wire, label=label, seen=group.seen)
        part.help, part.width = look["help"], options.widths.get(wire, 12)
        return part
    if wire in options.choices:
        return cells.Choice(wire, label, choices=options.choices[wire], **look)
    if wire in options.suggestions:
        return cells.Suggest(wire, label, suggestions=options.suggestions[wire], **look)
    if wire in options.multiline:
        return cells.Paragraph(wire, label, **look)
    return _scalar(info, wire, label, look)


def structure(
    value_type: type[Value], *, many: bool, wire: str, label: str, target: str | None = None,
    plain: bool = False, seen: tuple[Any, ...] = (),
) -> Group | Rows | Picks:  # fmt: skip
    """Return the part for a value type; `target` overrides the one its class names, `plain` forces a choice only."""
    target = target or getattr(value_type, "target", None)
    group = Group(value_type, wire, label, target if issubclass(value_type, Reference) or plain else None, seen)
    if not many:
        return group
    if group.target and (plain or set(group.declared) <= REFERENCE_WIRES):
        return Picks(value_type, wire, label, group.target)
    return Rows(group, wire, label, ".".join([*(each.__name__ for each in group.seen), wire]))


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(argument) for argument in get_args(annotation))


def _flat(annotation: Any) -> Iterator[Any]:
    """Yield the plain types and the metadata of an annotation."""
    arguments = get_args(annotation)
    if not arguments or get_origin(annotation) in (list, dict, Literal):
        yield annotation
    else:
        for argument in arguments:
            yield from _flat(argument)


def _scalar(info: FieldInfo, wire: str, label: str, look: dict[str, Any]) -> Cell:
    found = [each for each in (*_flat(info.annotation), *info.metadata, info) if each is not NoneType]
    formats = {
        each.json_schema_extra.get("format")
        for each in found
        if isinstance(each, FieldInfo) and isinstance(each.json_schema_extra, dict)
    }
    for each in found:
        if get_origin(each) is Literal:
            return cells.Choice(wire, label, choices=[(str(value), str(value)) for value in get_args(each)], **look)
        if get_origin(each) is list:
            return (cells.Lines if str in _flat(get_args(each)[0]) else cells.Free)(wire, label, **look)
    if "date-time" in formats:
        return cells.Moment(wire, label, **look)
    if bool in found:
        return cells.Switch(wire, label, **look)
    if int in found or float in found:
        return cells.Numeric(wire, label, whole=float not in found, **look)
    return (cells.Cell if str in found else cells.Free)(wire, label, **look)


class Node:
    """A part at one place of a value: what all nodes share."""

    def __init__(self, part: Any, prefix: str, original: Any, data: QueryDict | None, parent: "Node | None") -> None:
        self.part = part
        self.name = prefix
        self.original = original
        self.data: Any = data
        self.parent = parent
        self.errors: list[str] = []

    @property
    def id(self) -> str:
        """HTML id."""
        return f"id_{self.name}"

    @cached_property
    def root(self) -> "Root":
        """The node of the whole field."""
        return self.parent.root if self.parent else self  # type: ignore[return-value]

    def children(self) -> Iterator["Node"]:
        """Yield the nodes below."""
        yield from ()

    @property
    def error_count(self) -> int:
        """How many faults this node and those below have."""
        return len(self.errors) + sum(child.error_count for child in self.children())

    @property
    def is_filled(self) -> bool:
        """Tell whether the original holds something here."""
        return self.original not in (ABSENT, None, "", [], {})

    def hint(self, wire: str) -> str:
        """Return the text of an attribute of the nearest object that has it."""
        return self.parent.hint(wire) if self.parent else ""

    def picked(self, target: str) -> Iterator[str]:
        """Yield the ids of one target's entities that are named here or below."""
        for child in self.children():
            yield from child.picked(target)

    def fault(self, path: Path, message: str) -> None:
        """Enter an error at the node that a wire path leads to, or at the last one on the way."""
        self.errors.append(message)


class BoundCell(Node):
    """A cell at its place."""

    part: Cell
    is_cell = True

    @property
    def is_tick(self) -> bool:
        """Tell whether the input is a box to tick."""
        return isinstance(self.part, cells.Switch)

    @property
    def row(self) -> "BoundGroup":
        """The object this cell belongs to."""
        return self.parent  # type: ignore[return-value]

    @property
    def is_editable(self) -> bool:
        """Tell whether the cell can show the original."""
        return self.part.show(self.original) is not None

    @property
    def text(self) -> str:
        """What the input shows: the submitted text, else the original's."""
        sent = self.part.sent(self) if self.data is not None else None
        return (self.part.show(self.original) or "") if sent is None else sent

    @property
    def attributes(self) -> SafeString:
        """Id and accessibility attributes of the input."""
        faulty = format_html(' aria-invalid="true" aria-describedby="{}-error"', self.id) if self.errors else ""
        required = mark_safe(' aria-required="true"') if self.part.required else ""
        return format_html(' id="{}"{}{}', self.id, required, faulty)

    def picked(self, target: str) -> Iterator[str]:
        if isinstance(self.part, Picker) and self.part.target == target:
            yield self.part.held(self).get("id", "")
            yield self.text

    def take(self) -> dict[str, Any]:
        """Return the changes of this cell by wire name, entering an error for a text that names no value."""
        try:
            return self.part.take(self)
        except Refused as refusal:
            self.errors.append(str(refusal))
            return {}

    def fault(self, path: Path, message: str) -> None:
        place = f"Entry {path[0] + 1}: " if path and isinstance(path[0], int) else ""
        self.errors.append(f"{place}{message}")

    def html(self) -> SafeString:
        """Return the input, or a reading of what is kept."""
        if self.is_editable:
            return self.part.html(self)
        return format_html('<div class="nf-kept">{}</div>', readable(self.original))


class BoundGroup(Node):
    """An object at its place."""

    part: Group

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Nodes by wire name."""
        held: Mapping[str, Any] = self.original if isinstance(self.original, dict) else {}
        nodes: dict[str, Node] = {}
        for wire, usual in self.part.parts.items():
            part = self.part.fit(usual, held.get(wire, ABSENT))
            bind = part.bind if not isinstance(part, Cell) else lambda *a, part=part: BoundCell(part, *a)
            nodes[wire] = bind(f"{self.name}-{wire}", held.get(wire, ABSENT), self.data, self)
        return nodes

    def children(self) -> Iterator[Node]:
        yield from self.nodes.values()

    @property
    def is_single(self) -> bool:
        """Tell whether it is a few cells that fit beside their label."""
        return len(self.first) <= 2 and all(isinstance(node, BoundCell) for node in self.first)

    @property
    def first(self) -> list[Node]:
        """Nodes shown at once."""
        return [node for wire, node in self.nodes.items() if wire not in self.part.more]

    @property
    def more(self) -> list[Node]:
        """Nodes shown behind "More"."""
        return [self.nodes[wire] for wire in self.part.more]

    @property
    def more_filled(self) -> int:
        """How many of those hold something."""
        return sum(node.is_filled for node in self.more)

    @property
    def more_errors(self) -> int:
        """How many faults are hidden there."""
        return sum(node.error_count for node in self.more)

    @property
    def title(self) -> str:
        """What names this object among its siblings."""
        for wire in self.part.options.title:
            node = self.nodes.get(wire)
            if isinstance(node, BoundCell):
                held = self.original if isinstance(self.original, dict) else {}
                says = any(held.get(name) for name in ("id", "name", "href"))
                text = (
                    caption(held, self.root.known(node.part.target))
                    if isinstance(node.part, Picker) and says
                    else node.text
                )
                if text and text != KEPT:
                    return text.split("\n")[0][:80]
            elif isinstance(node, BoundGroup) and node.title:
                return node.title
        return ""

    @property
    def subtitle(self) -> str:
        """What a closed card says about its lists: `3 values`."""
        lists = [node for node in self.first if isinstance(node, BoundRows) and node.rows]
        return ", ".join(
            f"{len(node.rows)} {node.part.group.options.item}{'s' * (len(node.rows) != 1)}" for node in lists
        )

    def hint(self, wire: str) -> str:
        node = self.nodes.get(wire)
        text = node.text if isinstance(node, BoundCell) else ""
        return text or super().hint(wire)

    def take(self) -> Any:
        """Return the object with the submitted changes; `ABSENT` when nothing is left of it."""
        held: dict[str, Any] = self.original if isinstance(self.original, dict) else {}
        changes: dict[str, Any] = {}
        for wire, node in self.nodes.items():
            if isinstance(node, BoundCell):
                changes |= node.take()
            elif (taken := node.take()) is not node.original:  # type: ignore[attr-defined]
                changes[wire] = taken
        if not changes:
            return self.original
        merged = {**held, **changes}
        left = {wire: value for wire, value in merged.items() if value is not ABSENT}
        return left or ABSENT

    def fault(self, path: Path, message: str) -> None:
        node = self.nodes.get(str(path[0])) if path else None
        if node is not None:
            node.fault(path[1:], message)
        else:
            self.errors.append(f"{self.part.options.label(str(path[0]))}: {message}" if path else message)

    def html(self) -> SafeString:
        """Return the object as a block of cells."""
        return render_to_string("tmfadmin/nested/group.html", {"group": self})


class BoundRows(Node):
    """A list of objects at its place.

    Each row sends its key under the list's name, in the order of the page. A key starts with the index of the
    original that the row came from (`2`, a copy of it: `2~x1`), or with a letter for a new row.
    """

    part: Rows

    @cached_property
    def rows(self) -> list[tuple[str, BoundGroup]]:
        """Keys and rows, in order."""
        originals = self.original if isinstance(self.original, list) else []
        keys = [str(index) for index in range(len(originals))] if self.data is None else self.data.getlist(self.name)
        rows = []
        for key in dict.fromkeys(keys):
            index = key.split("~")[0]
            known = index.isascii() and index.isdigit() and int(index) < len(originals)
            original = originals[int(index)] if known else ABSENT
            rows.append((key, self.part.group.bind(f"{self.name}-{key}", original, self.data, self)))
        return rows

    def children(self) -> Iterator[Node]:
        for _, row in self.rows:
            yield row

    def take(self) -> Any:
        """Return the list with the submitted changes; the original itself when nothing changed."""
        self.kept = [(row, value) for _, row in self.rows if (value := row.take()) is not ABSENT]
        taken = [value for _, value in self.kept]
        held = self.original if isinstance(self.original, list) else []
        if len(taken) == len(held) and all(new is old for new, old in zip(taken, held, strict=True)):
            return self.original
        return taken or ABSENT

    def fault(self, path: Path, message: str) -> None:
        kept = getattr(self, "kept", [(row, None) for _, row in self.rows])
        if path and isinstance(path[0], int | str) and str(path[0]).isdigit() and int(path[0]) < len(kept):
            kept[int(path[0])][0].fault(path[1:], message)
        else:
            self.errors.append(message)

    @property
    def is_table(self) -> bool:
        """Tell whether rows are lines of a table, not cards."""
        return self.part.group.options.layout == "table"

    @property
    def grid(self) -> str:
        """The columns of the table, as CSS."""
        return " ".join(f"minmax(0, {part.width}fr)" for part in self.part.columns)

    @property
    def template_id(self) -> str:
        """HTML id of the template of a new row."""
        return f"nf-{self.root.name}-{self.part.path}"

    def blank(self) -> SafeString:
        """Return an empty row for the template; the page replaces its prefix, list and key."""
        row = self.part.group.bind("__row__", ABSENT, None, self)
        context = {
            "row": row,
            "key": "__key__",
            "rows_name": "__rows__",
            "table": self.is_table,
            "options": row.part.options,
        }
        return render_to_string("tmfadmin/nested/row.html", context)

    def html(self) -> SafeString:
        """Return the list as cards or as a table."""
        self.root.lists.setdefault(self.template_id, self)
        return render_to_string("tmfadmin/nested/rows.html", {"list": self})


class BoundPicks(Node):
    """A list of plain references at its place, one choice each."""

    part: Picks
    is_picks = True
    is_single = True

    @cached_property
    def tokens(self) -> list[str]:
        """`#0` is the first original reference, anything else the id of an entity."""
        if self.data is not None:
            return list(dict.fromkeys(self.data.getlist(self.name)))
        return [f"{KEPT}{index}" for index in range(len(self._held))]

    @property
    def _held(self) -> list[Any]:
        return self.original if isinstance(self.original, list) else []

    def _original(self, token: str) -> Any:
        index = token.removeprefix(KEPT)
        known = token.startswith(KEPT) and index.isdigit() and int(index) < len(self._held)
        return self._held[int(index)] if known else None

    def picked(self, target: str) -> Iterator[str]:
        if target == self.part.target:
            yield from (each.get("id", "") for each in self._held if isinstance(each, dict))
            yield from self.tokens

    def take(self) -> Any:
        """Return the list of references; the original itself when nothing changed."""
        taken: list[Any] = []
        for token in self.tokens:
            kept = self._original(token)
            try:
                taken.append(
                    reference_to(fetch(self.part.target, token), self.part.declared, {}) if kept is None else kept
                )
            except Refused as refusal:
                self.errors.append(str(refusal))
        if len(taken) == len(self._held) and all(new is old for new, old in zip(taken, self._held, strict=True)):
            return self.original
        return [{k: v for k, v in each.items() if v is not ABSENT} for each in taken] or ABSENT

    def fault(self, path: Path, message: str) -> None:
        self.errors.append(message)

    def html(self) -> SafeString:
        """Return the input."""
        known = self.root.known(self.part.target)
        chosen = []
        for token in self.tokens:
            held = self._original(token)
            chosen.append((token, known.get(token, token) if held is None else caption(held, known)))
        label = self.name.replace("_", " ").capitalize()  # for when no visible label is tied to it
        attributes = format_html(' id="{}" aria-label="{}"', self.id, label)
        return picks_html(self.name, chosen, self.part.target, attributes)


class Root:
    """What the top node of a field adds: names of referenced entities, and templates of new rows."""

    def __init__(self, node: Any) -> None:
        self.node = node
        self.name = node.name
        self.lists: dict[str, BoundRows] = {}
        self._known: dict[str, dict[str, str]] = {}
        node.__dict__["root"] = self

    @cached_property
    def taken(self) -> Any:
        """The new value, composed once: composing enters errors."""
        return self.node.take()

    def known(self, target: str) -> dict[str, str]:
        """Return the names of the local entities that the whole value refers to, read once."""
        if target not in self._known:
            model = target_model(target)
            self._known[target] = names(model, self.node.picked(target)) if model else {}
        return self._known[target]

    def templates(self) -> dict[str, SafeString]:
        """Return the blank row of every list by template id; rendering one may bring up lists inside it."""
        rendered: dict[str, SafeString] = {}
        while pending := [key for key in self.lists if key not in rendered]:
            for key in pending:
                rendered[key] = self.lists[key].blank()
        return rendered


@cache
def part_for(value_type: Any, many: bool, target: str | None, or_value: bool, wire: str, label: str) -> Any:
    """Return the part of a model field."""
    return structure(value_type, many=many, wire=wire, label=label, target=target, plain=or_value)
