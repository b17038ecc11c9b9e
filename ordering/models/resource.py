"""TMF652 Resource Ordering Management v4.0: models."""

from typing import ClassVar

from django.db import models

from ordering.models.order import CancelOrder, Order
from ordering.values import resource as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Note
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class ResourceOrder(Order):
    """What is ordered from those who run resources: resources to bring in, change or take out (TMF652)."""

    name = text_field()
    order_type = text_field()
    priority = models.IntegerField(null=True, blank=True)
    start_date = models.DateTimeField(null=True, blank=True)
    order_item = ValueField(values.ResourceOrderItem, many=True)
    external_reference = ValueField(values.ExternalId, many=True)
    note = ValueField(Note, many=True)

    lifecycle = Lifecycle(
        "state",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "rejected", "assessingCancellation"),
            "inProgress": ("pending", "held", "completed", "failed", "partial", "assessingCancellation"),
            "pending": ("inProgress", "cancelled", "assessingCancellation"),
            "held": ("inProgress", "cancelled", "assessingCancellation"),
            "assessingCancellation": ("acknowledged", "inProgress", "pending", "held", "pendingCancellation"),
            "pendingCancellation": ("cancelled",),
            "rejected": (),
            "cancelled": (),
            "completed": (),
            "failed": (),
            "partial": (),
        },
    )
    items_field = "order_item"
    has_partial_items = True

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "id"]), models.Index(fields=["external_id"])]

    class Api(Order.Api):
        defaults: ClassVar = {"priority": 4}
        server_set = ("orderDate", "completionDate")
        not_postable = ("state", "startDate")
        events = ("Create", "AttributeValueChange", "Delete", "StateChange", "InformationRequired")


class CancelResourceOrder(CancelOrder):
    """The request to cancel a resource order (TMF652)."""

    resource_order = ReferenceField("ordering.ResourceOrder", value_type=values.ResourceOrderRef)

    order_field = "resource_order"

    class Meta(Resource.Meta):
        verbose_name = "cancellation of a resource order"
        verbose_name_plural = "cancellations of resource orders"
        indexes: ClassVar = [models.Index(fields=["state", "id"])]

    class Api(CancelOrder.Api):
        mandatory = ("resourceOrder",)
