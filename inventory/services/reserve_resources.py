"""Who has which resource: reserving and giving back, of a pool or one by name, under concurrency.

A resource is free when nobody holds it and its `resourceStatus` allows it; whoever takes one locks its row, and
whoever takes one of a pool locks the pool before, so that a pool never gives out more than it has. SQLite has one
writer at a time anyway. A `holder` is any text that tells one need from another: a reservation's item, an order's item.
"""

from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from inventory.models.pool import ResourcePool
from inventory.models.resource import Resource
from tmfsite import operations
from tmfsite.fields.instants import now
from tmfsite.operations import Actor
from tmfsite.resources.errors import Conflict, NotFound
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of

RESERVED: Final = "reserved"
AVAILABLE: Final = "available"
SUSPENDED: Final = "suspended"
IDLE: Final = "idle"
DISABLED: Final = "disable"
_FREE: Final = Q(held_by__isnull=True) & (
    Q(resource_status__isnull=True) | Q(resource_status__in=("", AVAILABLE, "standby"))
)


class Shortage(Conflict):
    """There are fewer free resources than asked for; nothing was reserved."""


def reserve(
    *, holder: str, actor: Actor, pool: str | None = None, resource: str | None = None, amount: int = 1
) -> list[Resource]:
    """Give `holder` any `amount` free resources of a pool, or a certain one, and return them.

    What the holder has of them already counts, so that it may be repeated. Raises `Shortage`, or `NotFound` for an
    unknown pool or resource.
    """
    with transaction.atomic():
        if pool is None:
            one = _locked(Resource.objects.filter(uid=resource), f"Resource {resource}")
            if one.held_by == holder:
                return [one]
            if not Resource.objects.filter(_FREE, pk=one.pk).exists():
                raise Shortage(f"the resource {resource} is not free")
            return [_give(one, holder, actor)]
        lock_pool(pool)
        held = list(members(pool).filter(held_by=holder).order_by("id"))
        if len(held) >= amount:
            return held
        return [*held, *(_give(each, holder, actor) for each in take(pool, amount - len(held)))]


def reserve_kind(*, holder: str, specification: str, amount: int = 1, actor: Actor) -> list[Resource]:
    """Give `holder` any `amount` free resources of a specification, of a pool or not, and return them.

    As `reserve`; but nobody waits for others who take of the same stock, as long as there is enough of it: each takes
    the first that no one else is about to take.
    """
    with transaction.atomic():
        held = list(Resource.objects.filter(held_by=holder).order_by("id"))
        missing = amount - len(held)
        if missing <= 0:
            return held
        stock = Resource.objects.filter(_FREE, stock_of=specification).order_by("id")
        found = list(
            stock.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:missing]
        )
        if len(found) < missing:  # the rest is locked by those who may yet leave it
            found = list(stock.select_for_update()[:missing])
        if len(found) < missing:
            raise Shortage(f"{len(found)} free resources of {specification} are in stock, {missing} are needed")
        return [*held, *(_give(each, holder, actor) for each in found)]


def release(*, holder: str, actor: Actor) -> list[Resource]:
    """Take back all that `holder` has, and return it: to the stock, or out of use if it was made for this need."""
    with transaction.atomic():
        held = list(Resource.objects.select_for_update().filter(held_by=holder).order_by("id"))
        for each in held:
            _take_back(each)
            operations.save(each, actor=actor, reason=f"released by {holder}")
        return held


def _take_back(resource: Resource) -> None:
    resource.held_by = None
    if resource.usage_state is not None:
        resource.usage_state = IDLE
    if resource.stock_of is None:
        resource.resource_status, resource.operational_state = SUSPENDED, DISABLED
        resource.end_operating_date = now()
    elif resource.resource_status is not None and resource.status.same(resource.resource_status, RESERVED):
        resource.resource_status = AVAILABLE


def held(*holders: str) -> QuerySet[Resource]:
    """Return what any of the holders has."""
    return Resource.objects.filter(held_by__in=holders).order_by("id")


def members(pool: str) -> QuerySet[Resource]:
    """Return the resources of a pool, free or not."""
    links = Link.objects.filter(
        source_type_id=schema_of(Resource).content_type_id(), path="resourcePool", target_uid=pool
    )
    return Resource.objects.filter(pk__in=links.values("source_id"))


def free(pool: str) -> QuerySet[Resource]:
    """Return the resources of a pool that anybody may have."""
    return members(pool).filter(_FREE)


def lock_pool(pool: str) -> ResourcePool:
    """Let nobody else take from a pool, or change what it has, until the transaction ends."""
    return _locked(ResourcePool.objects.filter(uid=pool), f"ResourcePool {pool}")


def take(pool: str, amount: int) -> list[Resource]:
    """Return the first free resources of a locked pool, themselves locked; raises `Shortage`."""
    while True:
        found = list(free(pool).select_for_update().order_by("id")[:amount])
        if len(found) == amount:
            return found
        # One that was changed while we waited for it drops out, and another one may take its place.
        if len(found) >= (there := free(pool).count()):
            raise Shortage(f"the pool {pool} has {there} free resources, {amount} are needed")


def locked(uids: Iterable[str]) -> dict[str, Resource]:
    """Return the resources of these ids that there are, locked."""
    found = Resource.objects.select_for_update().filter(uid__in=list(uids)).order_by("id")
    return {each.uid: each for each in found}


def is_free(resource: Resource) -> bool:
    """Tell whether anybody may have a resource."""
    return resource.held_by is None and resource.resource_status in (None, "", AVAILABLE, "standby")


def _locked[R: (Resource, ResourcePool)](rows: QuerySet[R], name: str) -> R:
    found = rows.select_for_update().first()
    if found is None:
        raise NotFound(f"{name} does not exist")
    return found


def _give(resource: Resource, holder: str, actor: Actor) -> Resource:
    resource.held_by = holder
    resource.resource_status = RESERVED
    return operations.save(resource, actor=actor, reason=f"reserved for {holder}").instance
