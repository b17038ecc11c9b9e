"""What a handler of a step is given, and how it says what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ordering.models.fulfilment import Fulfilment, Step
from ordering.models.product import ProductOrder
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor


class StepFailed(Exception):
    """A step could not be done: never, if `permanent`, else it may be tried again. The message is for people."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


@dataclass
class Work:
    """A step, its fulfilment and its order, which are locked while its handler runs, and the steps beside it."""

    fulfilment: Fulfilment
    order: ProductOrder
    step: Step
    steps: list[Step]
    moment: datetime = field(default_factory=now)

    @property
    def entry(self) -> Document:
        """What is planned for the item of the step."""
        return self.fulfilment.items[self.step.item]

    @property
    def service_order(self) -> str:
        """Id of the service order, empty without one."""
        return self.fulfilment.service_order

    @property
    def actor(self) -> Actor:
        """In whose name the step is done."""
        return engine(self.step.reason or f"{self.step.key} of product order {self.order.uid}")

    def service(self) -> Document:
        """Return the planned service that the step is about."""
        return next(each for each in self.entry["services"] if each["item"] == self.step.subject)

    def beside(self, key: str) -> Step | None:
        """Return another step of the fulfilment."""
        return next((each for each in self.steps if each.key == key), None)


def engine(reason: str) -> Actor:
    """Return the engine as the author of changes."""
    return Actor(SYSTEM.kind, "fulfilment", reason=reason)


@dataclass(frozen=True)
class Later:
    """The step is not done yet; it goes on at a moment, or, without one, when somebody says so."""

    at: datetime | None


@dataclass(frozen=True)
class Call:
    """The step needs an answer from outside: `send` gets it, without any lock; `conclude` goes on with it.

    Until `until` nobody else takes the step up; what must not be forgotten then stands in its `result`.
    """

    send: Callable[[], Any]
    conclude: Callable[[Work, Any], "Outcome"]
    until: datetime


@dataclass(frozen=True)
class Refused:
    """The order is not accepted; its handler has said so in the order, and there is nothing to undo."""

    reason: str


type Outcome = Later | Call | Refused | None
"""None when the step is done."""
