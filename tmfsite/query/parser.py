"""Reads query strings and hub queries (TMF630 part 1, basic filtering).

The raw query string is cut at `&` (and) and then at `;` (or), each piece is percent-decoded, and only then the
first operator outside quotes is looked for: a sign may be glued to the name, as in `dateTime%3E2013-04-20`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from tmfsite.query.errors import QueryError
from tmfsite.query.expression import And, Expression, Operator, Or, Path, Test, both, either, tests
from tmfsite.query.jsonpath import parse_jsonpath
from tmfsite.query.names import split_path
from tmfsite.query.operands import repair
from tmfsite.query.paging import parse_count
from tmfsite.query.regex import translate
from tmfsite.query.selection import parse_fields
from tmfsite.query.sort import SortKey, parse_sort

RESERVED = frozenset({"fields", "offset", "limit", "sort", "filter", "depth", "expand", "before", "after"})
"""Names that are never a filter (TMF630 part 1)."""

MAX_LENGTH = 16_000
MAX_OPERANDS = 200

_OPERATOR = re.compile(r'(?P<name>(?:"[^"]*"|[^"<>=!*]|[!*](?!=))*?)(?P<sign>>=|<=|==|\*=|=~|!=|>|<|=)', re.DOTALL)
_SIGNS: dict[str, Operator] = {
    ">=": "gte", "<=": "lte", "==": "eq", "*=": "regex", "=~": "regex", "!=": "ne", ">": "gt", "<": "lt", "=": "eq",
}  # fmt: skip
_WORDS: dict[str, Operator] = {
    "eq": "eq", "ne": "ne", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "regex": "regex",
}  # fmt: skip
_ALTERNATIVE = re.compile(r'(?:"[^"]*"|%22(?:(?!%22).)*%22|[^;])+', re.DOTALL)
_ITEM = re.compile(r'(?:"[^"]*"|[^,])+', re.DOTALL)
_HUB_JSONPATH = re.compile(r"\s*(?:\$|\.?[\w@.]*\[\s*\?)")
_OLD_EVENT_NAME = re.compile(
    r"(?P<resource>\w+?)(?P<kind>Creation|Create|Remove|Deletion|Delete|\w*Change|\w+Required)Notification"
)
_OLD_KINDS = {"Creation": "Create", "Remove": "Delete", "Deletion": "Delete"}


@dataclass(frozen=True, slots=True)
class Query:
    """What a client asks of a collection; None and () stand for what was not sent.

    `fields` is None for no selection and () for `fields=none`, see `selection.py`.
    """

    expression: Expression | None = None
    sort: tuple[SortKey, ...] = ()
    fields: tuple[str, ...] | None = None
    offset: int | None = None
    limit: int | None = None
    depth: int | None = None
    expand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """`name sign value` as found in one piece of a query string."""

    name: str
    operator: Operator
    value: str
    sign: str


def parse(raw_query_string: str, *, reserved: frozenset[str] = RESERVED) -> Query:
    """Read a raw query string, still percent-encoded; raises `QueryError`.

    Parameters named in `reserved` that the language does not know itself are left to the caller.
    """
    return _parse(raw_query_string, reserved)


def parse_hub_query(text: str) -> Query:
    """Read a subscription's query over the event envelope: basic filters or JSONPath, and `fields` (TMF630 part 1).

    Old event names such as `ProductOrderCreationNotification` stand for their successors too.
    """
    return _parse_hub(text)


@lru_cache(maxsize=2048)
def _parse(raw: str, reserved: frozenset[str]) -> Query:
    return _query(raw.removeprefix("?"), reserved, form=True)


@lru_cache(maxsize=2048)
def _parse_hub(text: str) -> Query:
    text = text.strip().removeprefix("?")
    if _HUB_JSONPATH.match(text):
        _check(text, text)
        return Query(expression=parse_jsonpath(text, "query"))
    query = _query(text, RESERVED, form=False)
    return query if query.expression is None else replace(query, expression=_with_new_names(query.expression))


def _query(raw: str, reserved: frozenset[str], *, form: bool) -> Query:
    _check(raw, raw)
    settings: dict[str, list[str]] = {}
    conditions: dict[Path | int, Expression] = {}
    for start, part in _parts(raw):
        alternatives: list[Test] = []
        name = ""
        for text in _alternatives(part):
            decoded = unquote_plus(text) if form else unquote(text)
            _check(decoded, raw)
            piece = _piece(decoded, name, start, strip=not form)
            name = piece.name
            if name in reserved:
                if piece.operator != "eq":
                    raise QueryError("is not a filter and takes =", name)
                settings.setdefault(name, []).append(piece.value)
            else:
                alternatives.append(_test(piece, start))
        if alternatives:
            _add(conditions, alternatives)
    expressions = list(conditions.values())
    if sum(len(test.operands) for each in expressions for test in tests(each)) > MAX_OPERANDS:
        raise QueryError(f"a query is limited to {MAX_OPERANDS} values")
    filters = [value for value in settings.get("filter", ()) if value.strip()]
    if filters:
        expressions.append(either([parse_jsonpath(value) for value in filters]))
    return _settled(settings, both(expressions) if expressions else None)


def _settled(settings: dict[str, list[str]], expression: Expression | None) -> Query:
    counts = {
        name: parse_count(values[-1], name) for name in ("offset", "limit", "depth") if (values := settings.get(name))
    }
    expand = (path.strip() for value in settings.get("expand", ()) for path in value.split(","))
    return Query(
        expression=expression,
        sort=parse_sort(",".join(filter(str.strip, settings.get("sort", ())))),
        fields=parse_fields(settings.get("fields", ())),
        offset=counts.get("offset"),
        limit=counts.get("limit"),
        depth=counts.get("depth"),
        expand=tuple(path for path in expand if path),
    )


def _check(text: str, raw: str) -> None:
    if len(raw) > MAX_LENGTH:
        raise QueryError(f"a query is limited to {MAX_LENGTH} characters")
    if "\x00" in text or not (text.isascii() or text.isprintable() or _is_unicode(text)):
        raise QueryError("a query must be UTF-8 text without NUL characters")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _parts(raw: str) -> Iterator[tuple[int, str]]:
    """Cut at `&`; a JSONPath filter whose `&&` was not encoded is kept whole."""
    start, end = 0, 0
    pieces = raw.split("&")
    for index, piece in enumerate(pieces):
        end += len(piece) + 1
        part = raw[start : end - 1]
        if part.lstrip().startswith("filter=") and index < len(pieces) - 1 and _is_open(unquote(part)):
            continue
        if part.strip():
            yield start, part
        start = end


def _is_open(text: str) -> bool:
    return text.count("[") > text.count("]")


def _alternatives(part: str) -> list[str]:
    if ";" not in part or part.lstrip().startswith("filter="):
        return [part]
    return [piece for piece in _ALTERNATIVE.findall(part) if piece.strip()]


def _piece(text: str, previous: str, position: int, *, strip: bool) -> _Piece:
    found = None if text.lstrip().startswith('"') else _OPERATOR.match(text)
    if found is None:
        if not previous:
            raise QueryError(f"“{text.strip()}” has no operator", text.strip(), position)
        return _Piece(previous, "eq", text.strip() if strip else text, "=")
    name, sign = found["name"].strip(), found["sign"]
    value = text[found.end() :]
    return _Piece(name or previous, _SIGNS[sign], value.strip() if strip else value, sign)


def _test(piece: _Piece, position: int) -> Test:
    path, operator = split_path(piece.name, piece.name, position), piece.operator
    if len(path) > 1 and path[-1] in _WORDS:
        if piece.sign not in ("=", "=="):
            raise QueryError(f".{path[-1]} and {piece.sign} are two operators", piece.name, position)
        path, operator = path[:-1], _WORDS[path[-1]]
    if piece.value == "" and operator not in ("eq", "ne"):
        raise QueryError("the operator has no value", piece.name, position)
    if operator == "regex":
        pattern = _unquoted(piece.value)
        try:
            translate(pattern)
        except QueryError as error:
            raise QueryError(error.message, piece.name, error.position) from None
        return Test(path, operator, (pattern,))
    return Test(path, operator, _operands(piece.value, operator))


def _operands(value: str, operator: Operator) -> tuple[str, ...]:
    whole = _unquoted(value)
    if "," not in value or (whole != value and '"' not in whole):
        return (repair(whole),)
    items = [repair(_unquoted(item.strip())) for item in _ITEM.findall(value) if item.strip()]
    if operator in ("eq", "ne"):
        items.append(whole)  # the comma may belong to the value
    return tuple(dict.fromkeys(items)) or (whole,)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _add(conditions: dict[Path | int, Expression], alternatives: list[Test]) -> None:
    """Add a condition; equality given twice for one attribute is an alternative, all else must hold too."""
    first = alternatives[0]
    if any(test.operator != "eq" or test.path != first.path for test in alternatives):
        conditions[len(conditions)] = either(list(alternatives))
        return
    operands = [operand for test in alternatives for operand in test.operands]
    present = conditions.get(first.path)
    if isinstance(present, Test):
        operands = [*present.operands, *operands]
    conditions[first.path] = Test(first.path, "eq", tuple(dict.fromkeys(operands)))


def _with_new_names(expression: Expression) -> Expression:
    match expression:
        case And(items):
            return And(tuple(map(_with_new_names, items)))
        case Or(items):
            return Or(tuple(map(_with_new_names, items)))
        case Test(("eventType",), "eq", names):
            return Test(("eventType",), "eq", tuple(dict.fromkeys((*names, *map(_new_name, names)))))
    return expression


def _new_name(event_type: str) -> str:
    found = _OLD_EVENT_NAME.fullmatch(event_type)
    return f"{found['resource']}{_OLD_KINDS.get(found['kind'], found['kind'])}Event" if found else event_type
