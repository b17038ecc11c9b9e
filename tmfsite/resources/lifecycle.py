"""Lifecycle: the table of allowed moves of one state attribute."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def _fold(state: str) -> str:
    """Compare states without case, blanks and underscores: `inStudy`, `IN_STUDY` and `In Study` are one state."""
    return state.replace(" ", "").replace("_", "").casefold()


@dataclass(frozen=True)
class Lifecycle:
    """States and moves of `attribute` (a field name), declared once on the model.

    `moves` maps each state to those reachable from it; a state without an entry, or with an empty one, is final.
    `initial` is given to a resource created without a state. `released` are the states visible to every reader
    (TMF630 part 4). An unknown present state may be left freely; an unknown new state is refused unless `open`, also
    the first one. `aliases` are other words for a state. Without `enforced` the table is advice: the admin offers its
    moves, and clients may make others.
    """

    attribute: str
    initial: str | None
    moves: Mapping[str, tuple[str, ...]]
    released: tuple[str, ...] = ()
    open: bool = True
    enforced: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    _aliases: dict[str, str] = field(init=False, repr=False, compare=False)
    _known: dict[str, str] = field(init=False, repr=False, compare=False)
    _moves: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        aliases = {_fold(alias): _fold(state) for alias, state in self.aliases.items()}
        object.__setattr__(self, "_aliases", aliases)
        states = dict.fromkeys(self.moves) | dict.fromkeys(to for targets in self.moves.values() for to in targets)
        object.__setattr__(self, "_known", {_fold(state): state for state in states})
        object.__setattr__(
            self,
            "_moves",
            {_fold(state): frozenset(map(_fold, targets)) for state, targets in self.moves.items()},
        )

    def _key(self, state: str) -> str:
        key = _fold(state)
        return self._aliases.get(key, key)

    @property
    def states(self) -> tuple[str, ...]:
        """Every known state, in the order of the table."""
        return tuple(self._known.values())

    def canonical(self, state: str | None) -> str | None:
        """Return the spelling of the table for a known state, else the state as it came."""
        return state if state is None else self._known.get(self._key(state), state)

    def same(self, one: str | None, other: str | None) -> bool:
        """Tell whether two spellings name one state."""
        return one == other or (one is not None and other is not None and self._key(one) == self._key(other))

    def targets(self, state: str | None) -> tuple[str, ...]:
        """Return the states reachable from `state`, in the order of the table."""
        if state is None or self._key(state) not in self._known:
            return self.states
        reachable = self._moves.get(self._key(state), frozenset())
        return tuple(name for key, name in self._known.items() if key in reachable)

    def allows(self, old: str | None, new: str | None) -> bool:
        """Tell whether a resource in state `old` may move to `new`."""
        if self.same(old, new):
            return True
        if new is None:
            return False
        if not self.enforced:
            return True
        if old is None or self._key(old) not in self._known:
            return self.open or self._key(new) in self._known
        return self._key(new) in self._moves.get(self._key(old), frozenset())

    def admits(self, state: str) -> bool:
        """Tell whether a resource may start in `state`."""
        return self.open or self._key(state) in self._known

    def is_final(self, state: str | None) -> bool:
        """Tell whether no move leads out of `state`."""
        return state is not None and self._key(state) in self._known and not self._moves.get(self._key(state))

    def is_released(self, state: str | None) -> bool:
        """Tell whether `state` is one that every reader may see."""
        return state is not None and any(self._key(state) == self._key(name) for name in self.released)


SPECIFICATION = Lifecycle(
    "lifecycle_status",
    initial="In Study",
    moves={
        "In Study": ("In Design",),
        "In Design": ("In Test",),
        "In Test": ("Active", "Rejected"),
        "Active": ("Launched", "Retired"),
        "Launched": ("Retired",),
        "Retired": ("Obsolete",),
        "Rejected": (),
        "Obsolete": (),
    },
    released=("Active", "Launched"),
)
"""The states of everything that is designed before it is used: entities of catalogs and other specifications."""
