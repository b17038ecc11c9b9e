"""The PATCH dialects: merge patch, JSON patch, JSON patch query (RFC 7396, RFC 6902, TMF630 parts 1 and 5).

`parser_for(content_type)` gives the parser of a dialect; the parser turns a request body into a `Patch`, a
pure function from a document to a new document. A patch is applied wholly or not at all, and never touches
the document it is given.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tmfsite.fields.json import Document, Json, dumps
from tmfsite.resources.errors import Conflict, Invalid

type Patch = Callable[[Document], Document]
type Parser = Callable[[Json], Patch]
type Trail = tuple[str | int, ...]

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
JSON_PATCH_QUERY = "application/json-patch-query+json"

_INDEX = re.compile(r"0|[1-9][0-9]*")
# One step of a path in the JSONPath style: `.note[?(@.author=='Jean')]`.
_PREDICATE_STEP = re.compile(r"[/.]?(?P<name>[^/.\[?]+)(?:\[\?\((?P<predicate>.*?)\)\])?")
_COMPARISON = re.compile(r"\s*@\.?(?P<names>[^=!<>~]+?)\s*==\s*(?P<value>.*?)\s*")


class UnsupportedPatch(Exception):
    """A PATCH in a media type that is none of the dialects (415)."""


def parser_for(content_type: str | None) -> Parser:
    """Return the parser of the dialect that a Content-Type header names, or raise `UnsupportedPatch`."""
    media_type = (content_type or "application/json").partition(";")[0].strip().lower()
    try:
        return PARSERS[media_type]
    except KeyError:
        raise UnsupportedPatch(media_type) from None


# --- merge patch --------------------------------------------------------------------------------------------


def merge_patch(body: Json) -> Patch:
    """Parse a merge patch (RFC 7396): null removes, arrays are replaced whole, objects are merged."""
    if not isinstance(body, dict):
        raise Invalid("a merge patch is a JSON object", code="22")
    changes: Document = body
    return lambda document: merged(document, changes)


def merged(target: object, changes: object) -> Any:
    """Return `target` after the merge patch `changes`; parts that do not change are shared with `target`."""
    if not isinstance(changes, dict):
        return changes
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


# --- operations ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """`name=value` behind the `?` of a path; `absolute` names start at the root of the document."""

    names: tuple[str, ...]
    value: str
    absolute: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a JSON patch, with its place in the patch and the conditions of its path."""

    index: int
    op: str
    pointer: tuple[str, ...]
    value: Json = None
    source: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def path(self) -> str:
        return "/" + "/".join(self.pointer)

    def invalid(self, message: str, code: str = "24") -> Invalid:
        """Return the error that names this operation, without its conditions: they may be personal."""
        text = f"operation {self.index} ({self.op} {self.path}): {message}"
        return Invalid(text, code=code, path=".".join(self.pointer))


def json_patch(body: Json) -> Patch:
    """Parse a JSON patch (RFC 6902), with three tolerances the examples of TM Forum need.

    One bare operation may stand instead of the array, a path may lack its leading slash, and `add` of an
    object at the path of an existing array appends to it.
    """
    operations = [_operation(index, item) for index, item in enumerate(_items(body))]
    return lambda document: _applied(document, operations)


def json_patch_query(body: Json) -> Patch:
    """Parse a JSON patch query (TMF630 part 5): a JSON patch whose paths may select elements."""
    operations = [_operation(index, item, with_query=True) for index, item in enumerate(_items(body))]
    return lambda document: _applied(document, operations)


def _items(body: Json) -> list[Any]:
    items = [body] if isinstance(body, dict) else body
    if not isinstance(items, list):
        raise Invalid("a JSON patch is an array of operations", code="22")
    return items


def _operation(index: int, item: object, *, with_query: bool = False) -> Operation:
    if not isinstance(item, dict):
        raise Invalid(f"operation {index}: an operation is a JSON object", code="22")
    op, path = item.get("op"), item.get("path")
    if op not in ("add", "remove", "replace", "move", "copy", "test"):
        raise Invalid(f"operation {index}: op is one of add, remove, replace, move, copy, test", code="22")
    if not isinstance(path, str):
        raise Invalid(f"operation {index} ({op}): path is missing", code="22")
    conditions: tuple[Condition, ...] = ()
    if with_query and "?" in path:
        pointer, conditions = _query_path(index, path)
    else:
        pointer = _pointer(path)
    operation = Operation(index, op, pointer, item.get("value"), conditions=conditions)
    if op in ("add", "replace", "test") and "value" not in item:
        raise operation.invalid("value is missing", "22")
    if op in ("move", "copy"):
        if not isinstance(item.get("from"), str):
            raise operation.invalid("from is missing", "22")
        if conditions:
            raise operation.invalid("a path with conditions cannot be moved or copied to", "22")
        return Operation(index, op, pointer, source=_pointer(item["from"]))
    return operation


def _pointer(path: str) -> tuple[str, ...]:
    if not path:
        return ()
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in path.removeprefix("/").split("/"))


def _applied(document: Document, operations: list[Operation]) -> Document:
    # The root sits in a list, so that an operation on the whole document is one on a member like any other.
    root: list[Any] = [copied(document)]
    for operation in operations:
        if operation.conditions:
            _apply_query(root[0], operation)
        else:
            _apply(root, operation)
    result = root[0] if root else None
    if not isinstance(result, dict):
        raise Invalid("the patch does not leave a JSON object", code="24")
    return result


def _apply(root: list[Any], operation: Operation) -> None:
    """Apply one operation of RFC 6902."""
    target = ("0", *operation.pointer)
    match operation.op:
        case "add":
            _add(root, target, copied(operation.value), operation)
        case "remove":
            _remove(root, target, operation)
        case "replace":
            parent, key = _existing(root, target, operation)
            parent[key] = copied(operation.value)
        case "copy":
            parent, key = _existing(root, ("0", *operation.source), operation)
            _add(root, target, copied(parent[key]), operation)
        case "move":
            if operation.pointer[: len(operation.source)] == operation.source != operation.pointer:
                raise operation.invalid("a value cannot be moved into itself")
            value = _remove(root, ("0", *operation.source), operation)
            _add(root, target, value, operation)
        case "test":
            try:
                parent, key = _existing(root, target, operation)
            except Invalid as error:
                raise Conflict(error.message) from None
            _test(parent[key], operation)


def _add(root: list[Any], target: tuple[str, ...], value: Any, operation: Operation) -> None:
    parent = _container(root, target, operation)
    key = target[-1]
    if isinstance(parent, dict):
        _set_or_append(parent, key, value)
    elif parent is root:
        root[:] = [value]
    elif key == "-":
        parent.append(value)
    elif _INDEX.fullmatch(key) and int(key) <= len(parent):
        parent.insert(int(key), value)
    else:
        raise operation.invalid(f"{key} is no index of the array")


def _remove(root: list[Any], target: tuple[str, ...], operation: Operation) -> Any:
    parent, key = _existing(root, target, operation)
    return parent.pop(key)


def _test(found: object, operation: Operation) -> None:
    if not same(found, operation.value):
        raise Conflict(operation.invalid("the value is another").message)


def _set_or_append(parent: Any, key: Any, value: Any) -> None:
    existing = parent.get(key) if isinstance(parent, dict) else parent[key]
    if isinstance(existing, list) and isinstance(value, dict):
        existing.append(value)
    else:
        parent[key] = value


def _container(root: list[Any], target: tuple[str, ...], operation: Operation) -> Any:
    node: Any = root
    for token in target[:-1]:
        node = node[_key(node, token, operation)]
    if not isinstance(node, dict | list):
        raise operation.invalid("the path leads nowhere")
    return node


def _existing(root: list[Any], target: tuple[str, ...], operation: Operation) -> tuple[Any, Any]:
    parent = _container(root, target, operation)
    return parent, _key(parent, target[-1], operation)


def _key(node: object, token: str, operation: Operation) -> str | int:
    """Return the key of the member of `node` that a pointer token names; it must exist."""
    if isinstance(node, dict) and token in node:
        return token
    if isinstance(node, list) and _INDEX.fullmatch(token) and int(token) < len(node):
        return int(token)
    raise operation.invalid("the path leads nowhere")


# --- JSON patch query ---------------------------------------------------------------------------------------


def _query_path(index: int, path: str) -> tuple[tuple[str, ...], tuple[Condition, ...]]:
    if "[?(" in path:
        return _predicate_path(index, path)
    target, _, query = path.partition("?")
    pointer = _pointer(target)
    if not pointer:
        raise Invalid(f"operation {index}: a path with conditions names an attribute", code="22")
    return pointer, tuple(_condition(index, pointer, part) for part in query.split("&") if part)


def _condition(index: int, pointer: tuple[str, ...], text: str) -> Condition:
    name, sign, value = text.partition("=")
    names = tuple(filter(None, re.split(r"[/.]", unquote(name.strip()))))
    if not sign or not names:
        raise Invalid(f"operation {index}: a condition reads name=value", code="22")
    # An official example writes the value as a path below the array: `value=/characteristic/values/Black`.
    value = _unquoted(value.removeprefix("=")).removeprefix("/" + "/".join(pointer[:-1]) + "/")
    return Condition(names, value, absolute=name.strip().startswith("/") or names[0] == pointer[0])


def _predicate_path(index: int, path: str) -> tuple[tuple[str, ...], tuple[Condition, ...]]:
    """Read the JSONPath style of TMF630 part 6: `note[?(@.author=='Jean' && @.id=='1')].text`."""
    pointer: list[str] = []
    conditions: list[Condition] = []
    rest = path.removeprefix("$")
    while rest:
        step = _PREDICATE_STEP.match(rest)
        if step is None:
            raise Invalid(f"operation {index}: the path cannot be read", code="22")
        pointer.append(step["name"])
        for part in step["predicate"].split("&&") if step["predicate"] else ():
            comparison = _COMPARISON.fullmatch(part)
            if comparison is None:
                raise Invalid(f"operation {index}: a predicate reads @.name=='value'", code="22")
            names = (*pointer, *comparison["names"].strip().split("."))
            conditions.append(Condition(names, _unquoted(comparison["value"]), absolute=True))
        rest = rest[step.end() :]
    return tuple(pointer), tuple(conditions)


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return unquote(value)


def _apply_query(document: Document, operation: Operation) -> None:
    """Apply an operation to everything its path and conditions select."""
    trails = _selected(document, operation)
    if not trails:
        raise operation.invalid("nothing meets the conditions")
    # Last match first, so that the indexes of earlier ones stay true when elements are removed.
    for trail in reversed(trails):
        parent, key = _at(document, trail[:-1]), trail[-1]
        match operation.op:
            case "remove":
                del parent[key]
            case "test":
                _test(parent[key], operation)
            case _ if isinstance(key, int) and isinstance(parent[key], dict) and isinstance(operation.value, dict):
                parent[key] = merged(parent[key], copied(operation.value))
            case "add":
                _set_or_append(parent, key, copied(operation.value))
            case _:
                parent[key] = copied(operation.value)


def _selected(document: Document, operation: Operation) -> list[Trail]:
    pointer, create = operation.pointer, operation.op == "add"
    elements = list(_trails(document, pointer, (), create=create, elements=True))
    if any(_binds_elements(document, condition, pointer, elements) for condition in operation.conditions):
        trails = elements
    else:
        trails = list(_trails(document, pointer, (), create=create, elements=False))
    # Exactly first; an official example is right only when case is ignored.
    for spelling in (str, str.casefold):
        met = trails
        for condition in operation.conditions:
            wanted = spelling(condition.value)
            found = _lookup(document, condition, trails)
            met = [trail for trail in met if any(spelling(text) == wanted for text in _texts(found(trail)))]
        if met:
            return met
    return []


def _trails(node: object, pointer: tuple[str, ...], trail: Trail, *, create: bool, elements: bool) -> Iterator[Trail]:
    """Yield the places that a path leads to, through every element of the arrays on its way.

    `elements` goes into the elements of an array at the end of the path too, `create` yields a missing last
    member.
    """
    if isinstance(node, list) and (elements or pointer):
        if pointer and _INDEX.fullmatch(pointer[0]):
            chosen = int(pointer[0])
            if chosen < len(node):
                yield from _trails(node[chosen], pointer[1:], (*trail, chosen), create=create, elements=elements)
        else:
            for index, child in enumerate(node):
                yield from _trails(child, pointer, (*trail, index), create=create, elements=elements)
    elif not pointer:
        yield trail
    elif isinstance(node, dict):
        name, rest = pointer[0], pointer[1:]
        if name in node:
            yield from _trails(node[name], rest, (*trail, name), create=create, elements=elements)
        elif create and not rest:
            yield (*trail, name)


def _binds_elements(document: Document, condition: Condition, pointer: tuple[str, ...], elements: list[Trail]) -> bool:
    """Say whether a condition speaks of the elements of the array that the path ends in."""
    if condition.absolute:
        return condition.names[: len(pointer)] == pointer
    ends = (_at(document, trail) for trail in elements if isinstance(trail[-1], int))
    return any(isinstance(end, dict) and condition.names[0] in end for end in ends)


def _lookup(document: Document, condition: Condition, trails: list[Trail]) -> Callable[[Trail], list[Any]]:
    """Return what finds the values a condition looks at for one trail.

    An absolute name follows the trail as long as both agree, so that all conditions of an operation are about
    the same element. A relative name belongs to the innermost element that knows it anywhere in the document.
    """
    if condition.absolute:
        return lambda trail: _along(document, condition.names, trail)
    depth = max((len(_scopes(trail)) for trail in trails), default=0)
    for level in range(depth):
        nodes = [_scope_at(document, trail, level) for trail in trails]
        if any(isinstance(node, dict) and condition.names[0] in node for node in nodes):
            return lambda trail: _values(_scope_at(document, trail, level), condition.names)
    return lambda _: []


def _scope_at(document: Document, trail: Trail, level: int) -> Any:
    scopes = _scopes(trail)
    return _at(document, scopes[level]) if level < len(scopes) else None


def _scopes(trail: Trail) -> list[Trail]:
    """Return the elements a trail runs through, innermost first, and the root."""
    return [*(trail[: end + 1] for end in range(len(trail) - 1, -1, -1) if isinstance(trail[end], int)), ()]


def _along(document: Document, names: tuple[str, ...], trail: Trail) -> list[Any]:
    node: Any = document
    for step in trail:
        if isinstance(step, str):
            if not names or names[0] != step or step not in node:
                break
            names = names[1:]
        node = node[step]
    return _values(node, names)


def _values(node: object, names: tuple[str, ...]) -> list[Any]:
    if isinstance(node, list):
        return [value for child in node for value in _values(child, names)]
    if not names:
        return [node]
    return _values(node[names[0]], names[1:]) if isinstance(node, dict) and names[0] in node else []


def _texts(values: list[Any]) -> list[str]:
    return [value if isinstance(value, str) else dumps(value) for value in values if not isinstance(value, dict)]


def _at(document: Document, trail: Trail) -> Any:
    node: Any = document
    for step in trail:
        node = node[step]
    return node


# --- JSON ---------------------------------------------------------------------------------------------------


def copied(value: Any) -> Any:
    """Return a deep copy of a JSON value; numbers and strings keep their identity, and so their spelling."""
    if isinstance(value, dict):
        return {name: copied(child) for name, child in value.items()}
    return [copied(child) for child in value] if isinstance(value, list) else value


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are equal: 1 is 1.0 but not true, members have no order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


PARSERS: dict[str, Parser] = {
    "application/json": merge_patch,
    MERGE_PATCH: merge_patch,
    JSON_PATCH: json_patch,
    JSON_PATCH_QUERY: json_patch_query,
}
