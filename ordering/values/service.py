"""TMF641 Service Ordering Management: value types."""

from typing import Annotated, ClassVar

from pydantic import Field

from inventory.values.service import Feature, ServiceRefOrValue
from ordering.values.order import AnyItemState, AppointmentRef, ItemAction
from tmfsite.fields.values import (
    DateTime,
    Extensible,
    Integer,
    LooseReference,
    Reference,
    RelatedCharacteristic,
    Text,
    Uri,
)


class ServiceOrderRef(Reference):
    """A service order."""

    target: ClassVar = "ordering.serviceorder"


class ServiceOrderRelationship(Reference):
    """A tie to another order, such as one that must be done before."""

    target: ClassVar = "ordering.serviceorder"
    relationship_type: Text


class ExternalReference(LooseReference):
    """What the order is called elsewhere."""

    name: Text
    external_reference_type: Text | None = None


class ServiceOrderItemRef(Extensible):
    """An item of this or another service order."""

    item_id: Text | None = None
    service_order_id: Text | None = None
    service_order_href: Uri | None = None
    at_referred_type: Text | None = None


class ServiceOrderItemRelationship(Extensible):
    """A tie to another item, such as what it relies on."""

    relationship_type: Text | None = None
    order_item: ServiceOrderItemRef | None = None


class ErrorMessage(Extensible):
    """What went wrong."""

    code: Text | None = None
    reason: Text | None = None
    message: Text | None = None
    status: Text | None = None
    reference_error: Uri | None = None


class ServiceOrderItemErrorMessage(ErrorMessage):
    """What went wrong with an item."""

    timestamp: DateTime | None = None


class ServiceOrderErrorMessage(ErrorMessage):
    """What went wrong with an order, and with which of its items."""

    timestamp: DateTime | None = None
    service_order_item: list[ServiceOrderItemRef] | None = None


class ServiceOrderMilestone(Extensible):
    """A point on the way that matters to the customer, and whether it was reached."""

    id: Text | None = None
    name: Text | None = None
    description: Text | None = None
    message: Text | None = None
    milestone_date: DateTime | None = None
    status: Text | None = None
    service_order_item: list[ServiceOrderItemRef] | None = None


class ServiceOrderJeopardyAlert(Extensible):
    """The warning that the order may not be done in time."""

    id: Text | None = None
    name: Text | None = None
    alert_date: DateTime | None = None
    exception: Text | None = None
    jeopardy_type: Text | None = None
    message: Text | None = None
    service_order_item: list[ServiceOrderItemRef] | None = None


class OrderedFeature(Feature):
    """A capability that a service is to have."""

    # The sample of the standard misspells its name: documented as mandatory, not enforced.
    feature_characteristic: Annotated[
        list[RelatedCharacteristic] | None, Field(json_schema_extra={"demanded": True})
    ] = None  # type: ignore[assignment]


class OrderedService(ServiceRefOrValue):
    """The service that an item is about: as it is to be, or a reference to one that there is."""

    feature: list[OrderedFeature] | None = None  # type: ignore[assignment]


class ServiceOrderItem(Extensible):
    """What is to be done with one service; the server keeps its state."""

    id: Text
    action: ItemAction
    quantity: Integer | None = 1
    state: AnyItemState | None = None
    service: OrderedService
    service_order_item_relationship: list[ServiceOrderItemRelationship] | None = None
    service_order_item: "list[ServiceOrderItem] | None" = None
    appointment: AppointmentRef | None = None
    error_message: list[ServiceOrderItemErrorMessage] | None = None
