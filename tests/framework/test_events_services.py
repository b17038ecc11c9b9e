"""Registering, removing, pausing and sending again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.events.factories import make_event, make_hub
from tmfsite.events import services
from tmfsite.events.fanout import fan_out
from tmfsite.events.models import Attempt, Delivery, Event, Hub
from tmfsite.events.retention import purge
from tmfsite.fields.instants import now
from tmfsite.resources.errors import Conflict, Invalid, NotFound

pytestmark = pytest.mark.django_db

CALLBACK = "https://shop.example/cb"


def register(**changes: Any) -> tuple[Hub, bool]:
    return services.register_hub(**({"api": "tmf620", "callback": CALLBACK, "owner": "shop"} | changes))


def finish(status: str) -> None:
    fan_out()
    Delivery.objects.update(status=status, attempts=3, finished_at=now())


class TestRegistering:
    """A subscription and its limits."""

    def test_what_is_kept(self) -> None:
        hub, is_new = register(query="eventType=ProductOfferingCreateEvent")
        assert is_new
        assert (hub.api, hub.owner, hub.callback, hub.state) == ("tmf620", "shop", CALLBACK, "active")
        assert hub.query == "eventType=ProductOfferingCreateEvent"
        assert hub.secret.startswith("whsec_")

    def test_the_same_again_is_the_same_hub(self) -> None:
        hub, _ = register(query="eventType=A")
        assert register(query="?eventType=A ") == (hub, False)
        assert Hub.objects.count() == 1

    @pytest.mark.parametrize(
        "change", [{"query": "eventType=B"}, {"callback": CALLBACK + "2"}, {"owner": "else"}, {"api": "tmf633"}]
    )
    def test_anything_else_is_another(self, change: dict[str, str]) -> None:
        hub, _ = register()
        other, is_new = register(**change)
        assert is_new
        assert other.pk != hub.pk

    @pytest.mark.parametrize(
        ("change", "code", "path"),
        [
            ({"callback": "ftp://shop.example"}, "24", "callback"),
            ({"callback": "http://169.254.169.254/"}, "24", "callback"),
            ({"query": "name.regex=("}, "28", "query"),
            ({"query": "$[?("}, "28", "query"),
            ({"query": "x=" + "y" * 9000}, "28", "query"),
        ],
    )
    def test_what_cannot_work_is_refused(self, change: dict[str, str], code: str, path: str) -> None:
        with pytest.raises(Invalid) as caught:
            register(**change)
        assert (caught.value.code, caught.value.path) == (code, path)

    def test_a_client_may_hold_so_many(self, settings: Any) -> None:
        settings.TMF_HUBS_PER_CLIENT = 2
        register(query="eventType=A")
        register(query="eventType=B")
        with pytest.raises(Conflict):
            register(query="eventType=C")
        assert register(query="eventType=A")[1] is False
        assert register(owner="another")[1] is True

    def test_hubs_of_others_are_not_found(self) -> None:
        hub, _ = register()
        assert services.find_hub(api="tmf620", uid=hub.uid, owner="shop") == hub
        for key in ({"owner": "another"}, {"api": "tmf633"}, {"uid": "unknown"}):
            with pytest.raises(NotFound):
                services.find_hub(**({"api": "tmf620", "uid": hub.uid, "owner": "shop"} | key))


def test_removing_a_hub_forgets_what_was_owed() -> None:
    hub, kept = make_hub(CALLBACK), make_hub(CALLBACK, owner="another")
    make_event()
    fan_out()
    delivery = Delivery.objects.get(hub=hub)
    Attempt.objects.create(delivery=delivery, at=now(), duration_ms=1, error="no")
    services.remove_hub(hub=hub)
    services.remove_hub(hub=hub)
    assert list(Hub.objects.all()) == [kept]
    assert list(Delivery.objects.values_list("hub", flat=True)) == [kept.pk]
    assert not Attempt.objects.exists()


class TestSendingAgain:
    """Replay and giving up."""

    @pytest.mark.parametrize("status", ["dead", "delivered"])
    def test_finished_deliveries_are_owed_again(self, status: str) -> None:
        make_hub(CALLBACK)
        make_event()
        finish(status)
        pks = list(Delivery.objects.values_list("pk", flat=True))
        assert services.replay_deliveries(deliveries=pks) == 1
        assert services.replay_deliveries(deliveries=pks) == 0
        assert list(Delivery.objects.values_list("status", "attempts", "finished_at")) == [("pending", 0, None)]

    def test_pending_deliveries_can_be_given_up(self) -> None:
        make_hub(CALLBACK)
        make_event()
        fan_out()
        pks = list(Delivery.objects.values_list("pk", flat=True))
        assert services.give_up_deliveries(deliveries=pks, reason="by ada") == 1
        assert list(Delivery.objects.values_list("status", "last_error")) == [("dead", "by ada")]

    def test_from_a_time_on_whether_received_before_or_not(self) -> None:
        old, first, second, unwanted = make_event(), make_event(), make_event(), make_event(kind="Delete")
        noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        Event.objects.exclude(pk=old.pk).update(event_time=noon)
        hub = make_hub(CALLBACK, "eventType=ProductOfferingCreateEvent")
        finish("delivered")
        Delivery.objects.filter(event=second).delete()
        assert services.replay_hub(hub=hub, since=noon) == 2
        owed = Delivery.objects.order_by("event").values_list("event", "status")
        assert list(owed) == [(old.pk, "delivered"), (first.pk, "pending"), (second.pk, "pending")]
        assert unwanted.pk not in [event for event, _ in owed]


class TestForgetting:
    """What is purged, and what never is."""

    @pytest.fixture(autouse=True)
    def periods(self, settings: Any) -> None:
        settings.TMF_DELIVERY_RETENTION_DAYS, settings.TMF_EVENT_RETENTION_DAYS = 7, 30

    def age(self, days: int) -> None:
        past = now() - timedelta(days=days)
        Event.objects.update(event_time=past)
        Delivery.objects.exclude(finished_at=None).update(finished_at=past)

    @pytest.mark.parametrize(
        ("status", "days", "left"),
        [
            ("delivered", 6, (1, 1)),
            ("delivered", 8, (1, 0)),
            ("delivered", 31, (0, 0)),
            ("dead", 8, (1, 1)),
            ("dead", 31, (0, 0)),
        ],
    )
    def test_after_its_time(self, status: str, days: int, left: tuple[int, int]) -> None:
        make_hub(CALLBACK)
        make_event()
        finish(status)
        delivery = Delivery.objects.get()
        Attempt.objects.create(delivery=delivery, at=now(), duration_ms=1, error="no")
        self.age(days)
        purge()
        assert (Event.objects.count(), Delivery.objects.count()) == left
        assert Attempt.objects.count() == left[1]

    def test_what_is_owed_stays(self) -> None:
        make_hub(CALLBACK)
        make_event()
        fan_out()
        make_event()
        self.age(400)
        assert purge() == 0
        assert (Event.objects.count(), Delivery.objects.count()) == (2, 1)
