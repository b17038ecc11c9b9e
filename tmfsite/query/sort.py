"""`sort=-creationDate,name` and `sort=name.desc` (TMF630 part 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tmfsite.query.errors import QueryError
from tmfsite.query.names import split_path

MAX_KEYS = 10


@dataclass(frozen=True, slots=True)
class SortKey:
    """One attribute to sort by, as a dotted path of names."""

    path: tuple[str, ...]
    descending: bool = False


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """Return the sort keys of a parameter value; an empty one has none."""
    if not text.strip():
        return ()
    keys = tuple(_key(item.strip()) for item in text.split(","))
    if len(keys) > MAX_KEYS:
        raise QueryError(f"at most {MAX_KEYS} attributes can be sorted by", "sort")
    return keys


def _key(item: str) -> SortKey:
    descending = item.startswith("-")
    name = item.removeprefix("-") if descending else item.removeprefix("+")
    if name.endswith(".asc"):
        name = name.removesuffix(".asc")
    elif name.endswith(".desc"):
        name, descending = name.removesuffix(".desc"), not descending
    return SortKey(split_path(name, "sort"), descending)


# --- in memory -----------------------------------------------------------------------------------------------------


class _Falling:
    """A value that is the smaller the greater it is."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: "_Falling") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Falling) and bool(self.value == other.value)


def order_key(document: Any, keys: Sequence[SortKey]) -> tuple[Any, ...]:
    """Return what documents are sorted by: of each attribute numbers, then texts, then none, as in SQL."""
    return tuple(_ranked(first_scalar(document, key.path), key.descending) for key in keys)


def _ranked(value: str | float | bool | None, falling: bool) -> tuple[int, Any]:
    if value is None:
        return 2, 0
    if isinstance(value, bool):
        value = "true" if value else "false"
    return int(isinstance(value, str)), _Falling(value) if falling else value


def first_scalar(node: Any, names: Sequence[str]) -> str | float | bool | None:
    """Return the first scalar at a path of names; arrays are looked through."""
    if isinstance(node, list):
        return next(
            (value for each in node if not isinstance(each, list) and (value := first_scalar(each, names)) is not None),
            None,
        )
    if names:
        return first_scalar(node[names[0]], names[1:]) if isinstance(node, dict) and names[0] in node else None
    return node if isinstance(node, str | int | float) else None
