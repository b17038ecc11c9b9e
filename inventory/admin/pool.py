"""TMF685 Resource Pool Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from inventory.models import AvailabilityCheck, Extract, Push, Reservation, ResourcePool
from inventory.services.reserve_resources import free, members
from inventory.values import pool as values
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention

describe(
    values.ResourceCollectionRef,
    fields=("objectId", "name"),
    more=(),
    labels={"objectId": "ID"},
    title=("name", "objectId"),
    item="collection",
    layout="table",
)
describe(values.ResourcePoolRefOrValue, fields=("id",), more=(), item="pool")
describe(values.PlaceRef, fields=("id", "name"), more=(), item="place")
describe(
    values.RelatedPartyRef,
    fields=("id", "name", "role", "@referredType"),
    labels={"id": "ID", "@referredType": "Kind of party"},
    suggestions={"@referredType": ("Organization", "Individual")},
    item="party",
)
describe(values.ReservedOfferingRef, fields=("id",), more=(), item="offering")
describe(values.PooledResourceRef, fields=("id",), more=(), item="resource")
describe(
    values.ResourceCapacityDemand,
    fields=("resourcePool", "capacityDemandAmount"),
    more=("applicableTimePeriod", "place"),
    labels={"resourcePool": "Pool", "capacityDemandAmount": "How many", "applicableTimePeriod": "When"},
    widths={"resourcePool": 8, "capacityDemandAmount": 4},
    title=("capacityDemandAmount",),
    item="demand",
)
describe(
    values.AppliedCapacityAmount,
    fields=("appliedDemandAmount", "resource"),
    more=(),
    labels={"appliedDemandAmount": "How many", "resource": "Which"},
    item="amount",
)
describe(
    values.ReservationItem,
    fields=("resourceCapacity", "quantity"),
    more=(),
    labels={
        "resourceCapacity": "Asked for", "quantity": "How often", "subReservationState": "State",
        "appliedCapacityAmount": "Given",
    },
    title=("subReservationState",),
    item="demand",
)  # fmt: skip
describe(
    values.Availability,
    fields=("resourcePool", "capacityDemandAmount", "availableAmount", "totalAmount"),
    more=(),
    labels={
        "resourcePool": "Pool", "capacityDemandAmount": "Asked for", "availableAmount": "Free", "totalAmount": "In all",
    },
    item="pool",
)  # fmt: skip


@admin.register(ResourcePool)
class ResourcePoolAdmin(ResourceAdmin):
    """Resources that can stand in for each other."""

    icon = "water"
    sidebar_order = 10
    list_display = ("__str__", "available", "total", "related_party", "updated")
    search_fields = ("description", "related_party", "uid")
    labels: ClassVar[dict[str, str]] = {
        "description": "What is in it", "related_party": "Who uses it", "resource_collection": "Collections elsewhere",
    }  # fmt: skip
    readonly_fields = ("available", "total")
    tabs: ClassVar = {"Overview": ["description", "related_party", ("available", "total"), "resource_collection"]}

    @display(description="Free")
    def available(self, pool: Any) -> str:
        """How many anybody may have."""
        return str(free(pool.uid).count()) if pool.pk else "—"

    @display(description="In all")
    def total(self, pool: Any) -> str:
        """How many there are."""
        return str(members(pool.uid).count()) if pool.pk else "—"


@admin.register(Reservation)
class ReservationAdmin(ResourceAdmin):
    """What is kept for whom."""

    icon = "bookmark_added"
    sidebar_order = 20
    list_display = ("__str__", "state", "party", "amount", "valid_for", "updated")
    list_filter = ("reservation_state",)
    search_fields = ("description", "uid")
    attention = (Attention("rejected", {"reservation_state__exact": "rejected"}, days=7),)
    date_hierarchy = "valid_for"
    labels: ClassVar[dict[str, str]] = {
        "reservation_state": "State", "valid_for": "Until", "related_party": "For", "reservation_item": "Demands",
        "requested_period": "Wanted when", "product_offering_ref": "For the offering", "channel_ref": "Through",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {
        "reservation_item": "Each demand gets all that it asks for, or nothing. Later they do not change.",
        "valid_for": "Then the resources go back to their pools. Empty: they stay until the reservation is cancelled.",
    }
    tabs: ClassVar = {
        "Overview": ["description", "related_party", "valid_for", "reservation_item"],
        "Background": ["product_offering_ref", "channel_ref", "requested_period"],
    }

    @display(description="For")
    def party(self, reservation: Reservation) -> str:
        """Who asked for it."""
        party = reservation.related_party or {}
        return str(party.get("name") or party.get("id") or "—")

    @display(description="Resources")
    def amount(self, reservation: Reservation) -> int:
        """How many were given."""
        given = [item.get("appliedCapacityAmount") or {} for item in reservation.reservation_item or ()]
        return sum(len(each.get("resource") or ()) for each in given)


class PoolTaskAdmin(ResourceAdmin):
    """Tasks on pools: they are done when they are added, and stay as they are."""

    sidebar_order = 50
    dashboard = False
    list_display: Sequence[Any] = ("uid", "state", "reason", "created")
    list_filter = ("state",)
    search_fields = ("uid", "reason")
    labels: ClassVar[dict[str, str]] = {
        "resource_pool": "Pool", "resource": "Resources", "capacity_demand_amount": "How many", "reason": "Why",
        "applied_capacity_amount": "Done with", "resource_capacity_demand": "Demands", "availability": "What is free",
    }  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AvailabilityCheck)
class AvailabilityCheckAdmin(PoolTaskAdmin):
    """What is free."""

    icon = "fact_check"
    tabs: ClassVar = {"Overview": ["resource_capacity_demand", "availability"]}


@admin.register(Push)
class PushAdmin(PoolTaskAdmin):
    """Resources put into pools."""

    icon = "login"
    tabs: ClassVar = {"Overview": ["resource_pool", "resource", "reason", "applied_capacity_amount"]}


@admin.register(Extract)
class ExtractAdmin(PoolTaskAdmin):
    """Resources taken out of pools."""

    icon = "logout"
    helps: ClassVar[dict[str, str]] = {"capacity_demand_amount": "As many free ones, when no resources are named."}
    tabs: ClassVar = {
        "Overview": [
            "resource_pool", "resource", "capacity_demand_amount", "reason", "applied_capacity_amount",
        ],
    }  # fmt: skip
