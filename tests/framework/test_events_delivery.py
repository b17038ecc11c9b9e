"""Delivery to hubs: order, failures, leases, pausing and resuming."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.events.factories import make_event, make_hub
from tests.events.sink import Answer, Received, Sink, accept
from tmfsite.events import deliver, leases, services
from tmfsite.events.deliver import dispatch
from tmfsite.events.models import Attempt, Delivery, Hub
from tmfsite.fields.instants import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture(autouse=True)
def limits(settings: Any) -> Any:
    settings.TMF_ALLOWED_CALLBACK_NETWORKS = ("127.0.0.0/8",)
    settings.TMF_DELIVERY_TIMEOUT = 0.5
    settings.TMF_DELIVERY_BACKOFF = 60.0
    settings.TMF_DELIVERY_MAX_ATTEMPTS = 3
    settings.TMF_HUB_PAUSE_AFTER = 100
    return settings


def refuse(status: int, **headers: str) -> Any:
    return lambda _: (status, headers, b"not now")


def failing_on(event_id: str, status: int) -> Any:
    def answer(request: Received) -> Answer:
        return (status, {}, b"") if request.headers["webhook-id"] == event_id else (201, {}, b"")

    return answer


def make_due(hub: Hub) -> None:
    """Let the wait of a hub be over."""
    Hub.objects.filter(pk=hub.pk).update(next_attempt_at=now())


def statuses() -> list[str]:
    return list(Delivery.objects.order_by("event").values_list("status", flat=True))


class TestSending:
    """What a subscriber receives."""

    def test_events_arrive_once_in_their_order(self, sink: Sink) -> None:
        make_hub(sink.url + "/cb")
        events = [make_event() for _ in range(250)]
        assert dispatch() == 250
        assert sink.event_ids() == [event.event_id for event in events]
        assert set(statuses()) == {"delivered"}
        dispatch()
        assert len(sink.received) == 250

    def test_connections_are_kept(self, sink: Sink) -> None:
        make_hub(sink.url)
        for _ in range(3):
            make_event()
            dispatch()
        assert (len(sink.received), sink.connections) == (3, 1)

    def test_the_signature_can_be_checked(self, sink: Sink) -> None:
        hub = make_hub(sink.url)
        make_event()
        dispatch()
        received = sink.received[0]
        key = base64.b64decode(hub.secret.removeprefix("whsec_"))
        signed = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode()
        digest = hmac.digest(key, signed + received.body, hashlib.sha256)
        assert received.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        assert received.headers["content-type"] == "application/json;charset=utf-8"

    def test_the_callback_is_called_exactly(self, sink: Sink) -> None:
        make_hub(sink.url + "/a/b?tenant=1%2F2")
        make_event()
        dispatch()
        assert sink.received[0].path == "/a/b?tenant=1%2F2"

    def test_the_event_name_is_appended_on_request(self, sink: Sink) -> None:
        make_hub(sink.url + "/base/?tenant=1", appends_event_name=True)
        make_event()
        dispatch()
        assert sink.received[0].path == "/base/listener/productOfferingCreateEvent?tenant=1"

    def test_fields_of_the_query_trim_the_event(self, sink: Sink) -> None:
        make_hub(sink.url, "fields=eventType,event.productOffering.id")
        event = make_event("7", name="Fibre")
        dispatch()
        assert sink.received[0].document == {
            "eventId": event.event_id,
            "eventTime": "2026-01-31T12:00:00.123Z",
            "eventType": "ProductOfferingCreateEvent",
            "event": {"productOffering": {"id": "7"}},
        }


class TestFailing:
    """What happens when a subscriber does not take an event."""

    @pytest.mark.parametrize("status", [301, 408, 425, 429, 500, 503])
    def test_the_hub_waits_and_keeps_its_order(self, sink: Sink, status: int) -> None:
        hub = make_hub(sink.url)
        first, second, third = make_event(), make_event(), make_event()
        sink.answer = failing_on(second.event_id, status)
        dispatch()
        assert sink.event_ids() == [first.event_id, second.event_id]
        assert statuses() == ["delivered", "pending", "pending"]
        sink.answer = accept
        dispatch()
        assert len(sink.received) == 2, "nothing is sent before the wait is over"
        make_due(hub)
        dispatch()
        assert sink.event_ids() == [event.event_id for event in (first, second, second, third)]
        assert sink.received[1].body == sink.received[2].body
        assert statuses() == ["delivered"] * 3

    def test_the_wait_is_in_the_row_and_doubles(self, sink: Sink) -> None:
        sink.answer = refuse(500)
        hub = make_hub(sink.url)
        make_event()
        for seconds in (60, 120):
            before = now()
            dispatch()
            hub.refresh_from_db()
            wait = (hub.next_attempt_at - before).total_seconds()
            assert 0.8 * seconds <= wait <= 1.2 * seconds + 5
            make_due(hub)
        assert (hub.consecutive_failures, hub.last_error) == (2, "HTTP 500 not now")

    def test_retry_after_is_respected(self, sink: Sink) -> None:
        sink.answer = refuse(503, **{"Retry-After": "7200"})
        hub = make_hub(sink.url)
        make_event()
        dispatch()
        hub.refresh_from_db()
        assert timedelta(seconds=7190) < hub.next_attempt_at - now() <= timedelta(seconds=7200)

    def test_after_the_last_try_it_is_a_dead_letter(self, sink: Sink) -> None:
        hub = make_hub(sink.url)
        first, second = make_event(), make_event()
        sink.answer = failing_on(first.event_id, 500)
        for _ in range(4):
            dispatch()
            make_due(hub)
        assert statuses() == ["dead", "delivered"]
        assert sink.event_ids() == [first.event_id] * 3 + [second.event_id]
        dead = Delivery.objects.get(event=first)
        assert (dead.attempts, dead.last_error) == (3, "HTTP 500")
        assert Attempt.objects.filter(delivery=dead, status_code=500).count() == 3

    @pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
    def test_a_final_answer_is_a_dead_letter_at_once(self, sink: Sink, status: int) -> None:
        hub = make_hub(sink.url)
        events = [make_event() for _ in range(3)]
        sink.answer = failing_on(events[1].event_id, status)
        dispatch()
        assert statuses() == ["delivered", "dead", "delivered"]
        assert sink.event_ids() == [event.event_id for event in events]
        hub.refresh_from_db()
        assert (hub.consecutive_failures, hub.next_attempt_at) == (0, None)

    def test_each_failed_try_and_the_success_after_them_leave_a_row(self, sink: Sink) -> None:
        hub = make_hub(sink.url)
        make_event()
        sink.answer = refuse(500)
        dispatch()
        sink.answer = accept
        make_due(hub)
        dispatch()
        assert list(Attempt.objects.values_list("status_code", "error")) == [
            (500, "HTTP 500 not now"),
            (201, ""),
        ]
        assert Delivery.objects.get().attempts == 2

    def test_a_success_at_once_leaves_none(self, sink: Sink) -> None:
        make_hub(sink.url)
        make_event()
        dispatch()
        assert not Attempt.objects.exists()

    def test_no_answer_is_a_failure(self, sink: Sink) -> None:
        hub = make_hub(sink.url)
        make_event()
        sink.answer = lambda _: None
        dispatch()
        hub.refresh_from_db()
        assert hub.last_error == "no answer in time"
        assert Attempt.objects.get().status_code is None

    def test_a_callback_that_leads_inside_is_not_called(self, sink: Sink, limits: Any) -> None:
        limits.TMF_ALLOWED_CALLBACK_NETWORKS = ()
        hub = make_hub(f"http://localhost:{sink.port}/")
        make_event()
        dispatch()
        hub.refresh_from_db()
        assert "is not allowed" in hub.last_error
        assert sink.received == []

    def test_a_hub_that_hangs_holds_up_nobody(self, sink: Sink, limits: Any) -> None:
        limits.TMF_DELIVERY_TIMEOUT = 2.0
        make_hub(sink.url + "/hangs")
        make_hub(sink.url + "/works")
        sink.answer = lambda request: None if request.path == "/hangs" else (201, {}, b"")
        for _ in range(300):
            make_event()
        dispatch()
        hung = next(each for each in sink.received if each.path == "/hangs")
        works = [each for each in sink.received if each.path == "/works"]
        assert len(works) == 300
        assert max(each.at for each in works) < hung.at + 1.5


class TestPausing:
    """A hub that keeps failing, and what brings it back."""

    @pytest.fixture
    def hub(self, sink: Sink, limits: Any) -> Hub:
        limits.TMF_HUB_PAUSE_AFTER = 2
        limits.TMF_DELIVERY_MAX_ATTEMPTS = 100
        hub = make_hub(sink.url)
        make_event()
        make_event()
        sink.answer = refuse(500)
        for _ in range(2):
            make_due(hub)
            dispatch()
        hub.refresh_from_db()
        return hub

    def test_it_is_paused_visibly(self, hub: Hub) -> None:
        assert (hub.state, hub.consecutive_failures) == ("paused", 2)
        assert hub.paused_reason == "2 failures in a row, last: HTTP 500 not now"
        assert timedelta(seconds=230) < hub.next_attempt_at - now() < timedelta(seconds=361)
        assert hub.paused_at is not None

    def test_events_are_kept_for_it(self, hub: Hub, sink: Sink) -> None:
        make_event()
        dispatch()
        assert (len(sink.received), statuses()) == (2, ["pending"] * 3)

    def test_a_failed_probe_sends_one_event(self, hub: Hub, sink: Sink) -> None:
        make_due(hub)
        dispatch()
        hub.refresh_from_db()
        assert len(sink.received) == 3
        assert (hub.state, hub.consecutive_failures) == ("paused", 3)
        assert hub.next_attempt_at > now()

    def test_a_probe_that_succeeds_resumes_it(self, hub: Hub, sink: Sink) -> None:
        sink.answer = accept
        make_due(hub)
        dispatch()
        hub.refresh_from_db()
        assert (hub.state, hub.paused_reason, hub.paused_at) == ("active", "", None)
        assert (hub.consecutive_failures, hub.next_attempt_at) == (0, None)
        assert statuses() == ["delivered"] * 2

    def test_a_hand_resumes_it_at_once(self, hub: Hub, sink: Sink) -> None:
        sink.answer = accept
        services.resume_hub(hub=hub)
        dispatch()
        assert statuses() == ["delivered"] * 2

    def test_one_paused_by_hand_is_not_probed(self, hub: Hub, sink: Sink) -> None:
        services.pause_hub(hub=hub, reason="maintenance")
        assert hub.is_paused_by_hand
        dispatch()
        assert len(sink.received) == 2
        assert (hub.state, hub.paused_reason) == ("paused", "maintenance")

    def test_final_answers_pause_too(self, sink: Sink, limits: Any) -> None:
        limits.TMF_HUB_PAUSE_AFTER = 2
        make_hub(sink.url)
        for _ in range(5):
            make_event()
        sink.answer = refuse(404)
        dispatch()
        assert statuses() == ["dead", "dead", "pending", "pending", "pending"]

    def test_pausing_amid_a_batch_lasts(self, sink: Sink) -> None:
        hub = make_hub(sink.url)
        make_event()
        deliver.fan_out()
        lease = leases.lease_hubs(1, leases.EnvelopeCache())[0]
        batch = leases.next_batch(lease, [])
        services.pause_hub(hub=hub, reason="maintenance")
        result = leases.Result(now(), 1, 201, "")
        assert leases.next_batch(lease, [(batch[0], result)]) == []
        hub.refresh_from_db()
        assert (hub.state, hub.paused_reason, hub.lease_token) == ("paused", "maintenance", "")
        assert statuses() == ["delivered"]


class TestLeases:
    """One worker per hub, and the next one when it dies."""

    @pytest.fixture
    def lease(self) -> leases.Lease:
        make_hub("https://a.example")
        for _ in range(150):
            make_event()
        deliver.fan_out()
        return leases.lease_hubs(10, leases.EnvelopeCache())[0]

    def test_a_leased_hub_is_not_leased_again(self, lease: leases.Lease) -> None:
        assert leases.lease_hubs(10, leases.EnvelopeCache()) == []

    def test_a_lease_that_ran_out_is_taken_over(self, lease: leases.Lease) -> None:
        first = leases.next_batch(lease, [])
        Hub.objects.update(lease_until=now() - timedelta(seconds=1))
        other = leases.lease_hubs(10, leases.EnvelopeCache())[0]
        assert other.token != lease.token
        again = leases.next_batch(other, [])
        assert [owed.event.event_id for owed in again] == [owed.event.event_id for owed in first]

    def test_who_lost_the_lease_records_what_arrived_and_stops(self, lease: leases.Lease) -> None:
        owed = leases.next_batch(lease, [])
        Hub.objects.update(lease_token="another", next_attempt_at=None)
        tries = [
            (owed[0], leases.Result(now(), 1, 201, "")),
            (owed[1], leases.Result(now(), 1, 500, "HTTP 500")),
        ]
        assert leases.next_batch(lease, tries) == []
        assert statuses()[:2] == ["delivered", "pending"]
        hub = Hub.objects.get()
        assert (hub.lease_token, hub.consecutive_failures, hub.next_attempt_at) == ("another", 0, None)

    def test_batches_follow_each_other_and_the_lease_is_given_back(self, lease: leases.Lease) -> None:
        first = leases.next_batch(lease, [])
        second = leases.next_batch(lease, [(owed, leases.Result(now(), 1, 201, "")) for owed in first])
        assert (len(first), len(second)) == (100, 50)
        assert first[-1].event.id < second[0].event.id
        assert leases.next_batch(lease, [(owed, leases.Result(now(), 1, 201, "")) for owed in second]) == []
        hub = Hub.objects.get()
        assert (hub.lease_token, hub.lease_until) == ("", None)

    def test_the_last_batch_gives_the_lease_back(self, lease: leases.Lease) -> None:
        assert leases.next_batch(lease, [], last=True) == []
        assert len(leases.lease_hubs(10, leases.EnvelopeCache())) == 1

    def test_a_hub_removed_meanwhile_is_no_error(self, lease: leases.Lease) -> None:
        owed = leases.next_batch(lease, [])
        services.remove_hub(hub=Hub.objects.get())
        assert leases.next_batch(lease, [(owed[0], leases.Result(now(), 1, 500, "HTTP 500"))]) == []

    def test_the_number_of_hubs_is_limited(self) -> None:
        for name in "abc":
            make_hub(f"https://{name}.example")
        make_event()
        deliver.fan_out()
        assert [len(leases.lease_hubs(limit, leases.EnvelopeCache())) for limit in (0, 2, 2, 2)] == [
            0,
            2,
            1,
            0,
        ]


def test_events_are_read_once_for_many_hubs(django_assert_num_queries: Any) -> None:
    cache = leases.EnvelopeCache()
    events = [make_event().pk for _ in range(3)]
    with django_assert_num_queries(1):
        assert cache.get(events)[events[0]] is cache.get(reversed(events))[events[0]]


def test_the_cache_of_events_is_bounded() -> None:
    cache = leases.EnvelopeCache(max_size=1000)
    events = [make_event(text="x" * 400).pk for _ in range(5)]
    assert len(cache.get(events)) == 5
    assert cache.size <= 1000
