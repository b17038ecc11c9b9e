"""Reservations of TMF685: each item is given what it asks for, or nothing, and gives it back in the end."""

import re
from typing import Final

from django.db import transaction

from inventory.models.pool import Reservation
from inventory.models.resource import Resource
from inventory.services.reserve_resources import Shortage, locked, release, reserve
from tmfsite import operations
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor
from tmfsite.resources.errors import Conflict, NotFound
from tmfsite.wire import href_of

_AMOUNT: Final = re.compile(r"\s*(\d{1,9})(?!\S*[.,]\d)")


def settle(reservation: Reservation, *, actor: Actor) -> None:
    """Reserve what the items of a new reservation ask for, and note in them what they got."""
    items = [dict(item) for item in reservation.reservation_item or ()]
    if not items:
        reservation.reservation_state = "acknowledged"
        return
    # Pools are locked in one order by all, lest two reservations wait for each other.
    for place in sorted(range(len(items)), key=lambda each: pool_of(items[each]) or ""):
        items[place] = _settled(items[place], holder_of(reservation, place), actor)
    states = {item["subReservationState"] for item in items}
    reservation.reservation_item = items
    reservation.reservation_state = states.pop() if len(states) == 1 else "partial"


def take_over(reservation: Reservation, *, actor: Actor) -> None:
    """Let an imported reservation hold what its items say they got, where that is kept here."""
    if reservation.has_ended:
        return
    for place, item in enumerate(reservation.reservation_item or ()):
        got = (item.get("appliedCapacityAmount") or {}).get("resource") or ()
        for each in locked(str(resource.get("id")) for resource in got).values():
            each.held_by = holder_of(reservation, place)
            operations.save(each, actor=actor, reason=f"reserved for {each.held_by}")


def give_back(reservation: Reservation, *, actor: Actor) -> None:
    """Free what a reservation holds; its items go on saying what that was."""
    for place in range(len(reservation.reservation_item or ())):
        release(holder=holder_of(reservation, place), actor=actor)


def expire_reservations() -> int:
    """End the reservations whose time is over; return how many."""
    number = 0
    for reservation in Reservation.objects.filter(
        reservation_state__in=("completed", "partial"), valid_for__lte=now()
    ).order_by("id"):
        try:
            operations.transition(reservation, "expired", actor=SYSTEM, reason="its time is over")
        except (Conflict, NotFound):
            continue  # cancelled, or ended by another worker, meanwhile
        number += 1
    return number


def holder_of(reservation: Reservation, place: int) -> str:
    """Return the name under which an item of a reservation holds resources."""
    return f"reservation/{reservation.uid}/{place}"


def pool_of(item: Document) -> str | None:
    """Return the id of the pool that an item asks."""
    uid = ((item.get("resourceCapacity") or {}).get("resourcePool") or {}).get("id")
    return uid if isinstance(uid, str) and uid else None


def amount_of(text: str | None, *, default: int | None = 1) -> int | None:
    """Return the number in an amount such as `10 ea`, None when it is no whole number."""
    if text is None or not text.strip():
        return default
    found = _AMOUNT.match(text)
    return int(found[1]) if found else None


def reference_to(resource: Resource) -> Document:
    """Return a reference to a resource as TMF685 has them."""
    reference = {
        "id": resource.uid,
        "href": href_of(resource),
        "name": resource.name,
        "state": resource.resource_status,
        "@referredType": resource.at_type or "Resource",
    }
    return {name: value for name, value in reference.items() if value is not None}


def applied(resources: list[Resource]) -> Document:
    """Return the `appliedCapacityAmount` of resources."""
    return {"appliedDemandAmount": str(len(resources)), "resource": [reference_to(each) for each in resources]}


def _settled(item: Document, holder: str, actor: Actor) -> Document:
    pool, amount = pool_of(item), amount_of((item.get("resourceCapacity") or {}).get("capacityDemandAmount"))
    quantity = item.get("quantity")
    wanted = (1 if quantity is None else int(quantity)) * (amount or 0)
    item.pop("appliedCapacityAmount", None)
    try:
        if pool is None or wanted < 1:
            raise Shortage("nothing is asked for")
        with transaction.atomic():
            found = reserve(holder=holder, pool=pool, amount=wanted, actor=actor)
    except (Shortage, NotFound):
        return {**item, "subReservationState": "rejected"}
    return {**item, "subReservationState": "completed", "appliedCapacityAmount": applied(found)}
