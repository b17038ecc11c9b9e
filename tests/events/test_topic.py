"""TMF688 Event: topics, what they select, what is posted to them, and who is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.caller import Answer, Caller, vendor
from tests.conformance.swagger import needs_specifications, samples
from tests.events.factories import make_event
from tests.events.sink import Sink
from tests.resource import ResourceTests
from tmfsite.events import replay, topics
from tmfsite.events.deliver import dispatch
from tmfsite.events.fanout import fan_out
from tmfsite.events.models import Delivery, Event, Hub, Topic
from tmfsite.events.services import register_hub
from tmfsite.events.topics import find_event
from tmfsite.fields import json
from tmfsite.fields.instants import parse_instant

BASE = "/tmf-api/event/v4"
ROUTE = f"{BASE}/topic"
ALARM = {"alarm": {"id": "7", "perceivedSeverity": "critical"}}


class TestTopic(ResourceTests):
    """Topics."""

    model = Topic
    route = ROUTE
    verbs = "LGCD"
    events = ("Create", "Change", "Delete")
    minimal = {"name": "Alarms of Paris"}
    full = {
        "name": "Alarms of Paris",
        "headerQuery": "eventType=AlarmCreateEvent&domain=Paris",
        "contentQuery": "event.alarm.perceivedSeverity=critical",
        "@type": "Topic",
    }


pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Caller:
    return Caller("all")


def topic(api: Caller, header: str = "", content: str = "", **more: Any) -> str:
    """Make a topic; return its address."""
    queries = {"headerQuery": header, "contentQuery": content}
    made = api.post(ROUTE, {"name": "a topic", **{name: text for name, text in queries.items() if text}, **more})
    assert made.status == 201, made.response.content
    return f"{ROUTE}/{made.body['id']}"


def listed(api: Caller, url: str, **query: Any) -> list[str]:
    """Return the ids of the events of a topic."""
    answer = api.get(f"{url}/event", **query)
    assert answer.status in (200, 206), answer.response.content
    return [each["eventId"] for each in answer.body]


class TestQueries:
    """Which events are a topic's."""

    def test_without_queries_every_event_of_the_suite(self, api: Caller) -> None:
        url = topic(api)
        made = Event.objects.get()
        event = make_event("1", name="Fibre")
        assert listed(api, url) == [made.event_id, event.event_id]
        assert api.get(f"{url}/event/{event.event_id}").body == {
            "eventId": event.event_id,
            "eventTime": "2026-01-31T12:00:00.123Z",
            "eventType": "ProductOfferingCreateEvent",
            "domain": "ProductOffering",
            "title": "ProductOfferingCreateEvent",
            "description": "ProductOfferingCreateEvent of ProductOffering 1",
            "priority": "1",
            "timeOcurred": "2026-01-31T12:00:00.123Z",
            "event": {"productOffering": {"id": "1", "href": "https://tmf.example/productOffering/1", "name": "Fibre"}},
        }

    @pytest.mark.parametrize(
        ("header", "content", "found"),
        [
            ("eventType=ProductOfferingCreateEvent", "", "ab"),
            ("eventType=ProductOfferingCreateEvent,ProductOfferingDeleteEvent", "", "abc"),
            ("eventType=ProductOfferingCreationNotification", "", "ab"),
            ("domain=ProductOffering", "", "abc"),
            ("domain=productOffering", "", ""),
            ("domain=ProductOffering&eventType=ProductOfferingDeleteEvent", "", "c"),
            ("domain=ProductOffering&eventType.regex=Delete", "", "c"),
            ("eventTime>2026-01-31&domain=ProductOffering", "", "abc"),
            ("eventTime<2026-01-31", "", ""),
            ("", "event.productOffering.name=A", "a"),
            ("", "productOffering.name=A,B", "ab"),
            ("", "$.productOffering[?(@.name=='B')]", "b"),
            ("", "$[?(@.event.productOffering.name=='B')]", "b"),
            ("event.productOffering.name=A", "", "a"),
            ("eventType=ProductOfferingCreateEvent", "productOffering.name.ne=A", "b"),
        ],
    )
    def test_queries(self, api: Caller, header: str, content: str, found: str) -> None:
        url = topic(api, header, content)
        kinds = {"a": "Create", "b": "Create", "c": "Delete"}
        ids = {make_event(name, kinds[name], name=name.upper()).event_id: name for name in "abc"}
        assert "".join(ids[each] for each in listed(api, url)) == found
        for event_id, name in ids.items():
            assert api.get(f"{url}/event/{event_id}").status == (200 if name in found else 404)

    @pytest.mark.parametrize("name", ["headerQuery", "contentQuery"])
    def test_what_is_no_query_is_refused(self, api: Caller, name: str) -> None:
        api.post(ROUTE, {name: "no operator"}).refused(400, "24", about=name)
        api.post(ROUTE, {name: "x=" + "y" * 9000}).refused(400, "24", about=name)

    def test_only_events_of_apis_that_the_caller_may_read(self, api: Caller) -> None:
        url = topic(api, "domain=ProductOffering,Topic,Paris")
        api.post(f"{url}/event", {"eventId": "posted", "domain": "Paris"})
        offering = make_event().event_id
        assert listed(Caller("tmf688:read", "tmf620:read"), url)[-2:] == ["posted", offering]
        reader = Caller("tmf688:read", "tmf620:read-released")
        assert listed(reader, url)[-1] == "posted"
        assert reader.get(f"{url}/event/{offering}").status == 404
        reader.post(f"{url}/event", {}).refused(403, "50")
        Caller("tmf620:read").get(f"{url}/event").refused(403, "50")
        Caller().get(f"{url}/event").refused(401, "40")

    def test_a_user_needs_the_permissions(self, api: Caller) -> None:
        url = topic(api)
        browser = Client()
        browser.force_login(User.objects.create_superuser("root"))
        assert len(browser.get(f"{url}/event").json()) == 1
        browser.force_login(User.objects.create_user("nobody"))
        assert browser.get(f"{url}/event").status_code == 403


class TestLists:
    """The query language over events."""

    @pytest.fixture
    def url(self, api: Caller) -> str:
        return topic(api, "domain=ProductOffering")

    @pytest.fixture
    def ids(self, url: str) -> list[str]:
        return [make_event(str(number), name="CBA"[number], rank=number).event_id for number in range(3)]

    def page(self, answer: Answer) -> tuple[int, list[str], str, str]:
        found = [each["eventId"] for each in answer.body]
        return answer.status, found, answer.headers["X-Total-Count"], answer.headers["X-Result-Count"]

    @pytest.mark.parametrize("filtered", [{}, {"event.productOffering.rank.gte": "0"}])
    def test_pages(self, api: Caller, url: str, ids: list[str], filtered: dict[str, str]) -> None:
        for order in ({}, {"sort": "eventTime"}, {"sort": "-eventTime"}, {"sort": "event.productOffering.rank"}):
            asked = {**filtered, **order}
            assert self.page(api.get(f"{url}/event", **asked)) == (200, ids, "3", "3")
            assert self.page(api.get(f"{url}/event", limit=2, **asked)) == (206, ids[:2], "3", "2")
            assert self.page(api.get(f"{url}/event", offset=2, limit=2, **asked)) == (206, ids[2:], "3", "1")
            assert self.page(api.get(f"{url}/event", offset=9, limit=2, **asked)) == (200, [], "3", "0")
            assert self.page(api.get(f"{url}/event", limit=0, **asked)) == (200, [], "3", "0")
        links = api.get(f"{url}/event", limit=1).headers["Link"]
        assert f'<http://testserver{url}/event?offset=1&limit=1>; rel="next"' in links

    def test_filters_and_fields(self, api: Caller, url: str, ids: list[str]) -> None:
        assert listed(api, url, eventId=ids[1]) == [ids[1]]
        assert listed(api, url, **{"event.productOffering.name": "A,C"}) == [ids[0], ids[2]]
        assert listed(api, url, filter="$[?(@.event.productOffering.name=='B')]") == [ids[1]]
        assert listed(api, url, eventType="Other") == listed(api, url, **{"eventTime.gt": "2027-01-01"}) == []
        cut = {"eventId": ids[0], "event": {"productOffering": {"name": "C"}}}
        assert api.get(f"{url}/event", fields="event.productOffering.name").body[0] == cut
        assert api.get(f"{url}/event/{ids[0]}", fields="event.productOffering.name").body == cut
        api.get(f"{url}/event?limit=x").refused(400, "28")

    def test_sort(self, api: Caller, url: str, ids: list[str]) -> None:
        odd = make_event("9").event_id
        assert listed(api, url, sort="event.productOffering.name") == [*reversed(ids), odd]
        assert listed(api, url, sort="-event.productOffering.name") == [*ids, odd]
        assert listed(api, url, sort="xMissing,-event.productOffering.rank") == [*reversed(ids), odd]

    def test_batches(self, api: Caller, url: str, ids: list[str], monkeypatch: Any) -> None:
        monkeypatch.setattr(topics, "BATCH", 1)
        for sort in ("eventTime", "-eventTime", ""):
            assert listed(api, url, sort=sort, **{"event.productOffering.rank.gt": "0"}) == ids[1:]
        monkeypatch.setattr(topics, "FURTHER", 1)
        answer = api.get(f"{url}/event", limit=1, **{"event.productOffering.rank.gte": "0"})
        assert self.page(answer)[1] == ids[:1]
        assert answer.headers["X-Total-Count-Exact"] == "false"
        monkeypatch.setattr(topics, "MOST", 2)
        api.get(f"{url}/event", **{"event.productOffering.rank": "7"}).refused(400, "28", about="eventType")

    def test_many_are_estimated(self, api: Caller, url: str, ids: list[str], settings: Any) -> None:
        settings.TMF_EXACT_COUNT_LIMIT = 1
        answer = api.get(f"{url}/event", limit=1)
        if vendor() == "sqlite":
            assert answer.headers["X-Total-Count"] == "3"
        else:
            assert int(answer.headers["X-Total-Count"]) > 1
            assert answer.headers["X-Total-Count-Exact"] == "false"
        api.get(f"{url}/event", sort="eventId", limit=2).refused(400, "28", about="sort")

    def test_what_stands_in_columns_is_asked_of_the_database(self, api: Caller, url: str, ids: list[str]) -> None:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            listed(api, url, eventType="ProductOfferingCreateEvent", limit=2)
        assert len(captured) == 3  # topic, page, total
        assert "resource_path" in captured[1]["sql"] and "LIMIT 2" in captured[1]["sql"]

    def test_unknown_ids(self, api: Caller, url: str) -> None:
        for path in ("topic/x/event", "topic/x/event/1", "topic/x/hub", "topic/x/hub/1"):
            api.get(f"{BASE}/{path}").refused(404, "60")
        api.post(f"{BASE}/topic/x/event", {}).refused(404, "60")
        api.post(f"{BASE}/topic/x/hub", {"callback": "https://a.example"}).refused(404, "60")
        for uid in ("nothing", "%F0%9F%90%8E", "a%20b", "%00", "x" * 2000, "%FF"):
            api.get(f"{url}/event/{uid}").refused(404, "60")
            api.get(f"{url}/hub/{uid}").refused(404, "60")

    def test_other_methods(self, api: Caller, url: str) -> None:
        api.patch(url, {"name": "other"}).refused(405, "61")
        api.delete(f"{url}/event").refused(405, "61")
        api.delete(f"{url}/event/1").refused(405, "61")
        assert api("OPTIONS", f"{url}/event").headers["Allow"] == "GET, POST, HEAD, OPTIONS"


class TestPosting:
    """Events of others."""

    def test_everything_is_kept(self, api: Caller) -> None:
        url = topic(api)
        sent = {
            "eventId": "a-1", "eventTime": "2026-01-31T12:00:00+01:00", "eventType": "AlarmCreateEvent",
            "domain": "Paris", "correlationId": "c", "priority": "Normal", "title": "Mail", "description": "down",
            "timeOcurred": "2026-01-31T11:00:00Z", "source": {"id": "1", "@referredType": "Server"},
            "reportingSystem": {"id": "2"}, "relatedParty": [{"id": "3", "role": "Owner"}],
            "analyticCharacteristic": [{"name": "n", "value": [1.0, None], "characteristicRelationship": [{"id": "4"}]}],
            "event": ALARM, "xUnknown": {"z": 1e3, "a": ""}, "@type": "AlarmCreateEvent",
        }  # fmt: skip
        made = api.post(f"{url}/event", sent)
        assert made.status == 201
        assert made.headers["Location"] == f"http://testserver{url}/event/a-1"
        for kept in (made.body, api.get(f"{url}/event/a-1").body, api.get(f"{url}/event", eventId="a-1").body[0]):
            assert json.dumps(kept) == json.dumps(sent)
        for name, value in {"domain": "Paris", "correlationId": "c", "event.alarm.id": "7", "source.id": "1"}.items():
            assert listed(api, url, **{name: value}) == ["a-1"]

    def test_what_the_server_sets(self, api: Caller) -> None:
        url = topic(api)
        for body in ({}, {"eventId": None, "eventTime": ""}):
            event = api.post(f"{url}/event", body).body
            assert event.keys() == {"eventId", "eventTime"}
            assert parse_instant(event["eventTime"]) and len(event["eventId"]) == 36

    def test_an_id_counts_once(self, api: Caller) -> None:
        url = topic(api)
        assert api.post(f"{url}/event", {"eventId": "a"}).status == 201
        api.post(f"{url}/event", {"eventId": "a"}).refused(409, "409", about="a")
        assert Event.objects.filter(event_id="a").count() == 1

    @pytest.mark.parametrize(
        ("body", "about"),
        [
            ({"eventTime": "yesterday"}, "eventTime"),
            ({"eventId": "a b"}, "eventId"),
            ({"eventId": "a/b"}, "eventId"),
            ({"eventId": "x" * 256}, "eventId"),
            ({"eventType": "x" * 101}, "eventType"),
            ({"priority": 1}, "priority"),
            ({"relatedParty": {"id": "1"}}, "relatedParty"),
        ],
    )
    def test_what_is_refused(self, api: Caller, body: dict[str, Any], about: str) -> None:
        api.post(f"{topic(api)}/event", body).refused(400, "24", about=about)
        assert Event.objects.count() == 1

    def test_of_one_topic_only(self, api: Caller) -> None:
        mine, other = topic(api, "eventType=A"), topic(api, "eventType=A")
        api.post(f"{mine}/event", {"eventId": "1", "eventType": "A"})
        assert (listed(api, mine), listed(api, other)) == (["1"], [])
        assert api.get(f"{other}/event/1").status == 404

    def test_what_the_topic_does_not_select_is_taken_and_not_shown(self, api: Caller) -> None:
        url = topic(api, "domain=Paris", "alarm.perceivedSeverity=critical")
        assert api.post(f"{url}/event", {"eventId": "1", "domain": "Rome", "event": ALARM}).status == 201
        assert api.post(f"{url}/event", {"eventId": "2", "domain": "Paris", "event": {}}).status == 201
        assert api.post(f"{url}/event", {"eventId": "3", "domain": "Paris", "event": ALARM}).status == 201
        assert listed(api, url) == ["3"]
        api.get(f"{url}/event/1").refused(404, "60")


class TestHubs:
    """Who is told."""

    @pytest.fixture
    def sink(self, settings: Any) -> Iterator[Sink]:
        settings.TMF_ALLOWED_CALLBACK_NETWORKS = ("127.0.0.0/8",)
        with Sink() as sink:
            yield sink

    def subscribe(self, api: Caller, url: str, sink: Sink, path: str = "", **more: Any) -> str:
        made = api.post(f"{url}/hub", {"callback": f"{sink.url}/{path}", **more})
        assert made.status == 201, made.response.content
        return str(made.body["id"])

    def test_register_look_and_remove(self, api: Caller) -> None:
        url = topic(api)
        sent = {"callback": "https://a.example/cb", "query": "eventType=A", "@type": "Hub", "xMine": [1]}
        made = api.post(f"{url}/hub", sent)
        uid = made.body["id"]
        assert made.headers["Location"] == f"http://testserver{url}/hub/{uid}"
        shown = {"id": uid, **sent}
        assert made.body == {**shown, "secret": Hub.objects.get().secret}
        assert api.post(f"{url}/hub", sent).body == shown
        assert api.get(f"{url}/hub/{uid}").body == shown
        assert api.get(f"{url}/hub/{uid}", fields="query").body == {"id": uid, "query": "eventType=A"}
        assert api.get(f"{url}/hub").body == api.get(f"{url}/hub", query="eventType=A").body == [shown]
        assert api.get(f"{url}/hub", query="other").body == api.get(f"{topic(api)}/hub").body == []
        assert api.get(f"{BASE}/hub").body == []
        assert Caller("tmf688:read").get(f"{url}/hub/{uid}").status == 200  # the same client, called tests
        assert api.delete(f"{url}/hub/{uid}").status == 204
        api.get(f"{url}/hub/{uid}").refused(404, "60")
        api.post(f"{url}/hub", {}).refused(400, "23", about="callback")

    def test_events_of_the_topic_arrive(self, api: Caller, sink: Sink) -> None:
        url = topic(
            api, "domain=ProductOffering,Paris", "event.alarm.perceivedSeverity=critical;event.productOffering.name=A"
        )
        self.subscribe(api, url, sink, "all")
        self.subscribe(api, url, sink, "some", query="eventType=AlarmCreateEvent&fields=event.alarm.id")
        offering = make_event("1", name="A")
        make_event("2", name="B")
        sent = {"eventId": "a-1", "eventType": "AlarmCreateEvent", "domain": "Paris", "event": ALARM}
        kept = api.post(f"{url}/event", sent).body
        api.post(f"{url}/event", {**sent, "eventId": "a-2", "domain": "Rome"})
        api.post(f"{topic(api)}/event", {**sent, "eventId": "a-3"})
        dispatch()
        assert sink.event_ids("/all") == [offering.event_id, "a-1"]
        assert sink.received[-1].headers["traceparent"].count("-") == 3
        assert [each.document for each in sink.received if each.path == "/all"][1] == kept
        (some,) = (each.document for each in sink.received if each.path == "/some")
        assert some == {
            "eventId": "a-1", "eventTime": kept["eventTime"], "eventType": "AlarmCreateEvent", "event": {"alarm": {"id": "7"}},
        }  # fmt: skip

    def test_posted_events_are_none_of_the_api(self, api: Caller, sink: Sink) -> None:
        assert api.post(f"{BASE}/hub", {"callback": sink.url}).status == 201
        url = topic(api)
        api.post(f"{url}/event", {"eventType": "TopicCreateEvent"})
        api.delete(url)
        dispatch()
        assert [each.document["eventType"] for each in sink.received] == ["TopicCreateEvent", "TopicDeleteEvent"]

    def test_only_what_the_subscriber_may_read(self, api: Caller, sink: Sink) -> None:
        url = topic(api, "domain=ProductOffering,Alarm")
        self.subscribe(Caller("tmf688:read", "tmf642:read"), url, sink)
        make_event()
        alarm = Event.objects.create(
            event_id="alarm", event_type="AlarmCreateEvent", event_time=parse_instant("2026-01-01"), api="tmf642",
            resource_path="alarm", resource_uid="1", payload="{}",
        )  # fmt: skip
        dispatch()
        assert sink.event_ids() == [alarm.event_id]
        self.subscribe(Caller("all:read"), url, sink)  # the same hub, with more rights
        event = make_event()
        dispatch()
        assert sink.event_ids() == [alarm.event_id, event.event_id]

    def test_the_end_of_a_topic_ends_its_hubs(self, api: Caller, sink: Sink) -> None:
        url = topic(api)
        self.subscribe(api, url, sink)
        make_event()
        fan_out()
        assert Delivery.objects.count() == 2
        assert api.delete(url).status == 204
        assert not Hub.objects.exists() and not Delivery.objects.exists()
        api.get(f"{url}/event").refused(404, "60")

    def test_past_events_come_first(self, api: Caller, sink: Sink, monkeypatch: Any) -> None:
        monkeypatch.setattr(replay, "BATCH", 2)
        url = topic(api, "domain=ProductOffering", "productOffering.name=A")
        past = [make_event(str(number), name="AB"[number % 2]) for number in range(10)]
        too_old = past.pop(0)
        Event.objects.filter(pk=too_old.pk).update(event_time=parse_instant("2025-12-31"))
        dispatch()
        uid = self.subscribe(api, url, sink, replayFrom="2026-01-01T00:00:00Z")
        assert api.get(f"{url}/hub/{uid}").body["replayFrom"] == "2026-01-01T00:00:00.000Z"
        live = make_event("10", name="A")
        dispatch()
        wanted = [each.event_id for each in past if json.loads(each.payload)["name"] == "A"]
        assert sink.event_ids() == [*wanted, live.event_id]
        assert Hub.objects.get().replay_position is None
        again = make_event("11", name="A")
        dispatch()
        self.subscribe(api, url, sink, replayFrom="2026-01-01T00:00:00Z")
        dispatch()
        assert sink.event_ids() == [*wanted, live.event_id, again.event_id], "registering again replays nothing"

    def test_nothing_is_lost_at_the_seam(self, api: Caller, sink: Sink) -> None:
        """While a replay is under way, events are fanned out ahead of it and, committed late, behind it."""
        late, *past = (make_event(str(number)) for number in range(6))
        Event.objects.exclude(pk=late.pk).update(dispatched_at=parse_instant("2026-02-01"))
        hub, _ = register_hub(api="tmf620", callback=sink.url, owner="x", replay_from=parse_instant("2026-01-01"))

        def owed() -> list[int]:
            return list(Delivery.objects.filter(hub=hub).order_by("event_id").values_list("event_id", flat=True))

        assert replay.catch_up(2)
        assert owed() == [each.pk for each in past[:2]]
        live = make_event("live")
        fan_out()
        assert owed() == [late.pk, *(each.pk for each in past[:2])], "the late one, not yet the one ahead"
        while replay.catch_up(2):
            pass
        assert owed() == [late.pk, *(each.pk for each in past), live.pk]
        last = make_event("last")
        fan_out()
        assert owed()[-1] == last.pk and len(owed()) == len(set(owed())) == 8

    def test_what_is_no_time_to_replay_from(self, api: Caller) -> None:
        body = {"callback": "https://a.example", "replayFrom": "yesterday"}
        api.post(f"{topic(api)}/hub", body).refused(400, "24", about="replayFrom")


@needs_specifications
@pytest.mark.parametrize("path", samples("TMF688"), ids=lambda path: path.stem)
def test_samples(path: Any, api: Caller) -> None:
    """A topic, an event of it, its history and a hub, as the standard shows them."""
    document = json.loads(path.read_bytes())
    kind = path.stem.partition(".")[0]
    if kind == "Topic":
        url = topic(api, **{name: value for name, value in document.items() if name not in ("id", "href")})
        kept = api.get(url).body
    elif kind == "Hub":
        made = api.post(f"{topic(api)}/hub", document)
        kept = api.get(made.headers["Location"]).body
    else:
        url = topic(api, "eventType=AlarmCreateNotification", "event.alarm.perceivedSeverity=CRITICAL")
        assert api.post(f"{url}/event", document).status == 201
        (kept,) = api.get(f"{url}/event").body
        assert find_event(Topic.objects.get(), document["eventId"]).event_type == document["eventType"]
    sent = {name: value for name, value in document.items() if name not in ("id", "href")}
    assert {name: kept[name] for name in sent} == sent
