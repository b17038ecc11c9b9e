"""Lifecycle: the table of moves."""

import pytest

from assurance.models import Alarm
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.schema import schema_of

TABLE = Lifecycle("state", "In Study", {"In Study": ("Active",), "Active": ("Retired",)}, released=("Active",))


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("In Study", "Active", True), ("inStudy", "ACTIVE", True), ("IN_STUDY", "in study", True),
        ("In Study", "Retired", False), ("Retired", "Active", False), ("Active", "Unknown", False),
        ("Unknown", "Active", True), (None, "Active", True), ("Active", None, False), (None, None, True),
    ],
)  # fmt: skip
def test_moves(old: str | None, new: str | None, allowed: bool) -> None:
    assert TABLE.allows(old, new) is allowed


def test_what_a_table_tells() -> None:
    assert TABLE.states == ("In Study", "Active", "Retired")
    assert (TABLE.targets("in_study"), TABLE.targets("Retired"), TABLE.targets("Unknown")) == (
        ("Active",),
        (),
        TABLE.states,
    )
    assert (TABLE.canonical("inStudy"), TABLE.canonical("Other"), TABLE.canonical(None)) == ("In Study", "Other", None)
    assert [TABLE.is_final(each) for each in ("Retired", "Active", "Unknown", None)] == [True, False, False, False]
    assert [TABLE.is_released(each) for each in ("active", "Retired", None)] == [True, False, False]


def test_a_closed_table_knows_all_states() -> None:
    closed = Lifecycle("state", "a", {"a": ("b",)}, open=False)
    assert closed.allows("unknown", "b")
    assert not closed.allows("unknown", "c")


def test_of_several_lifecycles_the_main_one_comes_first() -> None:
    assert [each.attribute for each in schema_of(Alarm).lifecycles] == ["state", "ack_state"]
