"""How the state of an order follows from those of its items, and theirs from it: plain functions over documents.

Items form a tree: an item may hold further ones under the name of the attribute that holds the items themselves.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from tmfsite.fields.json import Document

ACKNOWLEDGED: Final = "acknowledged"
REJECTED: Final = "rejected"
PENDING: Final = "pending"
HELD: Final = "held"
IN_PROGRESS: Final = "inProgress"
CANCELLED: Final = "cancelled"
COMPLETED: Final = "completed"
FAILED: Final = "failed"
PARTIAL: Final = "partial"
ASSESSING: Final = "assessingCancellation"
CANCELLING: Final = "pendingCancellation"

FINAL: Final = frozenset({REJECTED, CANCELLED, COMPLETED, FAILED, PARTIAL})
STATES: Final = (
    ACKNOWLEDGED, REJECTED, PENDING, HELD, IN_PROGRESS, CANCELLED, COMPLETED, FAILED, PARTIAL, ASSESSING, CANCELLING,
)  # fmt: skip

type Path = tuple[str, ...]
"""Where an item is in the tree: the ids from the top down to it."""


def roll_up(states: Iterable[str]) -> str | None:
    """Return the state of an order whose items are in these states; None where they do not tell.

    An order is accepted as a whole: one item rejected before any has begun rejects it. Items that were begun show:
    one in progress is enough, else the order waits for what they wait for. Cancellation shows when nothing else is
    left to do. An order that is over is `partial` when a part of it was done.
    """
    present = frozenset(states)
    if not present or not present <= frozenset(STATES):
        return None
    if len(present) == 1:
        return next(iter(present))
    if REJECTED in present and present <= {REJECTED, ACKNOWLEDGED, PENDING}:
        return REJECTED
    unfinished = present - FINAL
    if not unfinished:
        return PARTIAL if present & {COMPLETED, PARTIAL} else FAILED
    for state in (IN_PROGRESS, PENDING, HELD):
        if state in unfinished:
            return state
    if ACKNOWLEDGED in unfinished:
        return IN_PROGRESS if present & {COMPLETED, PARTIAL, FAILED} else ACKNOWLEDGED
    return ASSESSING if ASSESSING in unfinished else CANCELLING


def roll_up_tree(states: Mapping[Path, str]) -> str | None:
    """Return the state of an order by all its items: `roll_up` of those at the top, but a part that was done shows."""
    found = roll_up(top(states))
    return PARTIAL if found == FAILED and COMPLETED in states.values() else found


# --- trees of items -------------------------------------------------------------------------------------------------


def states_of(items: Iterable[Document] | None, key: str) -> dict[Path, str | None]:
    """Return the state of every item, those held in others too; `key` names the attribute that holds items."""
    return {path: item.get("state") for path, item in walk(items, key)}


def walk(items: Iterable[Document] | None, key: str, above: Path = ()) -> Iterator[tuple[Path, Document]]:
    """Yield path and item from the top down."""
    for path, item in named(items, above):
        yield path, item
        yield from walk(item.get(key), key, path)


def with_states(
    items: Iterable[Document] | None, key: str, wanted: Mapping[Path, str], above: Path = ()
) -> list[Document] | None:
    """Return the items in the states wanted, others as they are; an item that need not change is the same object."""
    if items is None:
        return None
    return [_in_state(item, key, wanted, path) for path, item in named(items, above)]


def without_states(items: Iterable[Document] | None, key: str) -> list[Document] | None:
    """Return what items hold apart from their states."""

    def bare(item: Document) -> Document:
        rest = {name: value for name, value in item.items() if name != "state"}
        return {**rest, key: without_states(rest[key], key)} if rest.get(key) else rest

    return None if items is None else [bare(item) for item in items]


def named(items: Iterable[Document] | None, above: Path = ()) -> Iterator[tuple[Path, Document]]:
    """Yield items with their paths; one without an id of its own goes by its position."""
    listed = list(items or ())
    uses = Counter(item.get("id") for item in listed)
    for number, item in enumerate(listed):
        uid = item.get("id")
        yield (*above, uid if uid and uses[uid] == 1 else f"#{number}"), item


def _in_state(item: Document, key: str, wanted: Mapping[Path, str], path: Path) -> Document:
    changes: Document = {}
    if (state := wanted.get(path)) is not None and item.get("state") != state:
        changes["state"] = state
    if item.get(key):
        inner = with_states(item[key], key, wanted, path)
        if any(new is not old for new, old in zip(inner or (), item[key], strict=True)):
            changes[key] = inner
    return {**item, **changes} if changes else item


def cascade(states: Mapping[Path, str], to: str, *, but: Collection[Path] = ()) -> dict[Path, str]:
    """Return the states of items after all that are not over went to `to`, except those at the paths `but`."""
    return {path: state if state in FINAL or path in but else to for path, state in states.items()}


def top(states: Mapping[Path, Any]) -> list[Any]:
    """Return the states of the items that no other item holds."""
    return [state for path, state in states.items() if len(path) == 1]
