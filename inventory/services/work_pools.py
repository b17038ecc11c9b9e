"""The tasks on pools of TMF685: push, extract and availability check; done at once, their `state` says how it went."""

from collections.abc import Callable

from inventory.models.pool import AvailabilityCheck, Extract, Push, ResourcePool
from inventory.models.resource import Resource
from inventory.services.reserve_resources import Shortage, free, is_free, lock_pool, locked, members, take
from inventory.services.settle_reservations import amount_of, applied
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import Actor
from tmfsite.resources.errors import NotFound
from tmfsite.wire import href_of


def check(task: AvailabilityCheck) -> None:
    """Note what the pools of a check have and what of it is free; completed when all demands could be met."""
    demands = task.resource_capacity_demand or []
    task.availability = [_availability(demand) for demand in demands]
    enough = [
        int(found["availableAmount"]) >= (amount_of(demand.get("capacityDemandAmount")) or 0)
        for demand, found in zip(demands, task.availability, strict=True)
    ]
    task.state = _state(sum(enough), len(enough))


def push(task: Push, *, actor: Actor) -> None:
    """Put the resources of a task into its pool; those of another pool stay there."""
    pool = _pool(task)
    if pool is None:
        return
    reference = {"id": pool.uid, "href": href_of(pool), "name": pool.description, "@referredType": "ResourcePool"}
    reference = {name: value for name, value in reference.items() if value is not None}

    def fits(resource: Resource) -> bool:
        return (resource.resource_pool or {}).get("id") in (None, pool.uid)

    _move(task, reference, fits, "in another pool", actor)


def extract(task: Extract, *, actor: Actor) -> None:
    """Take resources out of a pool: those named, or as many free ones as asked for; those in use stay."""
    pool = _pool(task)
    if pool is None:
        return
    if not task.resource:
        amount = amount_of(task.capacity_demand_amount, default=None)
        if not amount:
            task.state, task.reason = "rejected", "neither resources nor a capacityDemandAmount are named"
            return
        try:
            _apply(task, take(pool.uid, amount), None, actor)
        except Shortage as error:
            task.state, task.reason = "rejected", error.message
        return

    def fits(resource: Resource) -> bool:
        return (resource.resource_pool or {}).get("id") == pool.uid and is_free(resource)

    _move(task, None, fits, "not free in this pool", actor)


def _availability(demand: Document) -> Document:
    uid = (demand.get("resourcePool") or {}).get("id")
    pool = ResourcePool.objects.filter(uid=uid).first() if isinstance(uid, str) else None
    found = {
        "resourcePool": demand.get("resourcePool"),
        "capacityDemandAmount": demand.get("capacityDemandAmount"),
        "totalAmount": str(members(pool.uid).count() if pool else 0),
        "availableAmount": str(free(pool.uid).count() if pool else 0),
    }
    return {name: value for name, value in found.items() if value is not None}


def _pool(task: Push | Extract) -> ResourcePool | None:
    """Return the pool of a task, locked; without one the task is rejected."""
    uid = (task.resource_pool or {}).get("id")
    try:
        if uid:
            return lock_pool(uid)
        task.reason = "no resourcePool is named"
    except NotFound as error:
        task.reason = error.message
    task.state = "rejected"
    return None


def _move(
    task: Push | Extract,
    reference: Document | None,
    fits: Callable[[Resource], bool],
    otherwise: str,
    actor: Actor,
) -> None:
    wanted = list(dict.fromkeys(str(each.get("id")) for each in task.resource or ()))
    there = locked(wanted)
    chosen = [there[uid] for uid in wanted if uid in there and fits(there[uid])]
    _apply(task, chosen, reference, actor)
    task.state = _state(len(chosen), len(wanted))
    left = [f"{uid} is {otherwise if uid in there else 'unknown'}" for uid in wanted if there.get(uid) not in chosen]
    task.reason = "; ".join(left)[:1000] or None


def _apply(task: Push | Extract, resources: list[Resource], reference: Document | None, actor: Actor) -> None:
    for each in resources:
        each.resource_pool = reference
        operations.save(each, actor=actor, reason="out of its pool" if reference is None else "into a pool")
    task.state = "completed"
    task.applied_capacity_amount = applied(resources)


def _state(done: int, wanted: int) -> str:
    return "completed" if done == wanted and wanted else "partial" if done else "rejected"
