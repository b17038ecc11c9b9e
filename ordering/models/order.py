"""What the orders of products (TMF622), services (TMF641) and resources (TMF652) share, and their cancellation."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.db import models, transaction

from ordering.services.roll_up import (
    ACKNOWLEDGED,
    ASSESSING,
    CANCELLED,
    CANCELLING,
    COMPLETED,
    IN_PROGRESS,
    PARTIAL,
    PENDING,
    REJECTED,
    Path,
    cascade,
    roll_up_tree,
    states_of,
    with_states,
    without_states,
)
from tmfsite.fields import JsonField, ReferenceField
from tmfsite.fields.json import Document
from tmfsite.fields.values import RelatedParty
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi

CHANGEABLE = (ACKNOWLEDGED, PENDING)
"""States of an order in which clients may change its items."""


class Order(Resource):
    """An order of several items, each with a state; the order's own follows from theirs.

    Whoever moves the order moves its unfinished items along, whoever moves an item moves the order, by
    `services.roll_up`. Not on the wire: `resumption` holds the states to go back to when a cancellation is refused.
    """

    category = text_field()
    description = models.TextField(null=True, blank=True)
    state = text_field(max_length=60)
    external_id = text_field()
    order_date = models.DateTimeField(null=True, blank=True)
    requested_start_date = models.DateTimeField(null=True, blank=True)
    requested_completion_date = models.DateTimeField(null=True, blank=True)
    expected_completion_date = models.DateTimeField(null=True, blank=True)
    completion_date = models.DateTimeField(null=True, blank=True)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    resumption = JsonField(null=True, blank=True, editable=False)

    lifecycle: ClassVar[Lifecycle]
    items_field: ClassVar[str]
    """Name of the field that holds the items."""
    has_partial_items: ClassVar[bool] = False
    """Whether an item may be partial, as an order may."""
    completes_in: ClassVar[Collection[str]] = (COMPLETED,)
    """States that set the date of completion."""
    stamps: ClassVar[tuple[str, ...]] = (
        "startDate", "completionDate", "cancellationDate", "cancellationReason",
    )  # fmt: skip
    """What is noted along with a move, by wire name."""

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        hidden: ClassVar[tuple[str, ...]] = ("resumption",)

    def __str__(self) -> str:
        return str(getattr(self, "name", None) or self.external_id or self.uid)

    # --- states ----------------------------------------------------------------------------------------------------

    @property
    def items(self) -> list[Document] | None:
        """The items of the order."""
        return getattr(self, self.items_field)

    @items.setter
    def items(self, items: list[Document] | None) -> None:
        setattr(self, self.items_field, items)

    @classmethod
    def items_name(cls) -> str:
        """Return the wire name of the attribute that holds the items."""
        return cls.schema().by_field[cls.items_field].wire

    @classmethod
    def item_lifecycle(cls) -> Lifecycle:
        """Return the moves of an item: those of the order."""
        return cls.lifecycle if cls.has_partial_items else _without_partial(cls)

    @property
    def is_final(self) -> bool:
        """Whether the order is over."""
        return self.lifecycle.is_final(self.state)

    def was_changeable(self, before: Mapping[str, Any]) -> bool:
        """Tell whether clients could change the items in the state before a write."""
        return any(self.lifecycle.same(before["state"], state) for state in CHANGEABLE)

    def has_other_items(self, before: Mapping[str, Any]) -> bool:
        """Tell whether a write changes more of the items than their states."""
        name = self.items_name()
        return without_states(self.items, name) != without_states(before[self.items_field], name)

    def is_in(self, *states: str) -> bool:
        """Tell whether the order is in one of these states."""
        return any(self.lifecycle.same(self.state, state) for state in states)

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None:
            self.order_date = self.order_date or self.created
            self._acknowledge_items()
        else:
            self._follow(before)
            if not self.lifecycle.same(before["state"], self.state):
                self._note_move(before)

    def _acknowledge_items(self) -> None:
        """Set the states of new items; an order that was imported in a later state keeps what its items had."""
        first = str(self.lifecycle.initial)
        new = self.is_in(first)
        given = states_of(self.items, self.items_name())
        states = {path: first if new or state is None else state for path, state in given.items()}
        self.items = with_states(self.items, self.items_name(), states)

    def _states(self, before: Mapping[str, Any]) -> tuple[dict[Path, str], dict[Path, str]]:
        """Return the states of the items as they were and as this write gives them; one left out stays as it was."""
        first = str(self.lifecycle.initial)
        given = states_of(self.items, self.items_name())
        old = {path: state or first for path, state in states_of(before[self.items_field], self.items_name()).items()}
        was = {path: old.get(path, first) for path in given}
        known = self.item_lifecycle().canonical
        return was, {path: str(known(state)) if state else was[path] for path, state in given.items()}

    def _follow(self, before: Mapping[str, Any]) -> None:
        """Let the items follow the order, and the order its items."""
        was, states = self._states(before)
        moved_items = {path for path, state in states.items() if state != was[path]}
        if not self.lifecycle.same(before["state"], self.state):
            states = self._taken_along(before, states, moved_items)
        if moved_items:
            self.state = roll_up_tree(states) or self.state
            if self.is_in(REJECTED):
                states = cascade(states, REJECTED)
        self.items = with_states(self.items, self.items_name(), states)

    def _taken_along(
        self, before: Mapping[str, Any], states: dict[Path, str], moved_items: Collection[Path]
    ) -> dict[Path, str]:
        """Return the states of the items after the order moved: its own, or, from an assessment, those before it."""
        to = str(self.lifecycle.canonical(self.state))
        if self.lifecycle.same(before["state"], ASSESSING) and to not in (CANCELLING, CANCELLED):
            old = (self.resumption or {}).get("items", {})
            return {
                path: old.get("/".join(path), to) if state == ASSESSING else state for path, state in states.items()
            }
        if to == PARTIAL:
            return states
        return cascade(states, to, but=moved_items)

    def _note_move(self, before: Mapping[str, Any]) -> None:
        if self.is_in(ASSESSING):
            old = states_of(before[self.items_field], self.items_name())
            self.resumption = {
                "state": before["state"],
                "items": {"/".join(path): state for path, state in old.items() if state},
            }
        elif not self.is_in(CANCELLING):
            self.resumption = None
        if self.is_in(IN_PROGRESS):
            self._stamp("start_date")
        if self.is_in(*self.completes_in):
            self._stamp("completion_date")
        if self.is_in(CANCELLED):
            self._stamp("cancellation_date")

    def _stamp(self, name: str) -> None:
        if name in self.schema().by_field and getattr(self, name) is None:
            setattr(self, name, self.last_update)

    # --- what a change means ---------------------------------------------------------------------------------------

    def refusals(self, *, before: Mapping[str, Any]) -> Iterator[str]:
        """Items are fixed once work has begun; their states move as those of orders do."""
        if self.items is before[self.items_field]:
            return
        now, lifecycle = before["state"], self.lifecycle
        if self.has_other_items(before) and not self.was_changeable(before):
            yield f"its items cannot be changed once it is {now}"
        was, states = self._states(before)
        for path, state in states.items():
            item, moves = "/".join(path), self.item_lifecycle()
            if state == was[path]:
                continue
            if lifecycle.is_final(now):
                yield f"it is {now}, item {item} cannot move any more"
            elif not moves.allows(was[path], state):
                targets = ", ".join(moves.targets(was[path])) or "no other state"
                yield f"item {item} cannot move from {was[path]} to {state}; it can move to {targets}"

    def goes_with_move(self, *, before: Mapping[str, Any]) -> Collection[str]:
        return self.stamps if self.has_other_items(before) else (*self.stamps, self.items_name())

    def special_events(self, *, before: Mapping[str, Any] | None) -> tuple[str, ...]:
        waits = before is not None and not self.lifecycle.same(before["state"], self.state) and self.is_in(PENDING)
        return ("InformationRequired",) if waits else ()


@cache
def _without_partial(model: type[Order]) -> Lifecycle:
    moves = {
        state: tuple(each for each in targets if each != PARTIAL)
        for state, targets in model.lifecycle.moves.items()
        if state != PARTIAL
    }
    return replace(model.lifecycle, moves=moves)


def cancellation(first: str) -> Lifecycle:
    """Return the lifecycle of a cancellation that starts in state `first`."""
    return Lifecycle(
        "state",
        initial=first,
        moves={
            first: ("inProgress",),
            "inProgress": ("done", "terminatedWithError"),
            "done": (),
            "terminatedWithError": (),
        },
        open=False,
    )


class CancelOrder(Resource):
    """The request to cancel an order; `services.cancel_order` assesses and works it in the background."""

    cancellation_reason = text_field(max_length=1000)
    requested_cancellation_date = models.DateTimeField(null=True, blank=True)
    effective_cancellation_date = models.DateTimeField(null=True, blank=True)
    state = text_field(max_length=60)

    lifecycle = cancellation("acknowledged")
    order_field: ClassVar[str]
    """Name of the field that refers to the order."""

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        server_set: ClassVar[tuple[str, ...]] = ("effectiveCancellationDate", "state")
        events = ("Create", "StateChange", "InformationRequired")

    def __str__(self) -> str:
        return f"Cancellation of {self.order_uid or 'no order'}"

    @classmethod
    def order_model(cls) -> type[Order]:
        """Return the kind of orders it cancels."""
        field: Any = cls._meta.get_field(cls.order_field)
        return apps.get_model(field.to)

    @property
    def order_uid(self) -> str:
        """Id of the order to cancel."""
        return str((getattr(self, self.order_field) or {}).get("id") or "")

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        if before is None:
            from ordering.tasks import wake_workers  # the task imports the models

            transaction.on_commit(wake_workers)
