"""Values as a person reads them: for users who may only look, and for the history."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tmfsite.admin.nested.options import IDENTITY, NestedOptions, options_of
from tmfsite.fields import json
from tmfsite.fields.instants import parse_instant
from tmfsite.fields.names import wire_name
from tmfsite.fields.values import Value
from tmfsite.resources.schema import value_types

NONE = "—"
_PAIRS = (("value", "unit"), ("amount", "units"))


def scalar_text(value: Any) -> str:
    """Return a scalar as text: yes and no, dates in the local form, numbers as spelled."""
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if not isinstance(value, str):
        return json.dumps(value)
    moment = parse_instant(value) if len(value) > 15 and value[4:5] == "-" else None
    if moment is None:
        return value
    local = timezone.localtime(moment)
    return date_format(local, "j M Y" if (local.hour, local.minute, local.second) == (0, 0, 0) else "j M Y, H:i")


def opened(value: Any) -> Any:
    """Return what a text holds that is JSON itself, such as the body of a message; anything else as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def brief(value: Any) -> str | None:
    """Return a small object in one phrase (money, quantity, period, reference), None when it says more."""
    value = opened(value)
    if not isinstance(value, dict):
        return None if isinstance(value, list) else scalar_text(value)
    keys = set(value) - set(IDENTITY)
    for amount, unit in _PAIRS:
        if keys == {amount, unit} and not isinstance(value[amount], dict | list):
            return f"{scalar_text(value[amount])} {value[unit] or ''}".strip()
    if keys and keys <= {"startDateTime", "endDateTime"}:
        start, end = value.get("startDateTime"), value.get("endDateTime")
        return f"{scalar_text(start) if start else '…'} – {scalar_text(end) if end else '…'}"
    if keys in ({"value"}, {"name"}) and not isinstance(only := value[next(iter(keys))], dict | list):
        return scalar_text(only)
    if keys and keys <= {"id", "name", "version"}:
        text = str(value.get("name") or value.get("id"))
        return f"{text} ({value['version']})" if value.get("version") else text
    return None


def readable(value: Any, value_type: type[Value] | None = None) -> SafeString:
    """Return a value as HTML: a phrase, a definition list, or a table; attributes by their labels."""
    value = opened(value)
    phrase = brief(value)
    if phrase is not None:
        return format_html("{}", phrase)
    if not value:
        return format_html("{}", NONE)
    if isinstance(value, dict):
        return _definition(value, value_type)
    if all(isinstance(each, dict) for each in value):
        phrases = [brief(each) for each in value]
        if all(phrases):
            return format_html(
                "<ul class='nf-list'>{}</ul>", format_html_join("", "<li>{}</li>", ((p,) for p in phrases))
            )
        if all(brief(inner) is not None for each in value for inner in each.values()):
            return _table(value, value_type)
        return format_html_join("", '<div class="nf-read">{}</div>', ((readable(each, value_type),) for each in value))
    if not any(isinstance(each, dict | list) for each in value):
        return format_html("{}", ", ".join(map(scalar_text, value)))
    return format_html(
        "<ul class='nf-list'>{}</ul>", format_html_join("", "<li>{}</li>", ((readable(e),) for e in value))
    )


def _shown(value: Mapping[str, Any], options: NestedOptions) -> list[str]:
    order = [wire for wire in options.fields if wire in value]
    rest = [wire for wire in value if wire not in order and wire not in IDENTITY]
    return (order + rest) or list(value)


def _inner(value_type: type[Value] | None, wire: str) -> type[Value] | None:
    """Return the value type of an attribute, None when there is none."""
    fields = value_type.model_fields if value_type else {}
    for name, info in fields.items():
        if (info.alias or wire_name(name)) == wire:
            return next(iter(value_types(info.annotation)), None)
    return None


def _definition(value: Mapping[str, Any], value_type: type[Value] | None) -> SafeString:
    options = options_of(value_type) if value_type else NestedOptions()
    rows = ((options.label(wire), readable(value[wire], _inner(value_type, wire))) for wire in _shown(value, options))
    return format_html('<dl class="nf-dl">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


def _table(values: list[Mapping[str, Any]], value_type: type[Value] | None) -> SafeString:
    options = options_of(value_type) if value_type else NestedOptions()
    columns = list(dict.fromkeys(wire for each in values for wire in _shown(each, options)))
    head = format_html_join("", "<th scope='col'>{}</th>", ((options.label(wire),) for wire in columns))
    body = format_html_join(
        "", "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((brief(each.get(wire)) or NONE,) for wire in columns)),) for each in values),
    )  # fmt: skip
    return format_html('<table class="nf-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)
