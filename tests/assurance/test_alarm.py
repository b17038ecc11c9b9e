"""TMF642 Alarm Management v4.0: the contract of alarms and tasks, what tasks do, and the official samples."""

from typing import Any, ClassVar

import pytest

from assurance.models import AckAlarms, Alarm, ClearAlarms, CommentAlarms, GroupAlarms, UnAckAlarms, UnGroupAlarms
from tests.assurance.samples import differing, official
from tests.caller import Answer, Caller
from tests.resource import ResourceTests
from tests.samples import TYPED, reference
from tmfsite.events.models import Event
from tmfsite.fields.json import Document

BASE = "/tmf-api/alarm/v4"

COMMENT: Document = {"comment": "Dispatched", "userId": "ann", "systemId": "noc", "time": "2026-02-01T10:05:00Z"}
MINIMAL: Document = {
    "alarmType": "equipmentAlarm",
    "perceivedSeverity": "major",
    "probableCause": "powerSupplyFailure",
    "alarmedObject": {"id": "r-1"},
    "sourceSystemId": "ems-1",
    "state": "raised",
    "alarmRaisedTime": "2026-02-01T10:00:00Z",
}
ALARM: Document = {
    **MINIMAL,
    "externalAlarmId": "551",
    "specificProblem": "ch=1,ps=3",
    "alarmDetails": "voltage=95",
    "proposedRepairedActions": "Replace it",
    "ackUserId": "bob",
    "ackSystemId": "noc",
    "clearUserId": "eve",
    "clearSystemId": "noc",
    "alarmReportingTime": "2026-02-01T10:00:01.5Z",
    "alarmClearedTime": "2026-02-01T11:00:00.000Z",
    "reportingSystemId": "ems-2",
    "alarmedObjectType": "Chassis",
    "alarmedObject": reference("r-1", "PhysicalResource"),
    "affectedService": [reference("s-1", "Service")],
    "serviceAffecting": True,
    "isRootCause": False,
    "alarmEscalation": False,
    "plannedOutageIndicator": "inService",
    "parentAlarm": [reference("a-0", "Alarm")],
    "correlatedAlarm": [reference("a-2", "Alarm")],
    "comment": [COMMENT],
    "crossedThresholdInformation": {
        "direction": "up",
        "granularity": "PT5M",
        "indicatorName": "temperature",
        "indicatorUnit": "C",
        "observedValue": "71",
        "thresholdCrossingDescription": "Too hot",
        "threshold": reference("t-1", "Threshold"),
    },
    "place": [reference("pl-1", "GeographicSite", role="site")],
}
PATTERN: Document = {
    **ALARM,
    "id": "a-9",
    "href": "https://elsewhere.example.com/a-9",
    "ackState": "unacknowledged",
    "alarmChangedTime": "2026-02-01T10:00:00Z",
}
OTHER: Document = {**PATTERN, "name": "Power", "@referredType": "Alarm"}


class TestAlarm(ResourceTests):
    model = Alarm
    route = f"{BASE}/alarm"
    minimal: ClassVar = MINIMAL
    mandatory = (
        "alarmType", "perceivedSeverity", "probableCause", "alarmedObject", "sourceSystemId", "state", "alarmRaisedTime",
    )  # fmt: skip
    defaults: ClassVar = {"ackState": "unacknowledged"}
    stamped = ("alarmReportingTime", "alarmChangedTime")
    server_set: ClassVar = {"alarmChangedTime": "2001-01-01T00:00:00.000Z"}
    unpatchable: ClassVar = {
        **server_set,
        "alarmRaisedTime": "2001-01-01T00:00:00.000Z",
        "sourceSystemId": "ems-2",
    }
    full: ClassVar = {**TYPED, **ALARM}
    patch: ClassVar = {"perceivedSeverity": "critical", "comment": [COMMENT, {"comment": "Repaired"}]}
    state = "state"
    moves: ClassVar = {"raised": ("updated", "cleared"), "updated": ("cleared",), "cleared": ()}


class TaskTests(ResourceTests):
    """Tasks are made and read, never changed."""

    __test__ = False
    verbs = "LGC"
    events = ("Create", "StateChange")
    reached: ClassVar[str]


class TestAckAlarms(TaskTests):
    __test__ = True
    model = AckAlarms
    route = f"{BASE}/ackAlarms"
    minimal: ClassVar = {"ackSystemId": "noc", "ackUserId": "ann", "alarmPattern": [{"id": "none"}]}
    mandatory = ("ackSystemId", "ackUserId", "alarmPattern")
    defaults: ClassVar = {"state": "done", "ackedAlarm": []}
    stamped = ("ackTime",)
    server_set: ClassVar = {"state": "pending", "ackedAlarm": [{"id": "a-1"}]}
    full: ClassVar = {**TYPED, **minimal, "ackTime": "2026-02-01T10:00:00Z", "alarmPattern": [PATTERN]}


class TestUnAckAlarms(TaskTests):
    __test__ = True
    model = UnAckAlarms
    route = f"{BASE}/unAckAlarms"
    minimal: ClassVar = TestAckAlarms.minimal
    mandatory = TestAckAlarms.mandatory
    defaults: ClassVar = {"state": "done", "unAckedAlarm": []}
    stamped = ("ackTime",)
    server_set: ClassVar = {"state": "pending", "unAckedAlarm": [{"id": "a-1"}]}
    full: ClassVar = TestAckAlarms.full


class TestClearAlarms(TaskTests):
    __test__ = True
    model = ClearAlarms
    route = f"{BASE}/clearAlarms"
    minimal: ClassVar = {
        "clearSystemId": "noc",
        "clearUserId": "ann",
        "alarmClearedTime": "2026-02-01T11:00:00Z",
        "alarmPattern": [{"id": "none"}],
    }
    mandatory = ("clearSystemId", "clearUserId", "alarmClearedTime", "alarmPattern")
    defaults: ClassVar = {"state": "done", "clearedAlarm": []}
    server_set: ClassVar = {"state": "pending", "clearedAlarm": [{"id": "a-1"}]}
    full: ClassVar = {**TYPED, **minimal, "alarmPattern": [PATTERN]}


class TestCommentAlarms(TaskTests):
    __test__ = True
    model = CommentAlarms
    route = f"{BASE}/commentAlarms"
    minimal: ClassVar = {"comment": {"comment": "Dispatched"}, "alarmPattern": [{"id": "none"}]}
    mandatory = ("comment", "alarmPattern")
    defaults: ClassVar = {"state": "done", "commentedAlarm": []}
    server_set: ClassVar = {"state": "pending", "commentedAlarm": [{"id": "a-1"}]}
    full: ClassVar = {**TYPED, "comment": COMMENT, "alarmPattern": [PATTERN]}

    def test_sort(self) -> None:
        pytest.skip("no text attribute that clients set")


class TestGroupAlarms(TaskTests):
    __test__ = True
    model = GroupAlarms
    route = f"{BASE}/groupAlarms"
    minimal: ClassVar = {
        "sourceSystemId": "noc",
        "alarmChangedTime": "2026-02-01T11:00:00Z",
        "parentAlarm": {"id": "none"},
        "correlatedAlarm": [{"id": "none"}],
    }
    mandatory = ("sourceSystemId", "alarmChangedTime", "parentAlarm", "correlatedAlarm")
    defaults: ClassVar = {"state": "done", "groupedAlarm": []}
    server_set: ClassVar = {"state": "pending", "groupedAlarm": [{"id": "a-1"}]}
    full: ClassVar = {**TYPED, **minimal, "parentAlarm": OTHER, "correlatedAlarm": [OTHER]}


class TestUnGroupAlarms(TaskTests):
    __test__ = True
    model = UnGroupAlarms
    route = f"{BASE}/unGroupAlarms"
    minimal: ClassVar = TestGroupAlarms.minimal
    mandatory = TestGroupAlarms.mandatory
    defaults: ClassVar = {"state": "done", "unGroupedAlarm": []}
    server_set: ClassVar = {"state": "pending", "unGroupedAlarm": [{"id": "a-1"}]}
    full: ClassVar = TestGroupAlarms.full


@pytest.mark.django_db
class TestTasks:
    """What the tasks do to alarms."""

    @pytest.fixture(autouse=True)
    def _caller(self, db: None) -> None:
        self.api = Caller("all")

    def alarm(self, **more: Any) -> Document:
        answer = self.api.post(f"{BASE}/alarm", {**MINIMAL, **more})
        assert answer.status == 201, answer.response.content
        return answer.body  # type: ignore[no-any-return]

    def read(self, alarm: Document) -> Document:
        return self.api.get(f"{BASE}/alarm/{alarm['id']}").body  # type: ignore[no-any-return]

    def task(self, name: str, **body: Any) -> Answer:
        common = {
            "ackAlarms": TestAckAlarms.minimal,
            "unAckAlarms": TestAckAlarms.minimal,
            "clearAlarms": TestClearAlarms.minimal,
            "commentAlarms": TestCommentAlarms.minimal,
            "groupAlarms": TestGroupAlarms.minimal,
            "unGroupAlarms": TestGroupAlarms.minimal,
        }[name]
        return self.api.post(f"{BASE}/{name}", {**common, **body})

    def test_acknowledge_and_back(self) -> None:
        one, two, three = self.alarm(), self.alarm(), self.alarm()
        Event.objects.all().delete()
        done = self.task("ackAlarms", alarmPattern=[{"id": one["id"]}, {"id": two["id"]}]).body
        assert done["state"] == "done"
        assert done["ackedAlarm"] == [self.read(one), self.read(two)]
        after = self.read(one)
        assert (after["ackState"], after["ackUserId"], after["ackSystemId"]) == ("acknowledged", "ann", "noc")
        assert after["alarmChangedTime"] > one["alarmChangedTime"]
        assert self.read(three) == three
        kinds = list(Event.objects.order_by("id").values_list("event_type", flat=True))
        assert kinds.count("AlarmStateChangeEvent") == 2 and kinds[-1] == "AckAlarmsCreateEvent"
        assert self.api.get(f"{BASE}/ackAlarms/{done['id']}").body == done
        back = self.task("unAckAlarms", alarmPattern=[{"ackState": "acknowledged"}]).body
        assert [each["ackState"] for each in back["unAckedAlarm"]] == ["unacknowledged", "unacknowledged"]

    def test_clear(self) -> None:
        open_, over = self.alarm(), self.alarm(state="cleared", perceivedSeverity="cleared")
        done = self.task("clearAlarms", alarmPattern=[{"id": open_["id"]}, {"id": over["id"]}]).body
        assert [each["id"] for each in done["clearedAlarm"]] == [open_["id"]]
        after = self.read(open_)
        assert (after["state"], after["perceivedSeverity"], after["clearUserId"], after["clearSystemId"]) == (
            "cleared", "cleared", "ann", "noc",
        )  # fmt: skip
        assert after["alarmClearedTime"] == "2026-02-01T11:00:00Z" or after["alarmClearedTime"].startswith(
            "2026-02-01T11:00"
        )
        assert self.read(over) == over
        url = f"{BASE}/alarm/{open_['id']}"
        self.api.patch(url, {"perceivedSeverity": "minor"}).refused(409, "409")
        self.api.patch(url, {"state": "raised"}).refused(409, "stateTransition")
        assert self.api.patch(url, {"ackState": "acknowledged"}).status == 200

    def test_comment(self) -> None:
        alarm = self.alarm(comment=[COMMENT])
        done = self.task(
            "commentAlarms", comment={"comment": "Fixed", "userId": "bob"}, alarmPattern=[{"id": alarm["id"]}]
        )
        after = self.read(alarm)
        assert done.body["commentedAlarm"] == [after]
        assert after["comment"][0] == COMMENT
        assert {"comment": "Fixed", "userId": "bob"}.items() < after["comment"][1].items()
        assert after["comment"][1]["time"].endswith("Z")

    def test_group_and_ungroup(self) -> None:
        parent, one, two = self.alarm(), self.alarm(), self.alarm()
        children = [{"id": one["id"]}, {"id": two["id"]}]
        done = self.task("groupAlarms", parentAlarm={"id": parent["id"]}, correlatedAlarm=children).body
        assert done["groupedAlarm"] == [self.read(parent), self.read(one), self.read(two)]
        assert [each["id"] for each in self.read(parent)["correlatedAlarm"]] == [one["id"], two["id"]]
        assert self.read(one)["parentAlarm"] == [{"id": parent["id"], "href": parent["href"]}]
        assert self.api.get(f"{BASE}/alarm", **{"parentAlarm.id": parent["id"]}).ids == [one["id"], two["id"]]
        again = self.task("groupAlarms", parentAlarm={"id": parent["id"]}, correlatedAlarm=children).body
        assert len(again["groupedAlarm"][0]["correlatedAlarm"]) == 2
        self.task("unGroupAlarms", parentAlarm={"id": parent["id"]}, correlatedAlarm=children[:1])
        assert "parentAlarm" not in self.read(one)
        assert [each["id"] for each in self.read(parent)["correlatedAlarm"]] == [two["id"]]

    def test_no_alarm_stands_above_itself(self) -> None:
        top, middle, low = self.alarm(), self.alarm(), self.alarm()
        self.task("groupAlarms", parentAlarm={"id": top["id"]}, correlatedAlarm=[{"id": middle["id"]}])
        self.task("groupAlarms", parentAlarm={"id": middle["id"]}, correlatedAlarm=[{"id": low["id"]}])
        for parent, child in ((low, top), (middle, top), (top, top)):
            before = GroupAlarms.objects.count()
            refused = self.task("groupAlarms", parentAlarm={"id": parent["id"]}, correlatedAlarm=[{"id": child["id"]}])
            refused.refused(409, "409")
            assert GroupAlarms.objects.count() == before

    def test_patterns(self) -> None:
        one = self.alarm(specificProblem="a", xRack=7, affectedService=[{"id": "s-1"}, {"id": "s-2"}])
        two = self.alarm(specificProblem="b", perceivedSeverity="minor", serviceAffecting=True)

        def hit(*patterns: Document) -> list[str]:
            body = self.task("commentAlarms", alarmPattern=list(patterns)).body
            return [each["id"] for each in body["commentedAlarm"]]

        assert hit({"specificProblem": "a"}) == [one["id"]]
        assert hit({"specificProblem": "a", "perceivedSeverity": "minor"}) == []
        assert hit({"specificProblem": "a"}, {"perceivedSeverity": "minor"}) == [one["id"], two["id"]]
        assert hit({"alarmRaisedTime": "2026-02-01T11:00:00+01:00"}) == [one["id"], two["id"]]
        assert hit({"alarmedObject": {"id": "r-1"}, "serviceAffecting": True}) == [two["id"]]
        assert hit({"affectedService": [{"id": "s-2"}]}) == [one["id"]]
        assert hit({"xRack": 7}) == [one["id"]]
        assert hit({"id": "none"}) == []
        self.task("commentAlarms", alarmPattern=[{"id": one["id"]}, {}]).refused(400, "24", about="alarmPattern[1]")
        self.task("groupAlarms", parentAlarm={"state": "raised"}).refused(400, "24", about="parentAlarm")


RESULTS = ("ackedAlarm", "unAckedAlarm", "clearedAlarm", "commentedAlarm", "groupedAlarm", "unGroupedAlarm")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "sample"), official(642).items(), ids=official(642))
def test_official_sample(name: str, sample: Document) -> None:
    """What tasks report is the server's; the rest comes back."""
    call = Caller("all")
    route = f"{BASE}/{name[:1].lower()}{name[1:]}"
    made = call.post(route, sample)
    assert made.status == 201, made.response.content
    fixed = ("alarmChangedTime",) if name == "Alarm" else RESULTS
    assert differing(sample, made.body, *fixed) == {}
    assert differing(sample, call.get(f"{route}/{made.body['id']}").body, *fixed) == {}
