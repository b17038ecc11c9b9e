"""TMF685 Resource Pool Management v1.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from inventory.values import pool as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.resources.errors import Conflict
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi

_OUTCOMES = ("completed", "partial", "rejected")


class ResourcePool(Resource):
    """Resources that can stand in for each other, such as free numbers: it has those that were pushed into it (TMF685).

    How many are free follows from them and from what is reserved; see `services.reserve_resources`.
    """

    description = models.TextField(null=True, blank=True)
    related_party = text_field()
    resource_collection = ValueField(values.ResourceCollectionRef, many=True)

    class Api(BaseApi):
        events = ()

    def __str__(self) -> str:
        return str(self.description or self.uid)

    def after_delete(self, *, actor: Any) -> None:
        from inventory.services.reserve_resources import members

        if members(self.uid).exists():
            raise Conflict(f"the pool {self.uid} has resources; extract them first")


class Reservation(Resource):
    """Resources of pools that are kept for somebody until `valid_for` (TMF685).

    Each item gets all that it asks for or nothing. The resources go back with the move to cancelled or expired.
    """

    description = models.TextField(null=True, blank=True)
    reservation_state = text_field(max_length=60)
    valid_for = models.DateTimeField(null=True, blank=True)
    related_party = ReferenceField(value_type=values.RelatedPartyRef)
    reservation_item = ValueField(values.ReservationItem, many=True)
    requested_period = ValueField(values.RequestedPeriod)
    product_offering_ref = ReferenceField("catalog.ProductOffering", value_type=values.ReservedOfferingRef)
    channel_ref = ReferenceField(value_type=values.ChannelRef)

    lifecycle = Lifecycle(
        "reservation_state",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "cancelled"),
            "inProgress": _OUTCOMES,
            "completed": ("cancelled", "expired"),
            "partial": ("cancelled", "expired"),
            "rejected": (),
            "cancelled": (),
            "expired": (),
        },
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["reservation_state", "valid_for"])]

    class Api(BaseApi):
        mandatory = ("relatedParty",)
        not_patchable = ("reservationItem",)
        wire: ClassVar = {"valid_for": "valid_for"}
        events = ()

    def __str__(self) -> str:
        return str(self.description or self.uid)

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from inventory.services.settle_reservations import give_back, settle, take_over

        if before is None and self.is_imported and self.reservation_state not in (None, self.lifecycle.initial):
            take_over(self, actor=actor)
        elif before is None:
            settle(self, actor=actor)
        elif self.reservation_state != before["reservation_state"] and self.has_ended:
            give_back(self, actor=actor)

    def after_delete(self, *, actor: Any) -> None:
        from inventory.services.settle_reservations import give_back

        give_back(self, actor=actor)

    @property
    def has_ended(self) -> bool:
        """Whether it holds nothing any more."""
        return any(self.lifecycle.same(self.reservation_state, state) for state in ("cancelled", "expired"))


class PoolTask(Resource):
    """Something done to a pool when it is asked for; `state` says with what success."""

    state = text_field(max_length=60)
    reason = text_field(max_length=1000)

    lifecycle = Lifecycle(
        "state",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress",),
            "inProgress": _OUTCOMES,
            "completed": (),
            "partial": (),
            "rejected": (),
        },
    )

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        server_set: ClassVar[tuple[str, ...]] = ("state", "reason")
        events = ()


class AvailabilityCheck(PoolTask):
    """Asks what pools have free; nothing is reserved (TMF685)."""

    resource_capacity_demand = ValueField(values.ResourceCapacityDemand, many=True)
    availability = ValueField(values.Availability, many=True)

    class Meta(PoolTask.Meta):
        pass

    class Api(PoolTask.Api):
        server_set = (*PoolTask.Api.server_set, "availability")

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from inventory.services.work_pools import check

        if before is None and not self.is_imported:
            check(self)


class Push(PoolTask):
    """Puts resources into a pool (TMF685)."""

    resource_pool = ReferenceField("inventory.ResourcePool", value_type=values.ResourcePoolRefOrValue)
    resource = ReferenceField("inventory.Resource", many=True, value_type=values.PooledResourceRef)
    applied_capacity_amount = ValueField(values.AppliedCapacityAmount)

    class Meta(PoolTask.Meta):
        verbose_name_plural = "pushes"

    class Api(PoolTask.Api):
        server_set = (*PoolTask.Api.server_set, "appliedCapacityAmount")

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from inventory.services.work_pools import push

        if before is None and not self.is_imported:
            push(self, actor=actor)


class Extract(PoolTask):
    """Takes resources out of a pool: those named, or as many free ones as `capacityDemandAmount` says (TMF685)."""

    resource_pool = ReferenceField("inventory.ResourcePool", value_type=values.ResourcePoolRefOrValue)
    resource = ReferenceField("inventory.Resource", many=True, value_type=values.PooledResourceRef)
    capacity_demand_amount = text_field()
    applied_capacity_amount = ValueField(values.AppliedCapacityAmount)

    class Meta(PoolTask.Meta):
        pass

    class Api(PoolTask.Api):
        server_set = (*PoolTask.Api.server_set, "appliedCapacityAmount")

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from inventory.services.work_pools import extract

        if before is None and not self.is_imported:
            extract(self, actor=actor)
