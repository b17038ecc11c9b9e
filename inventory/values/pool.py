"""TMF685 Resource Pool Management: value types."""

from typing import Any, ClassVar

from catalog.values.references import ProductOfferingRef
from tmfsite.fields.values import DateTime, Extensible, Integer, LooseReference, Text, Uri


class ResourceCollectionRef(Extensible):
    """A collection of resources kept elsewhere."""

    object_id: Text | None = None
    href: Uri | None = None
    name: Text | None = None
    at_referred_type: Text | None = None


class ResourcePoolRefOrValue(LooseReference):
    """A pool, whole or by reference."""

    target: ClassVar = "inventory.resourcepool"
    description: Text | None = None
    related_party: Text | None = None
    resource_collection: list[ResourceCollectionRef] | None = None


class PlaceRef(LooseReference):
    """A place."""


class ChannelRef(LooseReference):
    """The channel through which a reservation came."""


class RelatedPartyRef(LooseReference):
    """A party and its part in the matter."""

    role: Text | None = None


class BundledProductOfferingRef(LooseReference):
    """An offering that is part of a bundle."""

    target: ClassVar = "catalog.productoffering"


class ReservedOfferingRef(ProductOfferingRef):
    """The offering for which resources are reserved."""

    id: Text | None = None  # type: ignore[assignment]
    bundled_product_offering: list[BundledProductOfferingRef] | None = None


class ApplicableTimePeriod(Extensible):
    """When capacity is needed."""

    day_of_week: Text | None = None
    from_to_date_time: DateTime | None = None
    range_interval: Text | None = None
    valid_for: Text | None = None


class RequestedPeriod(Extensible):
    """When a reservation is wanted."""

    days_of_week: Text | None = None
    from_to_date_time: DateTime | None = None
    range_interval: Text | None = None
    valid_for: Text | None = None


class PooledCharacteristic(Extensible):
    """A quality of a resource."""

    id: Text | None = None
    name: Text | None = None
    value: Any = None


class PooledResourceRelationship(Extensible):
    """A tie of a resource to another one."""

    id: Text | None = None
    href: Uri | None = None
    type: Text | None = None


class PooledResourceRef(LooseReference):
    """A resource of a pool."""

    target: ClassVar = "inventory.resource"
    description: Text | None = None
    state: Text | None = None
    type: Text | None = None
    characteristic: list[PooledCharacteristic] | None = None
    place: list[PlaceRef] | None = None
    related_party: list[RelatedPartyRef] | None = None
    resource_relationship: list[PooledResourceRelationship] | None = None


class ResourceCapacityDemand(Extensible):
    """How many resources of which pool are wanted."""

    capacity_demand_amount: Text | None = None
    resource_pool: ResourcePoolRefOrValue | None = None
    applicable_time_period: ApplicableTimePeriod | None = None
    place: PlaceRef | None = None


class AppliedCapacityAmount(Extensible):
    """What was reserved for a demand."""

    applied_demand_amount: Text | None = None
    resource_capacity_demand: ResourceCapacityDemand | None = None
    resource: list[PooledResourceRef] | None = None


class ReservationItem(Extensible):
    """A demand, how often it is made, and what it got."""

    quantity: Integer | None = None
    sub_reservation_state: Text | None = None
    resource_capacity: ResourceCapacityDemand | None = None
    applied_capacity_amount: AppliedCapacityAmount | None = None


class Availability(Extensible):
    """What a pool has free for a demand."""

    resource_pool: ResourcePoolRefOrValue | None = None
    capacity_demand_amount: Text | None = None
    total_amount: Text | None = None
    available_amount: Text | None = None
