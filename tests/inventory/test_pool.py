"""TMF685 Resource Pool Management: the contract of pools, reservations and tasks, and what they do to resources."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection

from inventory.models import AvailabilityCheck, Extract, Push, Reservation, Resource, ResourcePool
from inventory.services.reserve_resources import Shortage, free, held, members, release, reserve
from inventory.services.settle_reservations import amount_of, expire_reservations
from inventory.tasks import SCHEDULE, end_reservations
from tests.caller import Caller
from tests.resource import ResourceTests
from tests.samples import TYPED, reference
from tmfsite import operations
from tmfsite.events.models import Event
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM
from tmfsite.resources.errors import NotFound

BASE = "/tmf-api/resourcePoolManagement/v1"
RESOURCES = "/tmf-api/resourceInventoryManagement/v4/resource"
PLACE = reference("pl-1", "Place")
PARTY = reference("p-1", "Individual", role="customer")
COLLECTION: Document = {
    "objectId": "col-1",
    "href": "https://elsewhere.example.com/col-1",
    "name": "Numbers of the south",
    "@referredType": "ResourceCollection",
}
POOL = reference("pool-1", "ResourcePool", description="Numbers", relatedParty="Sales", resourceCollection=[COLLECTION])
DEMAND: Document = {
    "capacityDemandAmount": "2 ea",
    "resourcePool": POOL,
    "applicableTimePeriod": {
        "dayOfWeek": "2, 3",
        "fromToDateTime": "2026-01-01T00:00:00Z",
        "rangeInterval": "open",
        "validFor": "2026",
    },
    "place": PLACE,
}
RESOURCE = reference(
    "r-1",
    "LogicalResource",
    description="A number",
    state="available",
    type="MSISDN",
    characteristic=[{"id": "ch-1", "name": "quality", "value": "gold"}],
    place=[PLACE],
    relatedParty=[PARTY],
    resourceRelationship=[{"id": "rr-1", "href": "https://elsewhere.example.com/rr-1", "type": "reliesOn"}],
)
TASK_MOVES = {
    "acknowledged": ("inProgress",),
    "inProgress": ("completed", "partial", "rejected"),
    "completed": (),
    "partial": (),
    "rejected": (),
}
APPLIED: Document = {"appliedDemandAmount": "7", "resource": [{"id": "r-9"}]}


class TestResourcePool(ResourceTests):
    model = ResourcePool
    route = f"{BASE}/resourcePool"
    minimal: ClassVar = {"description": "Numbers"}
    full: ClassVar = {**TYPED, "description": "Numbers", "relatedParty": "Sales", "resourceCollection": [COLLECTION]}
    patch: ClassVar = {"description": "Ports"}
    events = ()


class TestReservation(ResourceTests):
    model = Reservation
    route = f"{BASE}/reservation"
    verbs = "LGCP"
    minimal: ClassVar = {"relatedParty": {"id": "p-1"}}
    mandatory = ("relatedParty",)
    defaults: ClassVar = {"reservationState": "acknowledged"}
    server_set: ClassVar = {"reservationState": "completed"}
    unpatchable: ClassVar = {"reservationItem": [{"quantity": 7}]}
    given = ("reservationItem.appliedCapacityAmount",)
    full: ClassVar = {
        **TYPED,
        "description": "For Ann",
        "valid_for": "2099-01-01T00:00:00Z",
        "relatedParty": PARTY,
        "reservationItem": [
            {**TYPED, "quantity": 3, "subReservationState": "rejected", "resourceCapacity": DEMAND},
        ],
        "requestedPeriod": {
            "daysOfWeek": "2",
            "fromToDateTime": "2026-01-01T00:00:00Z",
            "rangeInterval": "open",
            "validFor": "2026",
        },
        "productOfferingRef": reference(
            "po-1", "ProductOffering", bundledProductOffering=[reference("po-2", "ProductOffering")]
        ),
        "channelRef": reference("c-1", "Channel"),
    }
    patch: ClassVar = {"description": "For Bob"}
    state = "reservationState"
    moves: ClassVar = {
        "acknowledged": ("inProgress", "cancelled"),
        "inProgress": ("completed", "partial", "rejected"),
        "completed": ("cancelled", "expired"),
        "partial": ("cancelled", "expired"),
        "rejected": (),
        "cancelled": (),
        "expired": (),
    }
    events = ()


class PoolTask(ResourceTests):
    """What the tasks on pools have in common; without anything to do they are rejected."""

    __test__ = False
    verbs = "LGC"
    minimal: ClassVar = {}
    state = "state"
    moves: ClassVar = TASK_MOVES
    events = ()


class TestAvailabilityCheck(PoolTask):
    __test__ = True
    model = AvailabilityCheck
    route = f"{BASE}/availabilityCheck"
    defaults: ClassVar = {"state": "rejected", "availability": []}
    server_set: ClassVar = {"state": "completed", "reason": "x", "availability": [{"availableAmount": "7"}]}
    full: ClassVar = {**TYPED, "resourceCapacityDemand": [DEMAND]}

    def test_sort(self) -> None:
        pytest.skip("it has no text that a client sets")


class TestPush(PoolTask):
    __test__ = True
    model = Push
    route = f"{BASE}/push"
    defaults: ClassVar = {"state": "rejected", "reason": "no resourcePool is named"}
    server_set: ClassVar = {"state": "completed", "reason": "x", "appliedCapacityAmount": APPLIED}
    full: ClassVar = {**TYPED, "resourcePool": POOL, "resource": [RESOURCE]}


class TestExtract(PoolTask):
    __test__ = True
    model = Extract
    route = f"{BASE}/extract"
    defaults: ClassVar = TestPush.defaults
    server_set: ClassVar = TestPush.server_set
    full: ClassVar = {**TYPED, "capacityDemandAmount": "2", "resourcePool": POOL, "resource": [RESOURCE]}


# --- what they do ---------------------------------------------------------------------------------------------------


@pytest.fixture
def call(db: None) -> Caller:
    return Caller("all")


def make_pool(call: Caller, size: int) -> str:
    """A pool with so many free numbers; return its id."""
    pool = call.post(f"{BASE}/resourcePool", {"description": "Numbers"}).body["id"]
    numbers = [operations.create(Resource, {"name": f"0{number}"}, actor=SYSTEM).instance.uid for number in range(size)]
    pushed = call.post(
        f"{BASE}/push", {"resourcePool": {"id": pool}, "resource": [{"id": each} for each in numbers]}
    ).body
    assert pushed["state"] == ("completed" if size else "rejected")
    return str(pool)


def demand(pool: str, amount: str = "1", **more: Any) -> Document:
    return {"resourceCapacity": {"capacityDemandAmount": amount, "resourcePool": {"id": pool}}, **more}


def reserved(call: Caller, *items: Document, **more: Any) -> Document:
    body = {"relatedParty": {"id": "p-1"}, "reservationItem": list(items), **more}
    answer = call.post(f"{BASE}/reservation", body)
    assert answer.status == 201, answer.response.content
    return answer.body  # type: ignore[no-any-return]


def capacity(call: Caller, pool: str) -> tuple[str, str]:
    """What a pool has free, and in all, as the check says."""
    body = {"resourceCapacityDemand": [{"resourcePool": {"id": pool}}]}
    found = call.post(f"{BASE}/availabilityCheck", body).body["availability"][0]
    return found["availableAmount"], found["totalAmount"]


def test_a_reservation_gets_what_it_asks_for(call: Caller) -> None:
    pool = make_pool(call, 5)
    reservation = reserved(call, demand(pool, "2 ea"), demand(pool, "1", quantity=2))
    assert reservation["reservationState"] == "completed"
    items = reservation["reservationItem"]
    assert [item["subReservationState"] for item in items] == ["completed", "completed"]
    given = [each["id"] for item in items for each in item["appliedCapacityAmount"]["resource"]]
    assert len(set(given)) == 4 and items[0]["appliedCapacityAmount"]["appliedDemandAmount"] == "2"
    assert capacity(call, pool) == ("1", "5")
    assert call.get(RESOURCES, **{"resourcePool.id": pool, "resourceStatus": "reserved"}).ids == given


def test_an_item_gets_all_or_nothing(call: Caller) -> None:
    pool = make_pool(call, 3)
    partial = reserved(call, demand(pool, "2"), demand(pool, "2"), demand("unknown"))
    assert partial["reservationState"] == "partial"
    states = [item["subReservationState"] for item in partial["reservationItem"]]
    assert states == ["completed", "rejected", "rejected"]
    assert "appliedCapacityAmount" not in partial["reservationItem"][1]
    for amount in ("2", "none", "1.5", "0"):
        assert reserved(call, demand(pool, amount))["reservationState"] == "rejected", amount
    assert capacity(call, pool) == ("1", "3")


def test_a_cancelled_reservation_gives_back(call: Caller) -> None:
    pool = make_pool(call, 2)
    reservation = reserved(call, demand(pool, "2"))
    url = f"{BASE}/reservation/{reservation['id']}"
    call.patch(url, {"reservationItem": []}).refused(400, "24", about="reservationItem")
    Event.objects.all().delete()
    cancelled = call.patch(url, {"reservationState": "cancelled"}).body
    assert cancelled["reservationItem"] == reservation["reservationItem"]
    assert capacity(call, pool) == ("2", "2")
    assert list(Event.objects.values_list("event_type", flat=True)) == ["ResourceStateChangeEvent"] * 2
    call.patch(url, {"reservationState": "completed"}).refused(409, "stateTransition")
    assert reserved(call, demand(pool, "2"))["reservationState"] == "completed"


def test_a_deleted_reservation_gives_back(call: Caller) -> None:
    pool = make_pool(call, 1)
    operations.delete(Reservation, reserved(call, demand(pool))["id"], actor=SYSTEM)
    assert capacity(call, pool) == ("1", "1")


def test_a_reservation_ends_with_its_time(call: Caller) -> None:
    pool = make_pool(call, 3)
    over = reserved(call, demand(pool), valid_for=format_instant(now() - timedelta(seconds=1)))
    later = reserved(call, demand(pool), valid_for=format_instant(now() + timedelta(hours=1)))
    forever = reserved(call, demand(pool))
    assert (expire_reservations(), expire_reservations()) == (1, 0)
    states = [call.get(f"{BASE}/reservation/{each['id']}").body["reservationState"] for each in (over, later, forever)]
    assert states == ["expired", "completed", "completed"]
    assert capacity(call, pool) == ("1", "3")
    assert end_reservations.name in {each["task"] for each in SCHEDULE.values()}


def test_push_and_extract(call: Caller) -> None:
    pool, other = make_pool(call, 2), make_pool(call, 1)
    there, elsewhere = list(members(pool)), members(other).get()
    wanted = [{"id": each} for each in (there[0].uid, elsewhere.uid, "nothing")]
    pushed = call.post(f"{BASE}/push", {"resourcePool": {"id": pool}, "resource": wanted}).body
    assert (pushed["state"], pushed["appliedCapacityAmount"]["appliedDemandAmount"]) == ("partial", "1")
    assert pushed["reason"] == f"{elsewhere.uid} is in another pool; nothing is unknown"

    reserve(holder="order/1", pool=pool, amount=1, actor=SYSTEM)
    wanted = [{"id": each.uid} for each in there]
    taken = call.post(f"{BASE}/extract", {"resourcePool": {"id": pool}, "resource": wanted}).body
    assert (taken["state"], [each["id"] for each in taken["appliedCapacityAmount"]["resource"]]) == (
        "partial", [there[1].uid],
    )  # fmt: skip
    any_one = {"resourcePool": {"id": other}, "capacityDemandAmount": "1"}
    assert call.post(f"{BASE}/extract", any_one).body["state"] == "completed"
    assert call.post(f"{BASE}/extract", any_one).body["reason"].startswith(f"the pool {other} has 0 free")
    assert (capacity(call, pool), capacity(call, other)) == (("0", "1"), ("0", "0"))
    call.delete(f"{BASE}/resourcePool/{pool}").refused(409, "409", about="extract them first")
    assert call.delete(f"{BASE}/resourcePool/{other}").status == 204


def test_check_says_whether_there_is_enough(call: Caller) -> None:
    pool = make_pool(call, 2)
    for amount, state in (("2", "completed"), ("3", "rejected")):
        body = {"resourceCapacityDemand": [{"resourcePool": {"id": pool}, "capacityDemandAmount": amount}]}
        assert call.post(f"{BASE}/availabilityCheck", body).body["state"] == state
    assert capacity(call, "unknown") == ("0", "0")


def test_resources_that_do_not_work_are_not_given(call: Caller) -> None:
    pool = make_pool(call, 3)
    for resource, status in zip(members(pool).order_by("id"), ("alarm", "suspended", "standby"), strict=True):
        call.patch(f"{RESOURCES}/{resource.uid}", {"resourceStatus": status})
    assert capacity(call, pool) == ("1", "3")


def test_a_pool_is_reached_under_both_versions(call: Caller) -> None:
    pool = make_pool(call, 0)
    assert call.get(f"{BASE.replace('v1', 'v4')}/resourcePool/{pool}").body["id"] == pool


@pytest.mark.parametrize(
    ("text", "amount"), [(None, 1), ("", 1), ("10", 10), (" 10000 ea", 10000), ("10ea", 10), ("1.5", None), ("x", None)]
)
def test_amounts(text: str | None, amount: int | None) -> None:
    assert amount_of(text) == amount


# --- for orders -----------------------------------------------------------------------------------------------------


def test_reserving_may_be_repeated(call: Caller) -> None:
    pool = make_pool(call, 3)
    first = reserve(holder="order/1", pool=pool, amount=2, actor=SYSTEM)
    again = reserve(holder="order/1", pool=pool, amount=2, actor=SYSTEM)
    more = reserve(holder="order/1", pool=pool, amount=3, actor=SYSTEM)
    assert [each.uid for each in first] == [each.uid for each in again] == [each.uid for each in more][:2]
    with pytest.raises(Shortage, match="has 0 free resources, 1 are needed"):
        reserve(holder="order/2", pool=pool, actor=SYSTEM)
    assert [each.uid for each in held("order/1")] == [each.uid for each in more]
    assert [each.uid for each in release(holder="order/1", actor=SYSTEM)] == [each.uid for each in more]
    assert (release(holder="order/1", actor=SYSTEM), free(pool).count()) == ([], 3)


def test_a_certain_resource(call: Caller) -> None:
    pool = make_pool(call, 1)
    uid = members(pool).get().uid
    one = reserve(holder="order/1", resource=uid, actor=SYSTEM)
    assert (one[0].uid, one[0].resource_status, one[0].held_by) == (uid, "reserved", "order/1")
    assert reserve(holder="order/1", resource=uid, actor=SYSTEM)[0].uid == uid
    for target in ({"resource": uid}, {"pool": pool}):
        with pytest.raises(Shortage):
            reserve(holder="order/2", actor=SYSTEM, **target)
    with pytest.raises(NotFound):
        reserve(holder="order/2", resource="nothing", actor=SYSTEM)
    with pytest.raises(NotFound):
        reserve(holder="order/2", pool="nothing", actor=SYSTEM)


def test_what_a_client_changed_meanwhile_stays(call: Caller) -> None:
    pool = make_pool(call, 1)
    uid = members(pool).get().uid
    reserve(holder="order/1", pool=pool, actor=SYSTEM)
    call.patch(f"{RESOURCES}/{uid}", {"resourceStatus": "alarm", "category": "Gold"})
    assert capacity(call, pool) == ("0", "1")
    release(holder="order/1", actor=SYSTEM)
    shown = call.get(f"{RESOURCES}/{uid}").body
    assert (shown["resourceStatus"], shown["category"], capacity(call, pool)) == ("alarm", "Gold", ("0", "1"))


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in so many threads at the same time; return their results, exceptions included."""
    results: list[Any] = [None] * number
    ready = threading.Barrier(number)

    def run(place: int) -> None:
        try:
            ready.wait()
            results[place] = work(place)
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_nobody_gets_what_another_has() -> None:
    """Twelve want two of ten each: five get them, whether of the pool, by reservation, or with rows being changed."""
    call = Caller("all")
    pool = make_pool(call, 10)
    uids = list(members(pool).values_list("uid", flat=True))

    def work(place: int) -> list[str]:
        if place % 4 == 3:
            for uid in uids:
                operations.update(Resource, uid, lambda present: {**present, "category": f"by {place}"}, actor=SYSTEM)
            return []
        if place % 2:
            body = {"relatedParty": {"id": "p-1"}, "reservationItem": [demand(pool, "2")]}
            made = operations.create(Reservation, body, actor=SYSTEM).document
            given = made["reservationItem"][0].get("appliedCapacityAmount") or {}
            return [each["id"] for each in given.get("resource", ())]
        return [each.uid for each in reserve(holder=f"order/{place}", pool=pool, amount=2, actor=SYSTEM)]

    results = at_once(16, work)
    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, Shortage)] == []
    given = [uid for each in results if isinstance(each, list) for uid in each]
    assert len(given) == len(set(given)) == 10
    assert (free(pool).count(), held_count()) == (0, 10)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_certain_resource_and_its_pool_at_once() -> None:
    """One of the pool's is taken by name meanwhile: the pool gives others, or says that it has none left."""
    pool = make_pool(Caller("all"), 4)
    uids = list(members(pool).order_by("id").values_list("uid", flat=True))

    def work(place: int) -> list[str]:
        target: dict[str, Any] = {"resource": uids[place // 2]} if place % 2 else {"pool": pool}
        return [each.uid for each in reserve(holder=f"order/{place}", actor=SYSTEM, **target)]

    results = at_once(8, work)
    given = [uid for each in results if isinstance(each, list) for uid in each]
    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, Shortage)] == []
    assert sorted(given) == sorted(uids)


def held_count() -> int:
    return Resource.objects.filter(held_by__isnull=False).count()
