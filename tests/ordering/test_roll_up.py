"""What the states of items say about their order, and how a tree of items takes states."""

from itertools import combinations

import pytest

from ordering.services.roll_up import FINAL, STATES, cascade, roll_up, states_of, top, with_states, without_states
from tmfsite.fields.json import Document

ack, wip, done = "acknowledged", "inProgress", "completed"
assessing, cancelling = "assessingCancellation", "pendingCancellation"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        # nothing to tell
        ([], None),
        (["acknowledged", "somewhere"], None),
        # acceptance is for all or for none
        ([ack, ack], ack),
        ([ack, "rejected"], "rejected"),
        (["pending", "rejected"], "rejected"),
        (["rejected", "rejected"], "rejected"),
        # something is being done
        ([ack, wip], wip),
        ([wip, "held", "pending"], wip),
        ([wip, done, "failed", "cancelled", "rejected"], wip),
        ([ack, done], wip),
        ([ack, "failed"], wip),
        # something has to wait
        ([ack, "held"], "held"),
        ([done, "held"], "held"),
        ([ack, "pending"], "pending"),
        (["failed", "pending"], "pending"),
        (["held", "pending"], "pending"),
        # an item that was cancelled before anything was done changes nothing for the others
        ([ack, "cancelled"], ack),
        # over
        ([done, done], done),
        (["failed", "failed"], "failed"),
        (["cancelled", "cancelled"], "cancelled"),
        ([done, "failed"], "partial"),
        ([done, "cancelled"], "partial"),
        ([done, "rejected"], "partial"),
        ([done, "failed", "cancelled"], "partial"),
        (["partial", "failed"], "partial"),
        (["partial"], "partial"),
        (["failed", "cancelled"], "failed"),
        (["failed", "rejected"], "failed"),
        # cancellation shows when nothing else is left to do
        ([assessing, assessing], assessing),
        ([cancelling, "cancelled"], cancelling),
        ([assessing, cancelling], assessing),
        ([assessing, done], assessing),
        ([cancelling, done], cancelling),
        ([assessing, wip], wip),
        ([cancelling, "held"], "held"),
        ([assessing, ack], ack),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else str(value),
)
def test_roll_up(states: list[str], expected: str | None) -> None:
    assert roll_up(states) == roll_up(reversed(states)) == roll_up([*states, *states]) == expected


def test_every_mixture_has_a_state() -> None:
    for size in range(1, 5):
        for states in combinations(STATES, size):
            state = roll_up(states)
            assert state in STATES
            if set(states) <= FINAL:
                assert state in FINAL, states
            elif state in FINAL:
                assert state == "rejected", states


def test_one_state_for_all_is_that_of_the_order() -> None:
    assert [roll_up([state]) for state in STATES] == list(STATES)


def tree() -> list[Document]:
    return [
        {"id": "1", "state": wip, "item": [{"id": "1", "state": ack}, {"state": done}]},
        {"id": "2"},
        {"id": "2", "state": "held"},
    ]


def test_paths_of_items() -> None:
    states = {("1",): wip, ("1", "1"): ack, ("1", "#1"): done, ("#1",): None, ("#2",): "held"}
    assert states_of(tree(), "item") == states
    assert top(states) == [wip, None, "held"]
    assert states_of(None, "item") == {}


def test_items_in_new_states() -> None:
    items = tree()
    changed = with_states(items, "item", {("1", "#1"): "failed", ("#1",): ack, ("nothing",): ack})
    assert changed == [
        {"id": "1", "state": wip, "item": [{"id": "1", "state": ack}, {"state": "failed"}]},
        {"id": "2", "state": ack},
        {"id": "2", "state": "held"},
    ]
    assert items == tree()
    assert changed[2] is items[2]
    assert changed[0]["item"][0] is items[0]["item"][0]
    assert with_states(None, "item", {}) is None


def test_items_without_states() -> None:
    assert without_states(tree(), "item") == [{"id": "1", "item": [{"id": "1"}, {}]}, {"id": "2"}, {"id": "2"}]
    assert without_states(None, "item") is None


def test_only_unfinished_items_go_along() -> None:
    states = {("1",): wip, ("2",): done, ("3",): ack}
    assert cascade(states, "held", but=[("3",)]) == {
        ("1",): "held",
        ("2",): done,
        ("3",): ack,
    }
