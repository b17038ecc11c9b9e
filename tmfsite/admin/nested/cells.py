"""Cells: one scalar of a nested value as one input.

The rule that keeps a round trip exact: a cell knows the text it showed; what comes back equal leaves the original
alone, be it absent, null, empty or oddly spelled. Only a real change is parsed.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from re import fullmatch
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tmfsite.fields import json
from tmfsite.fields.instants import format_instant, parse_instant

if TYPE_CHECKING:
    from tmfsite.admin.nested.tree import BoundCell


class Absent(Enum):
    """The attribute is not there: neither null nor empty."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
EMPTY = (ABSENT, None, "")


class Refused(ValueError):
    """The text of a cell that names no value; the message is for the user."""


def unify(text: str) -> str:
    """Return text with the line ends that JSON texts use; browsers send CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Cell:
    """A single line of text, and the base of all cells."""

    classes = ""
    kind = "text"
    extra = SafeString("")

    def __init__(self, wire: str, label: str, *, help: str = "", width: int = 4, required: bool = False) -> None:
        self.wire = wire
        self.label = label
        self.help = help
        self.width = width
        self.required = required

    def show(self, value: Any) -> str | None:
        """Return the text of a value, None when this cell cannot show it: it is then kept as it is."""
        if value in EMPTY:
            return ""
        return value if isinstance(value, str) else None

    def parse(self, text: str, cell: "BoundCell") -> Any:
        """Return the value that a changed, non-empty text names; `Refused` when it names none."""
        return unify(text).strip()

    def same(self, shown: str, sent: str) -> bool:
        """Tell whether what was sent is what was shown."""
        return unify(sent) == unify(shown)

    def sent(self, cell: "BoundCell") -> str | None:
        """Return the submitted text, None when the input was not there."""
        return cell.data.get(cell.name)

    def take(self, cell: "BoundCell") -> dict[str, Any]:
        """Return what the submission changes, by wire name; `ABSENT` removes."""
        sent, shown = self.sent(cell), self.show(cell.original)
        if sent is None or shown is None or self.same(shown, sent):
            return {}
        return {self.wire: self.parse(sent, cell) if sent.strip() else ABSENT}

    def html(self, cell: "BoundCell") -> SafeString:
        """Return the input."""
        text = cell.text
        if "\n" in text:
            return Paragraph.html(self, cell)  # type: ignore[arg-type]
        return format_html(
            '<input type="{}" class="nf-input {}" name="{}" value="{}"{}{}>',
            self.kind, self.classes, cell.name, text, self.extra, cell.attributes,
        )  # fmt: skip


class Paragraph(Cell):
    """Text of several lines, growing with its content."""

    def html(self, cell: "BoundCell") -> SafeString:
        return format_html(
            '<textarea class="nf-input nf-text" name="{}" rows="{}"{}>\n{}</textarea>',
            cell.name, min(max(cell.text.count("\n") + 1, len(cell.text) // 90 + 1), 12), cell.attributes, cell.text,
        )  # fmt: skip


class Suggest(Cell):
    """Text with suggestions."""

    def __init__(self, *args: Any, suggestions: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.suggestions = suggestions

    def html(self, cell: "BoundCell") -> SafeString:
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.suggestions))
        return format_html(
            '<input type="text" class="nf-input" name="{}" value="{}" list="{}-list" autocomplete="off"{}>'
            '<datalist id="{}-list">{}</datalist>',
            cell.name, cell.text, cell.id, cell.attributes, cell.id, options,
        )  # fmt: skip


class Choice(Cell):
    """One of given values; an original outside them stays on offer."""

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.choices = choices

    def html(self, cell: "BoundCell") -> SafeString:
        choices = [("", "—"), *self.choices]
        if cell.text not in dict(choices):
            choices.append((cell.text, cell.text))
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((value, mark_safe(" selected") if value == cell.text else "", label) for value, label in choices),
        )  # fmt: skip
        return format_html('<select class="nf-input" name="{}"{}>{}</select>', cell.name, cell.attributes, options)


class Switch(Cell):
    """A boolean; a box left unticked leaves an absent value absent."""

    classes = "nf-switch"

    def show(self, value: Any) -> str | None:
        if value in EMPTY or value is False:
            return ""
        return "on" if value is True else None

    def sent(self, cell: "BoundCell") -> str | None:
        return "on" if cell.data.get(cell.name) else ""

    def take(self, cell: "BoundCell") -> dict[str, Any]:
        sent, shown = self.sent(cell), self.show(cell.original)
        return {} if shown is None or sent == shown else {self.wire: sent == "on"}

    def html(self, cell: "BoundCell") -> SafeString:
        checked = mark_safe(" checked") if cell.text else ""
        return format_html(
            '<input type="checkbox" class="nf-switch" name="{}"{}{}>', cell.name, checked, cell.attributes
        )


def parse_number(text: str, *, whole: bool = False) -> int | float:
    """Return the number a text names, in the spelling given; a decimal comma is understood."""
    spelled = text.strip().replace(" ", "")
    if fullmatch(r"-?\d+,\d+", spelled):
        spelled = spelled.replace(",", ".")
    if not fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", spelled):
        raise Refused(f"“{text.strip()}” is not a number.")
    number = json.loads(spelled)
    if whole and not isinstance(number, int):
        raise Refused("Enter a whole number.")
    return number


class Numeric(Cell):
    """A number, kept in its spelling; text input, because number inputs rewrite what they show."""

    classes = "nf-number"
    extra = mark_safe(' inputmode="decimal"')

    def __init__(self, *args: Any, whole: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.whole = whole

    def show(self, value: Any) -> str | None:
        if value in EMPTY:
            return ""
        return json.dumps(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def parse(self, text: str, cell: "BoundCell") -> Any:
        return parse_number(text, whole=self.whole)


class Moment(Cell):
    """A date and time in the current zone; an unchanged one keeps its seconds, zone and spelling."""

    kind = "datetime-local"

    def show(self, value: Any) -> str | None:
        if value in EMPTY:
            return ""
        moment = parse_instant(value) if isinstance(value, str) else None
        if moment is None:
            return None
        try:
            local = moment.astimezone(timezone.get_current_timezone())
        except OverflowError:
            return None
        return local.strftime("%Y-%m-%dT%H:%M:%S") if local.second else local.strftime("%Y-%m-%dT%H:%M")

    def same(self, shown: str, sent: str) -> bool:
        return sent.removesuffix(".000").removesuffix(":00" if len(sent) > 16 else "") == shown

    def parse(self, text: str, cell: "BoundCell") -> Any:
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise Refused("Enter a date and a time.") from None
        zone = timezone.get_current_timezone() or ZoneInfo("UTC")
        return format_instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))

    def html(self, cell: "BoundCell") -> SafeString:
        step = mark_safe(' step="1"') if len(cell.text) > 16 else ""
        return format_html(
            '<input type="datetime-local" class="nf-input nf-moment" name="{}" value="{}"{}{}>',
            cell.name, cell.text, step, cell.attributes,
        )  # fmt: skip


class Lines(Paragraph):
    """A list of texts, one per line."""

    def show(self, value: Any) -> str | None:
        if value in EMPTY:
            return ""
        plain = isinstance(value, list) and all(isinstance(each, str) and each.strip() == each != "" for each in value)
        return "\n".join(value) if plain and not any("\n" in each for each in value) else None

    def parse(self, text: str, cell: "BoundCell") -> Any:
        return [line.strip() for line in unify(text).split("\n") if line.strip()]


class Kept(Cell):
    """Something the admin shows but does not edit."""

    def show(self, value: Any) -> str | None:
        return None


# Free values: what a characteristic holds.

_WORDS = {"yes": True, "true": True, "no": False, "false": False}
_KINDS = {
    "boolean": "boolean", "bool": "boolean",
    "number": "number", "numeric": "number", "decimal": "number", "float": "number", "double": "number",
    "integer": "integer", "int": "integer", "long": "integer",
    "date": "moment", "datetime": "moment", "date-time": "moment", "timestamp": "moment",
    "array": "list", "list": "list",
    "object": "structure", "struct": "structure", "structure": "structure",
}  # fmt: skip


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def spell(value: Any) -> str:
    """Return a scalar as one word of a list; text that could be read as something else is quoted."""
    if not isinstance(value, str):
        return json.dumps(value)
    return value if value.strip() == value != "" and _read(value) == value and "\n" not in value else json.dumps(value)


def _read(word: str) -> Any:
    """Return the scalar that a word of a list names; what is no number, truth value or quoted text is text."""
    try:
        value = json.loads(word)
    except ValueError:
        return word
    return value if _is_scalar(value) else word


def show_free(value: Any) -> str:
    """Return a value of any kind as editable text: lists by line, flat structures as `key: value` lines."""
    if value in EMPTY:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(map(_is_scalar, value)):
        return "\n".join(map(spell, value))
    if (
        isinstance(value, dict)
        and value
        and all(map(_is_scalar, value.values()))
        and not any(":" in key for key in value)
    ):
        return "\n".join(f"{key}: {spell(each)}" for key, each in value.items())
    return json.dump_bytes(value, indent=True).decode() if isinstance(value, dict | list) else json.dumps(value)


def parse_free(text: str, kind: str, original: Any) -> Any:
    """Return the value that a text names, given the value type told by the user or else the kind of the original."""
    text = unify(text).strip()
    if kind == "boolean":
        if text.lower() not in _WORDS:
            raise Refused("Enter Yes or No.")
        return _WORDS[text.lower()]
    if kind in ("number", "integer"):
        return parse_number(text, whole=kind == "integer")
    if kind == "moment":
        if parse_instant(text) is None:
            raise Refused("Enter a date such as 2026-01-31 or 2026-01-31T12:00:00Z.")
        return text
    if kind in ("list", "structure") or isinstance(original, list | dict):
        return _parse_lines(text, as_list=kind == "list" or isinstance(original, list))
    if not kind and isinstance(original, bool):
        return _WORDS.get(text.lower(), text)
    if not kind and isinstance(original, int | float):
        try:
            return parse_number(text)
        except Refused:
            return text
    return text


def _parse_lines(text: str, *, as_list: bool) -> Any:
    if text[:1] in "[{":
        try:
            return json.loads(text)
        except ValueError:
            raise Refused("Close every bracket and quote, or write one entry per line.") from None
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if as_list:
        return [_read(line) for line in lines]
    pairs = [line.partition(":") for line in lines]
    if not all(mark and key.strip() for key, mark, _ in pairs):
        raise Refused("Write each line as “name: value”.")
    return {key.strip(): _read(word.strip()) for key, _, word in pairs}


class Free(Paragraph):
    """A value of any kind, typed by the `valueType` beside it or above it."""

    def show(self, value: Any) -> str | None:
        return show_free(value)

    def parse(self, text: str, cell: "BoundCell") -> Any:
        return parse_free(text, self._kind(cell), cell.original)

    def same(self, shown: str, sent: str) -> bool:
        return unify(sent).strip() == shown.strip()

    def html(self, cell: "BoundCell") -> SafeString:
        if self._kind(cell) == "boolean" and cell.text in ("", "Yes", "No"):
            return Choice.html(_YES_NO, cell)
        return super().html(cell)

    @staticmethod
    def _kind(cell: "BoundCell") -> str:
        return _KINDS.get(cell.row.hint("valueType").replace("_", "").strip().lower(), "")


_YES_NO = Choice("value", "Value", choices=[("Yes", "Yes"), ("No", "No")])
