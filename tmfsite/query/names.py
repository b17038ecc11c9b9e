"""Dotted attribute paths as they stand in query strings."""

import re

from tmfsite.query.errors import QueryError

MAX_STEPS = 20
_NAME = re.compile(r"""[^\s.,;"'()\[\]<>=!*~?&]+""")


def split_path(text: str, parameter: str = "", position: int | None = None) -> tuple[str, ...]:
    """Return the names of a dotted path such as `relatedParty.@referredType`."""
    names = tuple(text.split("."))
    if len(names) > MAX_STEPS:
        raise QueryError("the attribute path is too long", parameter, position)
    for name in names:
        if not _NAME.fullmatch(name):
            raise QueryError(
                f"“{text}” is no attribute path" if text else "an attribute name is missing",
                parameter,
                position,
            )
    return names
