"""TMF628 Performance Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from uuid import uuid4

from django.db import models

from assurance.values import performance as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.instants import format_instant
from tmfsite.fields.values import RelatedCharacteristic, TimePeriod
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi

GRANULARITIES: Final = ("g_1mn", "g_5mn", "g_15mn", "g_30mn", "g_1h", "g_24h", "g_1m", "g_1y", "na")
REPORTING_PERIODS: Final = ("r_1mn", "r_5mn", "r_15mn", "r_30mn", "r_1h", "r_24h", "na")


class Collection(Resource):
    """A collection of measured values; each change of its state leaves a `TrackingRecord`.

    Locking one that is under way suspends it, unlocking resumes it.
    """

    job_id = text_field()
    job_priority = models.IntegerField(null=True, blank=True)
    admin_state = text_field(max_length=60)
    execution_state = text_field(max_length=60)
    consuming_application_id = text_field()
    producing_application_id = text_field()
    output_format = text_field()
    creation_time = models.DateTimeField(null=True, blank=True)
    file_transfer_data = ValueField(values.FileTransferData, many=True)
    monitored_class_criteria = ValueField(values.MonitoredClassCriteria)
    monitored_instances_criteria = ValueField(values.MonitoredInstancesCriteria)
    performance_indicator_group_specification = ValueField(
        values.PerformanceIndicatorGroupSpecificationValue, many=True
    )
    performance_indicator_specification = ReferenceField(
        "assurance.PerformanceIndicatorSpecification",
        many=True,
        value_type=values.PerformanceIndicatorSpecificationRefOrValue,
        or_value=True,
    )
    schedule_definition = ValueField(values.ScheduleDefinition)
    tracking_record = ValueField(values.TrackingRecordValue, many=True)

    lifecycle = Lifecycle(
        "execution_state",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "pending", "rejected", "cancelled"),
            "pending": ("inProgress", "cancelled"),
            "inProgress": ("completed", "failed", "pending", "cancelled"),
            "completed": (),
            "failed": (),
            "rejected": (),
            "cancelled": (),
        },
    )

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        mandatory = ("fileTransferData",)
        events = (
            "Create", "ExecutionStateChange", "Delete", "AttributeValueChange", "FilesReady", "FilesPreparationError",
        )  # fmt: skip
        wire: ClassVar = {"last_update": "lastModifiedTime"}
        server_set = ("creationTime", "lastModifiedTime", "trackingRecord")
        defaults: ClassVar = {"jobPriority": 5, "adminState": "unlocked"}
        words: ClassVar = {
            "adminState": ("locked", "unlocked"),
            "granularity": GRANULARITIES,
            "granulatiry": GRANULARITIES,
            "reportingPeriod": REPORTING_PERIODS,
        }

    def __str__(self) -> str:
        return str(self.job_id or self.uid)

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None:
            self.creation_time = self.creation_time or self.created
            return
        if self.execution_state == before["execution_state"] and self.admin_state != before["admin_state"]:
            suspended, resumed = ("locked", "inProgress", "pending"), ("unlocked", "pending", "inProgress")
            for admin_state, old, new in (suspended, resumed):
                if self.admin_state == admin_state and self.lifecycle.same(self.execution_state, old):
                    self.execution_state = new
        if self._moved(before):
            entry = {
                "id": str(uuid4()),
                "description": f"{before['execution_state']} to {self.execution_state}",
                "time": format_instant(self.last_update),
            }
            self.tracking_record = [*(self.tracking_record or ()), entry]

    def _moved(self, before: Mapping[str, Any]) -> bool:
        return not self.lifecycle.same(before["execution_state"], self.execution_state)

    def special_events(self, *, before: Mapping[str, Any] | None) -> tuple[str, ...]:
        if before is None or not self._moved(before):
            return ()
        state = self.lifecycle.canonical(self.execution_state)
        return {"completed": ("FilesReady",), "failed": ("FilesPreparationError",)}.get(str(state), ())

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from tmfsite import operations

        if before is not None and self._moved(before):
            entry = {**self.tracking_record[-1], "user": actor.name, "systemId": type(self).__name__}
            operations.create(TrackingRecord, entry, actor=actor, trusted=True)


class MeasurementCollectionJob(Collection):
    """Measures again and again, and leaves files with the values (TMF628)."""

    granularity = text_field(max_length=60)
    reporting_period = text_field(max_length=60)

    class Meta(Collection.Meta):
        pass


class OnDemandCollection(Collection):
    """Leaves a file with the values of one period in the past (TMF628)."""

    granulatiry = text_field(max_length=60)  # as the specification spells it
    collection_period = ValueField(TimePeriod)

    class Meta(Collection.Meta):
        pass


class PerformanceIndicatorSpecification(Resource):
    """An indicator: what it says, and how it is derived (TMF628)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    indicator_category = text_field()
    indicator_type = text_field()
    indicator_unit = text_field()
    collection_type = text_field()
    perspective = text_field()
    derivation_method = text_field()
    derivation_algorithm = text_field(max_length=4000)
    performance_indicator_spec_relationship = ReferenceField(
        "assurance.PerformanceIndicatorSpecification",
        many=True,
        value_type=values.PerformanceIndicatorSpecRelationship,
    )
    valid_for = ValueField(TimePeriod)

    class Api(BaseApi):
        events = ()
        words: ClassVar = {"collectionType": values.COLLECTION_TYPES, "indicatorType": values.INDICATOR_TYPES}


class PerformanceIndicatorGroupSpecification(Resource):
    """Indicators that are measured together (TMF628)."""

    name = text_field()
    performance_indicator_specification = ReferenceField(
        "assurance.PerformanceIndicatorSpecification",
        many=True,
        value_type=values.PerformanceIndicatorSpecificationRef,
    )

    class Api(BaseApi):
        mandatory = ("name", "performanceIndicatorSpecification")
        events = ()


class TrackingRecord(Resource):
    """Who moved a collection from state to state, and when (TMF628); made by the server."""

    description = models.TextField(null=True, blank=True)
    system_id = text_field()
    time = models.DateTimeField(null=True, blank=True)
    user = text_field()
    characteristic = ValueField(RelatedCharacteristic, many=True)

    class Api(BaseApi):
        events = ()

    def __str__(self) -> str:
        return str(self.description or self.uid)
