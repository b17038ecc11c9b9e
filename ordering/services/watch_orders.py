"""How the orders are doing: in which states they are, what comes in and gets done, how long stages take, what is stuck.

Counts over time look at the latest orders and steps only, so that they cost the same however many there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Max
from django.utils import timezone

from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.product import ProductOrder
from ordering.models.service import ServiceOrder
from ordering.services.plan_order import VALIDATE
from ordering.services.roll_up import COMPLETED, FAILED, FINAL, HELD, PARTIAL, STATES
from ordering.services.trace_order import STAGES
from tmfsite.fields.instants import now

DAYS: Final = 14
RETRIES: Final = 3
"""More failed tries than this are a trouble."""
_LATEST: Final = 20_000
_STEPS: Final = 5_000
_MOST: Final = 200
_AT_WORK: Final = 2_000
_SINCE: Final = timedelta(days=30)
_OPEN: Final = (Fulfilment.State.RUNNING, Fulfilment.State.WAITING)

KINDS: Final = {
    "failed": "Failed",
    "rejected": "Rejected",
    "held": "Held",
    "late": "Late",
    "retried": "Often retried",
    "manual": "Waits for somebody",
}


def states() -> list[tuple[str, int]]:
    """Return how many product orders there are in each state, in the order of their lives."""
    rows = ProductOrder._default_manager.order_by().values_list("state").annotate(number=Count("pk"))
    found = {str(state): number for state, number in rows}
    known = [state for state in STATES if state in found]
    return [(state, found[state]) for state in (*known, *(each for each in found if each not in STATES))]


@dataclass(frozen=True)
class Day:
    """What happened on a day."""

    day: date
    received: int
    completed: int
    failed: int


def throughput(days: int = DAYS) -> list[Day]:
    """Return how many of the latest orders came in, were completed, and failed on each of the last days."""
    newest = ProductOrder._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
    today = timezone.localdate()
    since = timezone.make_aware(datetime.combine(today - timedelta(days=days - 1), datetime.min.time()))
    latest = ProductOrder._default_manager.filter(pk__gt=newest - _LATEST)
    received: Counter[date] = Counter()
    completed: Counter[date] = Counter()
    failed: Counter[date] = Counter()
    for moment in latest.filter(order_date__gte=since).values_list("order_date", flat=True):
        received[timezone.localdate(moment)] += 1
    done = latest.filter(completion_date__gte=since, state=COMPLETED)
    for moment in done.values_list("completion_date", flat=True):
        completed[timezone.localdate(moment)] += 1
    ended = Fulfilment.objects.filter(state=Fulfilment.State.FAILED, finished__gte=since).order_by("-id")[:_LATEST]
    for end in ended.values_list("finished", flat=True):
        if end is not None:
            failed[timezone.localdate(end)] += 1
    shown = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return [Day(day, received[day], completed[day], failed[day]) for day in shown]


@dataclass(frozen=True)
class Duration:
    """How long a stage takes: the middle one and the slow one of its latest steps, in seconds."""

    name: str
    number: int
    median: float
    slow: float


def durations() -> list[Duration]:
    """Return how long the latest steps of each stage took."""
    newest = Step.objects.aggregate(newest=Max("pk"))["newest"] or 0
    rows = Step.objects.filter(pk__gt=newest - _STEPS, state=Step.State.DONE, started_at__isnull=False)
    took: dict[str, list[float]] = defaultdict(list)
    for kind, start, end in rows.values_list("kind", "started_at", "finished_at"):
        if end is not None:
            took[kind].append(max((end - start).total_seconds(), 0))
    found = []
    for name, kinds in STAGES:
        values = sorted(value for kind in kinds for value in took[kind])
        if values:
            found.append(Duration(name, len(values), _at(values, 0.5), _at(values, 0.95)))
    return found


def _at(values: Sequence[float], part: float) -> float:
    return values[min(int(len(values) * part), len(values) - 1)]


# --- trouble --------------------------------------------------------------------------------------------------------


@dataclass
class Trouble:
    """An order that somebody should look at: in which ways, what is wrong, and since when."""

    order: ProductOrder
    kinds: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    since: datetime | None = None
    steps: list[Step] = field(default_factory=list)

    def add(self, kind: str, message: str, since: datetime | None) -> None:
        """Note one more thing that is wrong."""
        if kind not in self.kinds:
            self.kinds.append(kind)
        if message and message not in self.messages:
            self.messages.append(message)
        if since is not None and (self.since is None or since < self.since):
            self.since = since


def troubles() -> list[Trouble]:
    """Return the orders in trouble, the latest trouble first, in a fixed number of queries."""
    noted: list[tuple[str, str, str, datetime | None]] = []
    steps: dict[str, list[Step]] = defaultdict(list)
    for step in _bad_steps():
        uid = step.fulfilment.order
        steps[uid].append(step)
        noted.append((uid, _kind(step), step.error, step.finished_at or step.started_at))
    ended = ProductOrder._default_manager.filter(state__in=(FAILED, PARTIAL), last_update__gte=now() - _SINCE)
    for uid, moment in ended.order_by("-pk").values_list("uid", "last_update")[:_MOST]:
        noted.append((uid, "failed", "", moment))
    for uid in ProductOrder._default_manager.filter(state=HELD).values_list("uid", flat=True)[:_MOST]:
        noted.append((uid, "held", "", None))
    for late in _late():
        messages = [str(each.get("message") or each.get("name")) for each in late.jeopardy_alert or ()]
        message = messages[0] if messages else "The order was expected to be done by now"
        noted.append((str(late.external_id), "late", message, late.expected_completion_date))
    return _joined(noted, steps)


def _bad_steps() -> Iterable[Step]:
    rows = Step.objects.select_related("fulfilment").defer("fulfilment__plan")
    yield from rows.filter(state=Step.State.FAILED, finished_at__gte=now() - _SINCE).order_by("-finished_at")[:_MOST]
    at_work = list(Fulfilment.objects.filter(state__in=_OPEN).order_by("-id").values_list("pk", flat=True)[:_AT_WORK])
    open_ = rows.filter(fulfilment__in=at_work, state__in=(Step.State.WAITING, Step.State.RUNNING))
    for step in open_.filter(started_at__isnull=False):
        if step.attempts > RETRIES or (step.result or {}).get("manual"):
            yield step


def _kind(step: Step) -> str:
    if step.state == Step.State.FAILED:
        return "rejected" if step.kind == VALIDATE else "failed"
    return "retried" if step.attempts > RETRIES else "manual"


def _late() -> list[ServiceOrder]:
    open_ = [state for state in STATES if state not in FINAL]
    rows = ServiceOrder._default_manager.filter(state__in=open_, expected_completion_date__lt=now())
    return list(rows.order_by("expected_completion_date")[:_MOST])


def _joined(noted: list[tuple[str, str, str, datetime | None]], steps: Mapping[str, list[Step]]) -> list[Trouble]:
    uids = {uid for uid, _, _, _ in noted}
    orders = {each.uid: each for each in ProductOrder._default_manager.filter(uid__in=uids)} if uids else {}
    found: dict[str, Trouble] = {}
    for uid, kind, message, since in noted:
        if uid in orders:
            trouble = found.setdefault(uid, Trouble(orders[uid], steps=steps.get(uid, [])))
            trouble.add(kind, message, since)
    held = [each for each in found.values() if each.since is None]
    for each in held:
        each.since = each.order.last_update
    return sorted(found.values(), key=lambda each: each.since or now(), reverse=True)
