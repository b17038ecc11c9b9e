"""TMF628 Performance Management: admin."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from assurance.models import (
    MeasurementCollectionJob,
    OnDemandCollection,
    PerformanceIndicatorGroupSpecification,
    PerformanceIndicatorSpecification,
    TrackingRecord,
)
from assurance.models.performance import GRANULARITIES, REPORTING_PERIODS
from assurance.values import performance as values
from tmfsite.admin.nested import describe
from tmfsite.admin.record import RecordAdmin
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention

describe(values.PerformanceIndicatorSpecificationRef, fields=("id",), item="indicator")
describe(values.PerformanceIndicatorSpecificationRefOrValue, item="indicator")
describe(
    values.PerformanceIndicatorSpecRelationship,
    fields=("id", "relationshipType", "role"),
    more=("validFor",),
    labels={"relationshipType": "Kind", "validFor": "Valid"},
    item="indicator",
)
describe(
    values.FileTransferData,
    fields=("fileLocation", "fileFormat", "transportProtocol"),
    more=("compressionType", "packingType", "retentionPeriod"),
    labels={
        "fileLocation": "Where", "fileFormat": "Format", "transportProtocol": "Protocol", "compressionType": "Compression",
        "packingType": "Packing", "retentionPeriod": "Kept for",
    },
    item="file transfer",
)  # fmt: skip
describe(
    values.ScheduleDefinition,
    labels={
        "recurringFrequency": "Frequency", "scheduleDefinitionStartTime": "From", "scheduleDefinitionEndTime": "Until",
        "scheduleDefinitionHourRange": "Hours", "MonthlyScheduleDayOfWeekDefinition": "In the month",
        "WeeklyScheduledDefinition": "In the week",
    },
    item="schedule",
)  # fmt: skip
describe(values.PerformanceIndicatorGroupSpecificationValue, item="group")


class CollectionAdmin(ResourceAdmin):
    """What both kinds of collection have in common."""

    list_display = (
        "__str__",
        "state",
        "admin_state",
        "job_priority",
        "producing_application_id",
        "creation_time",
        "updated",
    )
    list_filter = ("execution_state", "admin_state", "job_priority")
    search_fields = ("job_id", "producing_application_id", "consuming_application_id", "uid")
    attention = (Attention("failed or rejected", {"execution_state__in": "failed,rejected"}, urgent=True, days=7),)
    labels: ClassVar[dict[str, str]] = {
        "job_id": "Job", "job_priority": "Priority", "admin_state": "Lock", "execution_state": "State",
        "consuming_application_id": "For application", "producing_application_id": "From application",
        "output_format": "Format", "creation_time": "Made", "file_transfer_data": "Files",
        "monitored_class_criteria": "Measured classes", "monitored_instances_criteria": "Measured objects",
        "performance_indicator_group_specification": "Groups of indicators",
        "performance_indicator_specification": "Indicators", "schedule_definition": "Schedule",
        "tracking_record": "Records", "reporting_period": "Reported every", "granulatiry": "Granularity",
        "collection_period": "Period",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {
        "job_priority": "From 1, the highest, to 10.",
        "admin_state": "Locking a collection suspends it.",
    }
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "admin_state": ("locked", "unlocked"),
        "granularity": GRANULARITIES,
        "granulatiry": GRANULARITIES,
        "reporting_period": REPORTING_PERIODS,
    }


def _tabs(*times: str) -> dict[str, Sequence[object]]:
    return {
        "Overview": [
            ("job_id", "job_priority", "admin_state"), times,
            ("producing_application_id", "consuming_application_id", "output_format"), "file_transfer_data",
        ],
        "Indicators": ["performance_indicator_specification", "performance_indicator_group_specification"],
        "Measured": ["monitored_class_criteria", "monitored_instances_criteria"],
        "Schedule": ["schedule_definition"],
        "Records": ["creation_time", "tracking_record"],
    }  # fmt: skip


@admin.register(MeasurementCollectionJob)
class MeasurementCollectionJobAdmin(CollectionAdmin):
    """Jobs that measure again and again."""

    icon = "monitoring"
    sidebar_order = 10
    tabs: ClassVar = _tabs("granularity", "reporting_period")


@admin.register(OnDemandCollection)
class OnDemandCollectionAdmin(CollectionAdmin):
    """Collections of the values of one period."""

    dashboard = False
    icon = "query_stats"
    sidebar_order = 20
    tabs: ClassVar = _tabs("granulatiry", "collection_period")


@admin.register(PerformanceIndicatorSpecification)
class PerformanceIndicatorSpecificationAdmin(ResourceAdmin):
    """Indicators."""

    dashboard = False
    icon = "speed"
    sidebar_order = 30
    list_display = ("__str__", "indicator_category", "indicator_unit", "collection_type", "updated")
    list_filter = ("indicator_category", "indicator_type", "collection_type")
    search_fields = ("name", "description", "uid")
    labels: ClassVar[dict[str, str]] = {
        "indicator_category": "Category", "indicator_type": "Type", "indicator_unit": "Unit", "collection_type": "Collection",
        "derivation_method": "Derived by", "derivation_algorithm": "Calculation", "valid_for": "Valid",
        "performance_indicator_spec_relationship": "Related indicators",
    }  # fmt: skip
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "indicator_type": values.INDICATOR_TYPES,
        "collection_type": values.COLLECTION_TYPES,
    }
    tabs: ClassVar = {
        "Overview": [
            "name", "description", ("indicator_category", "indicator_type", "indicator_unit"),
            ("collection_type", "perspective"), "valid_for",
        ],
        "Derivation": ["derivation_method", "derivation_algorithm"],
        "Relations": ["performance_indicator_spec_relationship"],
    }  # fmt: skip


@admin.register(PerformanceIndicatorGroupSpecification)
class PerformanceIndicatorGroupSpecificationAdmin(ResourceAdmin):
    """Groups of indicators."""

    dashboard = False
    icon = "stacked_line_chart"
    sidebar_order = 40
    list_display = ("name", "indicators", "updated")
    labels: ClassVar[dict[str, str]] = {"performance_indicator_specification": "Indicators"}
    tabs: ClassVar = {"Overview": ["name", "performance_indicator_specification"]}

    @display(description="Indicators")
    def indicators(self, group: PerformanceIndicatorGroupSpecification) -> int:
        """How many."""
        return len(group.performance_indicator_specification or [])


@admin.register(TrackingRecord)
class TrackingRecordAdmin(RecordAdmin):
    """What happened to collections."""

    icon = "history"
    sidebar_order = 50
    list_display = ("description", "system_id", "user", "time")
    list_filter = ("system_id",)
    search_fields = ("description", "user", "uid")
