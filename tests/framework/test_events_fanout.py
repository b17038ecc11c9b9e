"""From the outbox to the hubs."""

import pytest
from django.db import transaction

from tests.events.factories import make_event, make_hub
from tmfsite.events.fanout import fan_out
from tmfsite.events.models import Delivery, Event, Hub

pytestmark = pytest.mark.django_db


def owed(hub: Hub) -> list[int]:
    return list(Delivery.objects.filter(hub=hub).order_by("event").values_list("event", flat=True))


def test_each_event_is_owed_to_the_hubs_of_its_api() -> None:
    events = [make_event("1"), make_event("2")]
    hubs = [make_hub("https://a.example"), make_hub("https://b.example")]
    other = make_hub("https://c.example", api="tmf633")
    assert fan_out() == 2
    assert [owed(hub) for hub in (*hubs, other)] == [[events[0].pk, events[1].pk]] * 2 + [[]]
    assert not Event.objects.filter(dispatched_at=None).exists()


def test_nothing_is_owed_twice() -> None:
    make_event()
    hub = make_hub("https://a.example")
    assert (fan_out(), fan_out()) == (1, 0)
    assert len(owed(hub)) == 1


def test_an_event_without_hubs_is_done() -> None:
    make_event()
    assert (fan_out(), fan_out()) == (1, 0)


def test_a_new_hub_gets_new_events_only() -> None:
    make_event()
    fan_out()
    hub = make_hub("https://a.example")
    event = make_event()
    fan_out()
    assert owed(hub) == [event.pk]


def test_an_event_that_commits_late_is_not_skipped() -> None:
    late, early = make_event(), make_event()
    Event.objects.filter(pk=late.pk).update(api="hidden")  # as if not yet committed
    hub = make_hub("https://a.example")
    fan_out()
    Event.objects.filter(pk=late.pk).update(api="tmf620", dispatched_at=None)
    fan_out()
    assert owed(hub) == [late.pk, early.pk]


def test_a_batch_is_taken_in_the_order_of_the_events() -> None:
    events = [make_event() for _ in range(5)]
    hub = make_hub("https://a.example")
    assert fan_out(2) == 2
    assert owed(hub) == [event.pk for event in events[:2]]


def test_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_event()
    hub = make_hub("https://a.example")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch, pytest.raises(RuntimeError), transaction.atomic():
        patch.setattr("tmfsite.events.fanout.now", fail)
        fan_out()
    assert owed(hub) == []
    assert fan_out() == 1


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {"a", "b", "c"}),
        ("eventType=ProductOfferingCreateEvent", {"a", "b"}),
        ("eventType=ProductOfferingCreateEvent,ProductOfferingDeleteEvent", {"a", "b", "c"}),
        ("eventType=ProductOfferingCreateEvent&eventType=ProductOfferingDeleteEvent", {"a", "b", "c"}),
        ("?eventType = ProductOfferingDeleteEvent", {"c"}),
        ("eventType=ProductOfferingCreateEvent&event.productOffering.lifecycleStatus=Active", {"b"}),
        ("event.productOffering.lifecycleStatus=Active", {"b", "c"}),
        ("eventType=ProductOfferingCreationNotification", {"a", "b"}),
        ("event.productOffering.category.id=7", {"b"}),
        ("$[?(@.event.productOffering.lifecycleStatus=='Active')]", {"b", "c"}),
        ("eventType=ProductOfferingDeleteEvent&fields=eventType,event.productOffering.id", {"c"}),
        ("fields=none", {"a", "b", "c"}),
        ("eventType=SomethingElseEvent", set()),
    ],
)
def test_the_query_selects_events(query: str, wanted: set[str]) -> None:
    events = {
        "a": make_event(lifecycleStatus="In Design"),
        "b": make_event(lifecycleStatus="Active", category=[{"id": "5"}, {"id": "7"}]),
        "c": make_event(kind="Delete", lifecycleStatus="Active"),
    }
    hub = make_hub("https://a.example", query)
    fan_out()
    assert owed(hub) == [event.pk for name, event in events.items() if name in wanted]


def test_a_query_that_can_no_longer_be_read_harms_nobody_else() -> None:
    make_hub("https://a.example", "offset=x")
    hub = make_hub("https://b.example")
    make_event()
    assert fan_out() == 1
    assert len(owed(hub)) == 1
