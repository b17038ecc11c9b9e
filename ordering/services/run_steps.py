"""The loop that works orders: it takes what is due, one step at a time, until nothing is.

A step is one transaction. It begins by locking the fulfilment, which other workers skip, then the order, so that
nobody moves it meanwhile; it ends with the step marked done beside all that its handler wrote. A worker that dies
leaves nothing of a step behind, or all of it. Only calls to the outside are made between two such transactions:
see `work.Call`.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import OperationalError, connection, transaction

from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.product import ProductOrder
from ordering.services import fulfil_order
from ordering.services.activate_service import activate, deactivate, undo
from ordering.services.cancel_fulfilment import undo_all
from ordering.services.fail_item import fail_item
from ordering.services.hold_order import hold_below, resume_below
from ordering.services.plan_order import (
    ACTIVATE,
    ANYHOW,
    DEACTIVATE,
    FINISH,
    RESERVE,
    RETURN,
    START,
    UNDO,
    VALIDATE,
)
from ordering.services.roll_up import ASSESSING, CANCELLED, CANCELLING, HELD
from ordering.services.work import Call, Later, Outcome, Refused, StepFailed, Work
from tmfsite.events import backoff
from tmfsite.fields.instants import now
from tmfsite.resources.errors import Conflict, ResourceError

logger = logging.getLogger(__name__)

type Handler = Callable[[Work], Outcome]

HANDLERS: Final[dict[str, Handler]] = {
    VALIDATE: fulfil_order.check_order,
    START: fulfil_order.start,
    RESERVE: fulfil_order.reserve,
    ACTIVATE: activate,
    DEACTIVATE: deactivate,
    RETURN: fulfil_order.give_back,
    FINISH: fulfil_order.finish,
    UNDO: undo,
}
_AT_ONCE: Final = 100
_PAUSE: Final = timedelta(seconds=30)

State = Fulfilment.State


def run_due_steps() -> int:
    """Run steps until none is due that no other worker has; return how many ran."""
    number = 0
    while True:
        ran = sum(_run_all(pk) for pk in due_fulfilments())
        if not ran:
            return number
        number += ran


def due_fulfilments() -> list[int]:
    """Return the keys of fulfilments with a step that is due, the longest waiting first."""
    rows = Fulfilment.objects.filter(due_at__lte=now()).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:_AT_ONCE])


def _run_all(pk: int) -> int:
    """Run the due steps of a fulfilment; one that cannot be worked at all must not keep the others waiting."""
    number = 0
    try:
        while run_next(pk):
            number += 1
    except OperationalError:
        raise  # the database is gone or busy; the sweep tries again
    except Exception:
        logger.exception("fulfilment %s could not be worked; it is tried again later", pk)
        Fulfilment.objects.filter(pk=pk, due_at__isnull=False).update(due_at=now() + _PAUSE)
    return number


def run_next(pk: int) -> bool:
    """Run the next due step of a fulfilment, if any and if no other worker has it; tell whether one ran."""
    with transaction.atomic():
        work = _take(pk)
        if work is None:
            return False
        outcome = _tried(work, lambda: HANDLERS[work.step.kind](work))
        _record(work, outcome)
    if isinstance(outcome, Call):
        _call(pk, work.step, outcome)
    return True


def _call(pk: int, step: Step, call: Call) -> None:
    """Get the answer from outside, then go on with the step, unless it has been taken from us meanwhile."""
    answer, failure = None, None
    try:
        answer = call.send()
    except StepFailed as failed:
        failure = failed
    with transaction.atomic():
        fulfilment = Fulfilment.objects.select_for_update().get(pk=pk)
        steps = fulfilment.all_steps()
        fresh = next(each for each in steps if each.pk == step.pk)
        if fresh.state != Step.State.RUNNING or fresh.due_at != step.due_at:
            return
        order = _locked_order(fulfilment)
        if order is None:
            return
        work = Work(fulfilment, order, fresh, steps)
        if failure is not None:
            _record(work, _failed(work, failure))
        else:
            _record(work, _tried(work, lambda: call.conclude(work, answer)))


# --- taking ---------------------------------------------------------------------------------------------------------


def _take(pk: int) -> Work | None:
    """Lock a fulfilment and its order, and return the step to run; None if there is none now."""
    skipping = connection.features.has_select_for_update_skip_locked
    rows = Fulfilment.objects.select_for_update(skip_locked=skipping)
    fulfilment = rows.filter(pk=pk, due_at__lte=now()).first()
    if fulfilment is None:
        return None
    order = _locked_order(fulfilment)
    if order is None:
        _close(fulfilment, State.CANCELLED)
        return None
    moment = now()
    steps = fulfilment.all_steps()
    if not _may_go_on(fulfilment, order, steps):
        return None
    step = next((each for each in steps if is_ready(each, steps) and each.is_due(moment)), None)
    if step is None:
        _schedule(fulfilment, steps)
        return None
    step.started_at = step.started_at or moment
    return Work(fulfilment, order, step, steps, moment)


def _locked_order(fulfilment: Fulfilment) -> ProductOrder | None:
    return ProductOrder._default_manager.select_for_update(no_key=True).filter(uid=fulfilment.order).first()


def _may_go_on(fulfilment: Fulfilment, order: ProductOrder, steps: list[Step]) -> bool:
    """Park the fulfilment of an order that is held or being cancelled, and that of one that others have ended."""
    if order.is_in(HELD):
        if fulfilment.state != State.HELD:
            hold_below(fulfilment)
        _park(fulfilment, State.HELD)
        return False
    if order.is_in(ASSESSING, CANCELLING):
        _park(fulfilment, State.CANCELLING)
        return False
    if order.is_final and any(each.is_open and each.kind != UNDO for each in steps):
        if order.is_in(CANCELLED):
            undo_all(Work(fulfilment, order, steps[0], steps))
        _close(fulfilment, State.CANCELLED if order.is_in(CANCELLED) else State.FAILED)
        return False
    if fulfilment.state == State.HELD:
        resume_below(fulfilment)
    fulfilment.state = State.RUNNING
    return True


def _park(fulfilment: Fulfilment, state: str) -> None:
    fulfilment.note(state=state, due_at=None)


def _close(fulfilment: Fulfilment, state: str) -> None:
    fulfilment.note(state=state, due_at=None, finished=now())
    open_ = Step.objects.filter(fulfilment=fulfilment, state__in=(Step.State.WAITING, Step.State.RUNNING)).exclude(
        kind=UNDO
    )
    open_.update(state=Step.State.CANCELLED, due_at=None)


def is_ready(step: Step, steps: list[Step]) -> bool:
    """Tell whether all that a step waits for is over, so that it may run when its time comes."""
    by_key = {each.key: each for each in steps}

    def is_over(key: str) -> bool:
        other = by_key.get(key.removeprefix(ANYHOW))
        return other is None or other.is_over or (key.startswith(ANYHOW) and not other.is_open)

    return step.is_open and all(is_over(key) for key in step.after)


# --- running --------------------------------------------------------------------------------------------------------


def _tried(work: Work, run: Callable[[], Outcome]) -> Outcome | StepFailed:
    """Run a handler; what it wrote before it failed is undone, in the database and in the objects at hand."""
    step, fulfilment = work.step, work.fulfilment
    before = step.result, fulfilment.plan, fulfilment.service_order, list(work.steps)
    try:
        with transaction.atomic():
            return run()
    except StepFailed as failed:
        failure = failed
    except ResourceError as error:
        failure = StepFailed(error.message, permanent=not isinstance(error, Conflict))
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("step %s of product order %s failed", step.key, work.order.uid)
        failure = StepFailed(f"{type(error).__name__}: {error}")
    step.result, fulfilment.plan, fulfilment.service_order, work.steps = before
    return _failed(work, failure)


def _failed(work: Work, failure: StepFailed) -> Outcome | StepFailed:
    """Count the try; return when to try again, or the failure when there is no use in that."""
    step = work.step
    step.attempts += 1
    step.error = failure.reason
    if failure.permanent or step.attempts >= settings.TMF_STEP_MAX_ATTEMPTS:
        return failure
    return Later(work.moment + delay_after(step.attempts))


def delay_after(attempts: int) -> timedelta:
    """Return the wait after the n-th failed try: doubled each time up to an hour."""
    return backoff.doubled(settings.TMF_STEP_BACKOFF, attempts)


def _record(work: Work, outcome: Outcome | StepFailed) -> None:
    """Note what came of a step, and when the next one is due."""
    step = work.step
    state, due_at, finished = Step.State.FAILED, None, None
    match outcome:
        case None:
            state = Step.State.SKIPPED if step.is_skipped else Step.State.DONE
            finished, step.error = now(), ""
        case Later(at=moment):
            state, due_at = (Step.State.RUNNING if step.result else Step.State.WAITING), moment or FAR
        case Call(until=until):
            state, due_at = Step.State.RUNNING, until
        case StepFailed() | Refused():
            finished, step.error = now(), outcome.reason
    step.note(
        state=state,
        due_at=due_at,
        finished_at=finished,
        started_at=step.started_at,
        error=step.error,
        attempts=step.attempts,
        result=step.result,
    )
    if isinstance(outcome, Refused):
        for other in work.steps:
            if other.is_open:
                other.note(state=Step.State.CANCELLED, due_at=None)
    if isinstance(outcome, StepFailed):
        fail_item(work, outcome.reason)
    _schedule(work.fulfilment, work.steps)


FAR: Final = datetime.max.replace(year=9000, microsecond=0, tzinfo=now().tzinfo)
"""When a step is due that waits for an operator."""


def _schedule(fulfilment: Fulfilment, steps: list[Step]) -> None:
    """Set when the fulfilment is due: with the first of its steps that may run; close it when none is left."""
    moment = now()
    open_ = [each for each in steps if each.is_open]
    if not open_:
        failed = any(each.state == Step.State.FAILED for each in steps)
        fulfilment.note(state=State.FAILED if failed else State.DONE, due_at=None, finished=moment)
        return
    times = [each.due_at or moment for each in open_ if is_ready(each, steps)]
    due_at = min((each for each in times if each < FAR), default=None)
    fulfilment.note(state=State.WAITING if due_at is None or due_at > moment else State.RUNNING, due_at=due_at)


def find_parked() -> int:
    """Make due again what was parked and whose order goes on, though nobody said so."""
    parked = Fulfilment.objects.filter(state__in=(State.HELD, State.CANCELLING), due_at=None)
    uids = list(parked.values_list("order", flat=True)[:1000])
    if not uids:
        return 0
    stays = ProductOrder._default_manager.filter(uid__in=uids, state__in=(HELD, ASSESSING, CANCELLING))
    goes_on = set(uids) - set(stays.values_list("uid", flat=True))
    return parked.filter(order__in=goes_on).update(due_at=now())
