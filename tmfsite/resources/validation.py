"""Checks of whole documents beyond what columns declare, such as registered extension types (TMF630 parts 2 and 7)."""

from collections.abc import Callable, Iterable

from tmfsite.fields.json import Document
from tmfsite.resources.errors import Invalid
from tmfsite.resources.schema import Schema

type Check = Callable[[Schema, Document], Iterable[tuple[tuple[str | int, ...], str]]]

_checks: list[Check] = []


def register(check: Check) -> Check:
    """Add a check, which yields (path, message) for every fault of a document about to be stored."""
    _checks.append(check)
    return check


def check(schema: Schema, document: Document) -> None:
    """Raise `Invalid` with the faults that the registered checks find."""
    faults = tuple(fault for each in _checks for fault in each(schema, document))
    if faults:
        path = ".".join(map(str, faults[0][0]))
        raise Invalid("; ".join(f"{'.'.join(map(str, at))} {text}" for at, text in faults), path=path, faults=faults)
