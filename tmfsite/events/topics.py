"""What a topic selects (TMF688): its queries compiled, and the events of the outbox that meet them.

Equality of what stands in columns becomes SQL; anything else is evaluated over the whole event, in batches.
"""

import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from tmfsite.events.envelope import EVENT_COLUMNS, Envelope
from tmfsite.events.models import Event, Hub, Topic
from tmfsite.fields import json
from tmfsite.query import Exists, Expression, Page, Query, QueryError, SomeElement, SortKey, Test, compile_memory
from tmfsite.query.expression import And, Not, Or, Path, both, relocate
from tmfsite.query.operands import read
from tmfsite.query.parser import parse_hub_query
from tmfsite.query.sort import order_key
from tmfsite.resources.errors import Invalid, NotFound

type Predicate = Callable[[dict[str, Any]], bool]

MAX_QUERY_LENGTH: Final = 8000
BATCH: Final = 500
# Events looked at beyond a page to count what else there is.
FURTHER: Final = 5000
# Events that one request may have looked at, one by one, to fill its page.
MOST: Final = 200_000
_CONTENT: Final = "event"


# --- queries -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """The compiled queries of a topic: `head` asks the envelope alone, `whole` the event; None is met by all."""

    head: Predicate | None = None
    whole: Predicate | None = None
    expression: Expression | None = None

    def holds(self, event: Envelope) -> bool:
        """Tell whether an event meets the queries; what the envelope decides spares reading the resource."""
        if self.head is not None and not self.head(event.head()):
            return False
        return self.whole is None or self.whole(event.document())


@lru_cache(maxsize=1024)
def compile_topic(header: str, content: str) -> Selection:
    """Compile the queries of a topic; raises `Invalid` when one cannot be read."""
    asked = _expression(header, "headerQuery")
    below = _expression(content, "contentQuery")
    head = asked if asked is not None and _asks_envelope(asked) else None
    rest = [each for each in (asked if head is None else None, below and _below_event(below)) if each is not None]
    every = [each for each in (head, *rest) if each is not None]
    return Selection(
        None if head is None else compile_memory(head),
        compile_memory(both(rest)) if rest else None,
        both(every) if every else None,
    )


def selection_of(topic: Topic) -> Selection:
    """Return the compiled queries of a topic."""
    return compile_topic(topic.header_query or "", topic.content_query or "")


def _expression(text: str, name: str) -> Expression | None:
    if len(text) > MAX_QUERY_LENGTH:
        raise Invalid(f"{name} is longer than {MAX_QUERY_LENGTH} characters", path=name)
    try:
        return parse_hub_query(text).expression
    except QueryError as error:
        raise Invalid(str(error), path=name) from error


def _asks_envelope(expression: Expression) -> bool:
    return all(path and isinstance(path[0], str) and path[0] != _CONTENT for path in _paths(expression))


def _paths(expression: Expression) -> Iterator[Path]:
    match expression:
        case And(items) | Or(items):
            for item in items:
                yield from _paths(item)
        case Not(item) | SomeElement((), item):
            yield from _paths(item)
        case Test(path) | Exists(path) | SomeElement(path):
            yield path


def _below_event(expression: Expression) -> Expression:
    """Return a content query over the whole event; its paths may begin with `event`, or below it."""
    match expression:
        case And(items):
            return And(tuple(map(_below_event, items)))
        case Or(items):
            return Or(tuple(map(_below_event, items)))
        case Not(item):
            return Not(_below_event(item))
        case SomeElement((), item) if any(path[:1] == (_CONTENT,) for path in _paths(item)):
            return expression
        case Test(path) | Exists(path) | SomeElement(path):
            return expression if path[:1] == (_CONTENT,) else relocate(expression, (_CONTENT, *path))


# --- in the outbox -------------------------------------------------------------------------------------------------


def candidates(topic: Topic, apis: Collection[str] | None = None) -> QuerySet[Event]:
    """Return what a topic selects from: the events of the given APIs (None: of all) and those posted to it."""
    own = Q(topic=None) if apis is None else Q(topic=None, api__in=list(apis))
    return Event.objects.filter(own | Q(topic=topic))


def past_events(hub: Hub) -> QuerySet[Event]:
    """Return a superset, in SQL, of the events that a hub would have been sent."""
    if hub.topic is None:
        return Event.objects.filter(api=hub.api, topic=None)
    condition, _ = in_columns(selection_of(hub.topic).expression)
    return candidates(hub.topic, hub.readable_apis.split() or None).filter(condition)


def in_columns(expression: Expression | None) -> tuple[Q, Expression | None]:
    """Split a condition into what the columns of the outbox answer, and the rest."""
    condition = Q()
    rest: list[Expression] = []
    for item in _conjuncts(expression):
        answered = _in_columns(item)
        if answered is None:
            rest.append(item)
        else:
            condition &= answered
    return condition, both(rest) if rest else None


def _conjuncts(expression: Expression | None) -> Iterator[Expression]:
    if isinstance(expression, And):
        for item in expression.items:
            yield from _conjuncts(item)
    elif expression is not None:
        yield expression


_COLUMNS: Final = {"eventId": "event_id", "eventType": "event_type", "correlationId": "correlation_id"}


def _in_columns(item: Expression) -> Q | None:
    if not isinstance(item, Test) or item.length or len(item.path) != 1:
        return None
    name, spans = item.path[0], read(item.operator, item.operands).spans
    if name == "eventTime" and item.operator in ("gt", "gte", "lt", "lte"):
        return _in_time(item)
    # Texts that name an instant are compared as such, and an absent text is no empty one.
    if item.operator != "eq" or spans or "" in item.operands:
        return None
    if name == "domain":
        own = Q(pk__in=[])
        for domain in item.operands:
            if domain[:1].isupper():
                # The type of an event begins with its domain, and is what the index knows.
                path = domain[:1].lower() + domain[1:]
                own |= Q(topic=None, resource_path=path, event_type__startswith=domain)
        return own | Q(topic__isnull=False, domain__in=item.operands)
    return Q(**{f"{_COLUMNS[name]}__in": item.operands}) if isinstance(name, str) and name in _COLUMNS else None


def _in_time(item: Test) -> Q | None:
    given = read(item.operator, item.operands)
    if given.plain or not given.spans:
        return None
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=given.spans[0].start)
    except OverflowError:
        return None
    return Q(**{f"event_time__{item.operator}": moment})


# --- lists ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a topic's events, and how many there are in all."""

    events: list[Envelope]
    total: int
    exact: bool = True


def find(topic: Topic, query: Query, page: Page, *, apis: Collection[str] | None = None) -> Found:
    """Return the page of a topic's events that a query asks for; raises `QueryError`."""
    asked = [each for each in (selection_of(topic).expression, query.expression) if each is not None]
    condition, rest = in_columns(both(asked) if asked else None)
    rows = candidates(topic, apis).filter(condition)
    by_time = len(query.sort) == 1 and query.sort[0].path == ("eventTime",)
    start, end = page.offset, page.offset + (page.limit or 0)
    if query.sort and not by_time:
        return _sorted(_Scan(rows, rest), query.sort, start, end)
    scan = _Scan(rows, rest, query.sort[0] if by_time else None)
    if rest is None:
        found = [Envelope(*row) for row in rows.order_by(*scan.order).values_list(*EVENT_COLUMNS)[start:end]]
        return Found(found, *_count(rows))
    found = list(islice(scan, start, end))
    return Found(found, *scan.count())


def find_event(topic: Topic, event_id: str, *, apis: Collection[str] | None = None) -> Envelope:
    """Return one event of a topic; raises `NotFound`, also for one that the topic does not select."""
    row = candidates(topic, apis).filter(event_id=event_id).values_list(*EVENT_COLUMNS).first()
    event = None if row is None else Envelope(*row)
    if event is None or not selection_of(topic).holds(event):
        raise NotFound(f"the topic has no event {event_id}")
    return event


class _Scan:
    """Walks the events that meet a condition, in the order of their keys or times, a batch at a time."""

    def __init__(self, rows: QuerySet[Event], rest: Expression | None, by_time: SortKey | None = None) -> None:
        self.rows = rows
        self.holds = None if rest is None else compile_memory(rest)
        self.looked_at = 0
        self.met = 0
        self.ended = False
        self.enough: int | None = None
        self.order: tuple[str, ...] = ("pk",)
        self.further = "gt"
        if by_time is not None:
            self.order = ("-event_time" if by_time.descending else "event_time", "pk")
            self.further = "lt" if by_time.descending else "gt"
        self._events = self._walk()

    def __iter__(self) -> Iterator[Envelope]:
        return self._events

    def count(self) -> tuple[int, bool]:
        """Return how many meet the condition in all; estimated when there are many more to look at."""
        self.enough = self.looked_at + FURTHER
        for _ in self._events:
            pass
        if self.ended:
            return self.met, True
        return max(self.met, round(_count(self.rows)[0] * self.met / self.looked_at)), False

    def _walk(self) -> Iterator[Envelope]:
        last: Envelope | None = None
        while True:
            following = self.rows if last is None else self.rows.filter(self._after(last))
            batch = [Envelope(*row) for row in following.order_by(*self.order).values_list(*EVENT_COLUMNS)[:BATCH]]
            for event in batch:
                self.looked_at += 1
                if self.holds is None or self.holds(event.document()):
                    self.met += 1
                    yield event
            if len(batch) < BATCH:
                self.ended = True
                return
            if self.enough is not None and self.looked_at >= self.enough:
                return
            if self.looked_at >= MOST:
                raise QueryError(
                    f"more than {MOST} events would have to be looked at; name eventType, domain or a span of eventTime"
                )
            last = batch[-1]

    def _after(self, last: Envelope) -> Q:
        if len(self.order) == 1:
            return Q(pk__gt=last.id)
        later = Q(**{f"event_time__{self.further}": last.event_time})
        return later | Q(event_time=last.event_time, pk__gt=last.id)


def _sorted(scan: _Scan, keys: tuple[SortKey, ...], start: int, end: int) -> Found:
    """Return a page in another order than the outbox's: everything is looked at, and no more kept than the page ends at."""
    if end > settings.TMF_EXACT_COUNT_LIMIT:
        raise QueryError(f"only the first {settings.TMF_EXACT_COUNT_LIMIT} events can be sorted", "sort")
    total = 0

    def counted() -> Iterator[Envelope]:
        nonlocal total
        for event in scan:
            total += 1
            yield event

    first = heapq.nsmallest(max(end, 1), counted(), key=lambda event: (order_key(event.document(), keys), event.id))
    return Found(first[start:end], total)


def _count(rows: QuerySet[Event]) -> tuple[int, bool]:
    cap = int(settings.TMF_EXACT_COUNT_LIMIT)
    counted = rows.order_by()[: cap + 1].count()
    if counted <= cap:
        return counted, True
    if connection.vendor != "postgresql":
        return rows.count(), True
    return max(counted, int(json.loads(rows.explain(format="json"))[0]["Plan"]["Plan Rows"])), False
