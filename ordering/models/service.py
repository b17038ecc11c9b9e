"""TMF641 Service Ordering Management v4.1: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from ordering.models.order import CancelOrder, Order, cancellation
from ordering.services.roll_up import FINAL
from ordering.values import service as values
from ordering.values.order import OrderNote
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class ServiceOrder(Order):
    """What is ordered from those who run services: services to set up, change or take down (TMF641)."""

    priority = text_field(max_length=60)
    notification_contact = text_field()
    start_date = models.DateTimeField(null=True, blank=True)
    cancellation_date = models.DateTimeField(null=True, blank=True)
    cancellation_reason = text_field(max_length=1000)
    service_order_item = ValueField(values.ServiceOrderItem, many=True)
    order_relationship = ReferenceField("ordering.ServiceOrder", many=True, value_type=values.ServiceOrderRelationship)
    external_reference = ReferenceField(many=True, value_type=values.ExternalReference)
    milestone = ValueField(values.ServiceOrderMilestone, many=True)
    jeopardy_alert = ValueField(values.ServiceOrderJeopardyAlert, many=True)
    error_message = ValueField(values.ServiceOrderErrorMessage, many=True)
    note = ValueField(OrderNote, many=True)

    lifecycle = Lifecycle(
        "state",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "pending", "rejected", "assessingCancellation", "cancelled"),
            "inProgress": ("pending", "held", "assessingCancellation", "completed", "failed", "partial", "cancelled"),
            "pending": ("inProgress", "assessingCancellation", "cancelled"),
            "held": ("inProgress", "assessingCancellation", "cancelled"),
            "assessingCancellation": ("pendingCancellation", "acknowledged", "inProgress", "held", "pending"),
            "pendingCancellation": ("cancelled",),
            "rejected": (),
            "cancelled": (),
            "completed": (),
            "failed": (),
            "partial": (),
        },
        open=False,
    )
    items_field = "service_order_item"
    has_partial_items = True
    completes_in = FINAL

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "id"]), models.Index(fields=["external_id"])]

    class Api(Order.Api):
        mandatory = ("serviceOrderItem",)
        defaults: ClassVar = {"priority": "4"}
        server_set = ("orderDate", "startDate", "completionDate", "errorMessage", "jeopardyAlert", "milestone")
        not_postable = ("state", "expectedCompletionDate")
        not_patchable = ("category", "cancellationDate", "cancellationReason")
        events = (
            "Create", "AttributeValueChange", "StateChange", "Delete", "InformationRequired", "Milestone", "Jeopardy",
        )  # fmt: skip

    def special_events(self, *, before: Mapping[str, Any] | None) -> tuple[str, ...]:
        kinds = super().special_events(before=before)
        if before is None:
            return kinds
        if _has_more(self.milestone, before["milestone"]):
            kinds += ("Milestone",)
        if _has_more(self.jeopardy_alert, before["jeopardy_alert"]):
            kinds += ("Jeopardy",)
        return kinds


def _has_more(entries: list[Any] | None, before: list[Any] | None) -> bool:
    """Tell whether there is an entry that was not there before, or that says something else now."""
    return any(entry not in (before or ()) for entry in entries or ())


class CancelServiceOrder(CancelOrder):
    """The request to cancel a service order (TMF641)."""

    service_order = ReferenceField("ordering.ServiceOrder", value_type=values.ServiceOrderRef)
    completion_message = text_field(max_length=1000)
    error_message = ValueField(values.ErrorMessage)

    lifecycle = cancellation("accepted")
    order_field = "service_order"

    class Meta(Resource.Meta):
        verbose_name = "cancellation of a service order"
        verbose_name_plural = "cancellations of service orders"
        indexes: ClassVar = [models.Index(fields=["state", "id"])]

    class Api(CancelOrder.Api):
        mandatory = ("serviceOrder",)
        server_set = (*CancelOrder.Api.server_set, "completionMessage", "errorMessage")
