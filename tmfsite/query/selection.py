"""`fields=` (TMF630 part 1): which attributes of a resource are shown."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

ALWAYS = ("id", "href")

type Tree = dict[str, "Tree"]


def parse_fields(values: Iterable[str]) -> tuple[str, ...] | None:
    """Return the names selected by all `fields` parameters together: None for no selection, () for `none`."""
    names = list(dict.fromkeys(name for value in values for part in value.split(",") if (name := part.strip())))
    if not names:
        return None
    return tuple(name for name in names if name != "none")


@lru_cache(maxsize=1024)
def top_level(fields: tuple[str, ...] | None) -> frozenset[str] | None:
    """Return the top-level attributes that a selection needs, None for all."""
    if fields is None:
        return None
    return frozenset(ALWAYS) | {name.partition(".")[0] for name in fields}


def project(
    document: dict[str, Any], fields: tuple[str, ...] | None, *, always: tuple[str, ...] = ALWAYS
) -> dict[str, Any]:
    """Return the selected part of a wire document, always with `id` and `href`.

    Dotted names select inside values, element by element through arrays. Unknown names are ignored.
    """
    if fields is None:
        return document
    tree = _tree(fields, always)
    return {name: _cut(value, tree[name]) for name, value in document.items() if name in tree}


@lru_cache(maxsize=1024)
def _tree(fields: tuple[str, ...], always: tuple[str, ...]) -> Tree:
    """Nest the dotted names; an empty branch stands for the whole value."""
    tree: Tree = {name: {} for name in always}
    for name in sorted(fields, key=lambda each: each.count("."), reverse=True):
        first, *rest = name.split(".")[:20]
        if first in always:
            continue
        branch = tree
        for step in [first, *rest][:-1]:
            branch = branch.setdefault(step, {})
        branch[name.split(".")[:20][-1]] = {}  # a shorter name takes the whole value and comes last
    return tree


def _cut(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, dict):
        return {name: _cut(inner, tree[name]) for name, inner in value.items() if name in tree}
    if isinstance(value, list):
        return [_cut(element, tree) for element in value]
    return value
