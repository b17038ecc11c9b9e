"""What a hub asked for: its query, compiled."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tmfsite.query.errors import QueryError
from tmfsite.query.memory import compile_memory
from tmfsite.query.parser import parse_hub_query
from tmfsite.resources.errors import Invalid


@dataclass(frozen=True, slots=True)
class Subscription:
    """A compiled hub query: which events (None: all), and which of their attributes (None: all)."""

    matches: Callable[[dict[str, Any]], bool] | None
    fields: tuple[str, ...] | None


@lru_cache(maxsize=4096)
def compile_query(query: str) -> Subscription:
    """Compile the query of a hub; raises `Invalid` with code 28 when it cannot be read (TMF630 hub)."""
    try:
        parsed = parse_hub_query(query)
        matches = None if parsed.expression is None else compile_memory(parsed.expression)
    except QueryError as error:
        raise Invalid(str(error), code="28", path="query") from error
    return Subscription(matches, parsed.fields)
