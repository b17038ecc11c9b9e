"""The tasks on alarms (TMF642): acknowledge, clear, comment, group and ungroup.

Alarms are chosen by example: the elements of a pattern are alternatives, all attributes of one element must agree.
Every function changes the alarms it can change and returns those, as they then are.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from assurance.models import Alarm
from tmfsite import operations
from tmfsite.fields.instants import format_instant, parse_instant
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import Conflict, Invalid
from tmfsite.resources.schema import schema_of
from tmfsite.wire.encode import document_of, href_of


def chosen(patterns: Iterable[Document], *, at: str = "alarmPattern") -> list[Alarm]:
    """Return the alarms that agree with any of the patterns, locked, in the order of their creation.

    Raises `Invalid` for a pattern that says nothing: it would select every alarm.
    """
    keys: set[int] = set()
    for number, pattern in enumerate(patterns):
        wanted = {name: value for name, value in pattern.items() if value is not None and name != "href"}
        if not wanted:
            raise Invalid(f"{at}[{number}] selects nothing: it needs an attribute such as id", path=f"{at}[{number}]")
        keys |= set(_matching(wanted))
    return list(Alarm.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _matching(wanted: Document) -> Iterable[int]:
    """Yield the keys of the alarms that agree with a pattern: columns in SQL, nested values here."""
    attributes = schema_of(Alarm).attributes
    columns: dict[str, Any] = {}
    nested: Document = {}
    for name, value in wanted.items():
        attribute = attributes.get(name)
        if attribute is None or attribute.is_json:
            nested[name] = value
        elif attribute.kind == "date-time":
            columns[attribute.name] = parse_instant(value)
        elif name not in ("@type", "@baseType", "@schemaLocation"):
            columns[attribute.name] = value
    alarms = Alarm.objects.filter(**columns)
    if not nested:
        return alarms.values_list("pk", flat=True)
    return [each.pk for each in alarms.iterator() if _agrees(document_of(each), nested)]


def _agrees(value: Any, wanted: Any) -> bool:
    """Tell whether `value` holds all that `wanted` does; every element wanted must be among those of a list."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(_agrees(value.get(name), part) for name, part in wanted.items())
    if isinstance(wanted, list):
        values = value if isinstance(value, list) else [value]
        return all(any(_agrees(each, part) for each in values) for part in wanted)
    return bool(value == wanted)


def _change(alarms: Iterable[Alarm], change: Callable[[Alarm], None], actor: Actor) -> list[Document]:
    documents = []
    for alarm in alarms:
        change(alarm)
        documents.append(operations.save(alarm, actor=actor).document)
    return documents


def acknowledge(patterns: Iterable[Document], *, state: str, user: str, system: str, actor: Actor) -> list[Document]:
    """Set the acknowledgement of alarms, cleared ones too, to `state`, and who set it."""

    def change(alarm: Alarm) -> None:
        alarm.ack_state, alarm.ack_user_id, alarm.ack_system_id = state, user, system

    return _change(chosen(patterns), change, actor)


def clear(patterns: Iterable[Document], *, at: datetime | None, user: str, system: str, actor: Actor) -> list[Document]:
    """Clear the alarms that are not cleared yet."""

    def change(alarm: Alarm) -> None:
        alarm.state, alarm.alarm_cleared_time = "cleared", at
        alarm.clear_user_id, alarm.clear_system_id = user, system

    return _change((alarm for alarm in chosen(patterns) if not alarm.is_cleared), change, actor)


def comment(patterns: Iterable[Document], *, remark: Document, at: datetime, actor: Actor) -> list[Document]:
    """Add a remark, dated `at` unless it says otherwise."""
    dated = remark if remark.get("time") else {**remark, "time": format_instant(at)}

    def change(alarm: Alarm) -> None:
        alarm.comment = [*(alarm.comment or ()), dated]

    return _change(chosen(patterns), change, actor)


def group(parent: Document, children: Iterable[Document], *, actor: Actor) -> list[Document]:
    """Enter `children` in the parent's `correlatedAlarm` and the parent in their `parentAlarm`.

    Raises `Conflict` for an alarm that would come to stand above itself.
    """
    head, alarms = _family(parent, children)
    if head is None or not alarms:
        return []
    above = _ancestors(head)
    for alarm in alarms:
        if alarm.uid in above:
            raise Conflict(f"Alarm {alarm.uid} stands above alarm {head.uid}, it cannot be put under it")

    def change(alarm: Alarm) -> None:
        if alarm.uid == head.uid:
            alarm.correlated_alarm = _with(alarm.correlated_alarm, alarms)
        else:
            alarm.parent_alarm = _with(alarm.parent_alarm, [head])

    return _change([head, *alarms], change, actor)


def ungroup(parent: Document, children: Iterable[Document], *, actor: Actor) -> list[Document]:
    """Take `children` out of the parent's `correlatedAlarm` and the parent out of their `parentAlarm`."""
    head, alarms = _family(parent, children)
    if head is None or not alarms:
        return []

    def change(alarm: Alarm) -> None:
        if alarm.uid == head.uid:
            alarm.correlated_alarm = _without(alarm.correlated_alarm, alarms)
        else:
            alarm.parent_alarm = _without(alarm.parent_alarm, [head])

    return _change([head, *alarms], change, actor)


def _family(parent: Document, children: Iterable[Document]) -> tuple[Alarm | None, list[Alarm]]:
    heads = chosen([parent], at="parentAlarm")
    if len(heads) > 1:
        raise Invalid("parentAlarm selects several alarms: name one by its id", path="parentAlarm")
    alarms = chosen(children, at="correlatedAlarm")
    if heads and any(alarm.pk == heads[0].pk for alarm in alarms):
        raise Conflict(f"Alarm {heads[0].uid} cannot be its own parent")
    return (heads[0] if heads else None), alarms


def _listed(references: Any) -> list[Document]:
    return [references] if isinstance(references, dict) else list(references or ())


def _with(references: Any, alarms: Iterable[Alarm]) -> list[Document]:
    present = _listed(references)
    known = {each.get("id") for each in present}
    return [*present, *({"id": each.uid, "href": href_of(each)} for each in alarms if each.uid not in known)]


def _without(references: Any, alarms: Iterable[Alarm]) -> list[Document] | None:
    gone = {each.uid for each in alarms}
    return [each for each in _listed(references) if each.get("id") not in gone] or None


def _ancestors(alarm: Alarm) -> set[str]:
    """Return the ids of all alarms above one, as far as they are kept here."""
    found: set[str] = set()
    level = {str(each.get("id")) for each in _listed(alarm.parent_alarm)}
    while level := level - found:
        found |= level
        level = {
            str(each.get("id"))
            for references in Alarm.objects.filter(uid__in=level).values_list("parent_alarm", flat=True)
            for each in _listed(references)
        }
    return found
