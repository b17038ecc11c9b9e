"""Value types that the orders of products, services and resources share."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from ordering.services.roll_up import PARTIAL, STATES
from tmfsite.fields.values import Note, Reference, Text

ACTIONS: Final = ("add", "modify", "delete", "noChange")


def _action(text: str) -> str:
    if text not in ACTIONS:
        raise ValueError(f"must be one of {', '.join(ACTIONS)}")
    return text


ItemAction = Annotated[Text, AfterValidator(_action), Field(json_schema_extra={"enum": list(ACTIONS)})]
"""What is to be done; without it nobody could work the item, so other words are refused."""

# Which of them an item may be in is the lifecycle's to say.
ItemState = Annotated[
    Text, Field(json_schema_extra={"x-extensible-enum": [each for each in STATES if each != PARTIAL]})
]
AnyItemState = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(STATES)})]


class OrderNote(Note):
    """A remark on an order."""

    text: Text


class AppointmentRef(Reference):
    """An appointment with a customer, kept elsewhere."""

    description: Text | None = None
