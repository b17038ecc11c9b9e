"""Taking up an order: one that is all about offerings of this catalog is carried out here, others wait for others."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from ordering.models.fulfilment import Fulfilment, Step
from ordering.services.roll_up import ACKNOWLEDGED, ASSESSING, CANCELLED, CANCELLING, HELD
from ordering.services.validate_order import are_known
from tmfsite.fields.instants import now

_RESTS = (HELD, ASSESSING, CANCELLING)


def capture_order(order: Any) -> Fulfilment | None:
    """Begin the fulfilment of a new product order, if it is ours."""
    if not settings.TMF_ORCHESTRATION or not order.is_in(ACKNOWLEDGED) or not are_known(order.items or []):
        return None
    fulfilment = Fulfilment.objects.create(order=order.uid, due_at=now())
    Step.objects.bulk_create(
        [
            Step(fulfilment=fulfilment, key="validate", kind="validate", position=0),
            Step(fulfilment=fulfilment, key="start", kind="start", position=1, after=["validate"]),
        ]
    )
    transaction.on_commit(_wake)
    return fulfilment


def follow_order(order: Any, before: Mapping[str, Any]) -> None:
    """Have the engine look at an order that somebody else has moved, or that is wanted at another time."""
    rests = [any(order.lifecycle.same(state, each) for each in _RESTS) for state in (before["state"], order.state)]
    moved = rests[0] != rests[1] or (order.is_in(CANCELLED) and before["state"] != order.state)
    if moved or before["requested_start_date"] != order.requested_start_date:
        # Only after the commit: the engine locks the fulfilment before the order.
        transaction.on_commit(partial(_look_at, order.uid))


def _look_at(uid: str) -> None:
    over = (Fulfilment.State.DONE, Fulfilment.State.FAILED, Fulfilment.State.CANCELLED)
    found = Fulfilment.objects.filter(order=uid).exclude(state__in=over)
    Step.objects.filter(fulfilment__in=found, kind="start").exclude(due_at=None).update(due_at=now())
    if found.update(due_at=now()):
        _wake()


def _wake() -> None:
    from ordering.tasks import wake_fulfilment  # the task imports the models

    wake_fulfilment()
