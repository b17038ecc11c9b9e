"""TMF628 Performance Management v4.0: the contract of its five resources, and the life of a collection."""

from typing import Any, ClassVar

import pytest

from assurance.models import (
    MeasurementCollectionJob,
    OnDemandCollection,
    PerformanceIndicatorGroupSpecification,
    PerformanceIndicatorSpecification,
    TrackingRecord,
)
from tests.assurance.samples import CHARACTERISTIC
from tests.caller import Caller
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED, reference
from tmfsite.events.models import Event
from tmfsite.fields.json import Document

BASE = "/tmf-api/performance/v4"

TRANSFER: Document = {
    "fileFormat": "csv",
    "fileLocation": "sftp://files.example.com/pm",
    "transportProtocol": "sftp",
    "compressionType": {"compressionEnumType": "gzip"},
    "packingType": {"packingEnumType": "TAR"},
    "retentionPeriod": {"amount": 30, "units": "day"},
}
INDICATOR = reference("i-1", "PerformanceIndicatorSpecification", version="1.0")
RELATED = reference(
    "i-2", "PerformanceIndicatorSpecification", relationshipType="dependency", role="input", validFor=PERIOD
)
SPECIFICATION: Document = {
    "description": "Lost packets",
    "derivationAlgorithm": "lost / sent",
    "derivationMethod": "ratio",
    "indicatorCategory": "quality",
    "indicatorUnit": "%",
    "perspective": "network",
    "collectionType": "delta",
    "indicatorType": "float",
    "performanceIndicatorSpecRelationship": [RELATED],
    "validFor": PERIOD,
}
COMMON: Document = {
    **TYPED,
    "jobId": "PM-1",
    "jobPriority": 1,
    "adminState": "unlocked",
    "executionState": "acknowledged",
    "consumingApplicationId": "noc",
    "producingApplicationId": "ems-1",
    "outputFormat": "3GPP",
    "fileTransferData": [TRANSFER],
    "monitoredClassCriteria": {"monitoredObjectClass": "Cell", "objectInstanceFilter": "region=1"},
    "monitoredInstancesCriteria": {"@type": "Cells"},
    "performanceIndicatorGroupSpecification": [
        {
            "id": "g-1",
            "href": "https://elsewhere.example.com/g-1",
            "name": "Loss",
            "performanceIndicatorSpecification": [INDICATOR],
        }
    ],
    "performanceIndicatorSpecification": [{**INDICATOR, **SPECIFICATION}],
    "scheduleDefinition": {
        "recurringFrequency": "daily",
        "scheduleDefinitionStartTime": "2026-02-01T00:00:00Z",
        "scheduleDefinitionEndTime": "2026-03-01T00:00:00Z",
        "scheduleDefinitionHourRange": "8-18",
        "MonthlyScheduleDayOfWeekDefinition": {
            "recurringDaySequence": "1",
            "dayOfMonthRecurrence": [{"dates": "2026-02-01T00:00:00Z"}],
        },
        "WeeklyScheduledDefinition": [{"dates": "2026-02-02T00:00:00Z"}],
    },
}


class CollectionTests(ResourceTests):
    """What both kinds of collection share."""

    __test__ = False
    minimal: ClassVar = {"fileTransferData": [{"fileFormat": "csv"}]}
    mandatory = ("fileTransferData",)
    defaults: ClassVar = {"jobPriority": 5, "adminState": "unlocked", "executionState": "acknowledged"}
    stamped = ("creationTime", "lastModifiedTime")
    server_set: ClassVar = {
        "creationTime": "2001-01-01T00:00:00.000Z",
        "lastModifiedTime": "2001-01-01T00:00:00.000Z",
        "trackingRecord": [{"description": "none"}],
    }
    unpatchable: ClassVar = server_set
    patch: ClassVar = {"outputFormat": "csv", "fileTransferData": [TRANSFER, {}]}
    state = "executionState"
    moves: ClassVar = {
        "acknowledged": ("inProgress", "pending", "rejected", "cancelled"),
        "pending": ("inProgress", "cancelled"),
        "inProgress": ("completed", "failed", "pending", "cancelled"),
        "completed": (),
        "failed": (),
        "rejected": (),
        "cancelled": (),
    }
    events = ("Create", "ExecutionStateChange", "Delete", "AttributeValueChange", "FilesReady", "FilesPreparationError")

    def test_events_of_a_move(self) -> None:
        """The end of a run says whether there are files."""
        for end, kind in (("completed", "FilesReady"), ("failed", "FilesPreparationError")):
            document = self.create()
            self.api.patch(self.url(document), {"executionState": "inProgress"})
            Event.objects.all().delete()
            self.api.patch(self.url(document), {"executionState": end})
            assert self.happened() == [
                f"{self.model.__name__}ExecutionStateChangeEvent", f"{self.model.__name__}{kind}Event",
            ]  # fmt: skip


class TestMeasurementCollectionJob(CollectionTests):
    __test__ = True
    model = MeasurementCollectionJob
    route = f"{BASE}/measurementCollectionJob"
    full: ClassVar = {**COMMON, "granularity": "g_15mn", "reportingPeriod": "r_1h"}


class TestOnDemandCollection(CollectionTests):
    __test__ = True
    model = OnDemandCollection
    route = f"{BASE}/onDemandCollection"
    full: ClassVar = {**COMMON, "granulatiry": "g_15mn", "collectionPeriod": PERIOD}


class TestPerformanceIndicatorSpecification(ResourceTests):
    model = PerformanceIndicatorSpecification
    route = f"{BASE}/performanceIndicatorSpecification"
    minimal: ClassVar = {"name": "Loss"}
    full: ClassVar = {**TYPED, "name": "Loss", **SPECIFICATION}
    patch: ClassVar = {"indicatorUnit": "ppm"}
    events = ()


class TestPerformanceIndicatorGroupSpecification(ResourceTests):
    model = PerformanceIndicatorGroupSpecification
    route = f"{BASE}/performanceIndicatorGroupSpecification"
    minimal: ClassVar = {"name": "Loss", "performanceIndicatorSpecification": [{"id": "i-1"}]}
    mandatory = ("name", "performanceIndicatorSpecification")
    full: ClassVar = {**TYPED, "name": "Loss", "performanceIndicatorSpecification": [INDICATOR]}
    patch: ClassVar = {"performanceIndicatorSpecification": [INDICATOR, {"id": "i-2"}]}
    events = ()


class TestTrackingRecord(ResourceTests):
    model = TrackingRecord
    route = f"{BASE}/trackingRecord"
    minimal: ClassVar = {}
    full: ClassVar = {
        **TYPED,
        "description": "acknowledged to inProgress",
        "systemId": "MeasurementCollectionJob",
        "time": "2026-02-01T10:00:00Z",
        "user": "ann",
        "characteristic": [CHARACTERISTIC],
    }
    verbs = "LG"
    events = ()


@pytest.mark.django_db
class TestLife:
    """How a collection is locked and recorded."""

    @pytest.fixture(autouse=True)
    def _caller(self, db: None) -> None:
        self.api = Caller("all")
        made = self.api.post(f"{BASE}/measurementCollectionJob", CollectionTests.minimal).body
        self.url = f"{BASE}/measurementCollectionJob/{made['id']}"

    def patch(self, **body: Any) -> Document:
        answer = self.api.patch(self.url, body)
        assert answer.status == 200, answer.response.content
        return answer.body  # type: ignore[no-any-return]

    def test_a_lock_suspends(self) -> None:
        assert self.patch(adminState="locked")["executionState"] == "acknowledged"
        assert self.patch(adminState="unlocked")["executionState"] == "acknowledged"
        self.patch(executionState="inProgress")
        assert self.patch(adminState="locked")["executionState"] == "pending"
        assert self.patch(adminState="unlocked")["executionState"] == "inProgress"

    def test_moves_are_recorded(self) -> None:
        self.patch(executionState="inProgress")
        after = self.patch(executionState="completed")
        assert [each["description"] for each in after["trackingRecord"]] == [
            "acknowledged to inProgress", "inProgress to completed",
        ]  # fmt: skip
        records = self.api.get(f"{BASE}/trackingRecord").body
        assert [each["id"] for each in records] == [each["id"] for each in after["trackingRecord"]]
        assert {(each["user"], each["systemId"]) for each in records} == {("tests", "MeasurementCollectionJob")}
        assert records[1]["time"] == after["lastModifiedTime"]
