"""`sort=-creationDate,name` and `sort=name.desc` (TMF630 part 1)."""

from dataclasses import dataclass

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
