"""TMF628 Performance Management: value types."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from tmfsite.fields.values import (
    DateTime,
    Duration,
    Entity,
    Extensible,
    LooseReference,
    RelatedCharacteristic,
    Text,
    TimePeriod,
    Uri,
    Value,
    VersionedReference,
)

INDICATOR_TYPES: Final = ("string", "int", "float", "double")
COLLECTION_TYPES: Final = ("cumulative", "delta", "discrete_event", "gauge", "status_inspection")


# Texts for which the standard has words; others are kept as well.
CompressionEnumType = Annotated[
    Text, Field(json_schema_extra={"x-extensible-enum": ["no_compression", "gzip", "vendor_ext", "minor_ext"]})
]
PackingEnumType = Annotated[
    Text, Field(json_schema_extra={"x-extensible-enum": ["NO_PACKING", "GZIP", "TAR", "VENDOR_EXT", "MINOR_EXT"]})
]
CollectionType = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(COLLECTION_TYPES)})]
IndicatorType = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(INDICATOR_TYPES)})]


class CompressionType(Value):
    """How files are compressed."""

    compression_enum_type: CompressionEnumType | None = None


class PackingType(Value):
    """How files are put together."""

    packing_enum_type: PackingEnumType | None = None


class FileTransferData(Extensible):
    """Where measured values are left, and in which form."""

    file_format: Text | None = None
    file_location: Uri | None = None
    transport_protocol: Text | None = None
    compression_type: CompressionType | None = None
    packing_type: PackingType | None = None
    retention_period: Duration | None = None


class MonitoredClassCriteria(Extensible):
    """Selects what is measured by its class."""

    monitored_object_class: Text | None = None
    object_instance_filter: Text | None = None


class MonitoredInstancesCriteria(Extensible):
    """Selects what is measured one by one."""


class PerformanceIndicatorSpecificationRef(VersionedReference):
    """An indicator that is measured."""

    target: ClassVar = "assurance.performanceindicatorspecification"


class PerformanceIndicatorGroupSpecificationValue(Entity):
    """Indicators that are measured together."""

    name: Text
    performance_indicator_specification: list[PerformanceIndicatorSpecificationRef]


class PerformanceIndicatorSpecRelationship(LooseReference):
    """A tie to another indicator."""

    target: ClassVar = "assurance.performanceindicatorspecification"
    relationship_type: Text
    role: Text | None = None
    valid_for: TimePeriod


class PerformanceIndicatorSpecificationRefOrValue(LooseReference):
    """An indicator, whole or by reference."""

    target: ClassVar = "assurance.performanceindicatorspecification"
    derivation_algorithm: Text | None = None
    derivation_method: Text | None = None
    description: Text | None = None
    indicator_category: Text | None = None
    indicator_unit: Text | None = None
    perspective: Text | None = None
    version: Text | None = None
    collection_type: CollectionType | None = None
    indicator_type: IndicatorType | None = None
    performance_indicator_spec_relationship: list[PerformanceIndicatorSpecRelationship] | None = None
    valid_for: TimePeriod | None = None


class DayOfMonthRecurrence(Extensible):
    """A day of the month on which to measure."""

    dates: DateTime | None = None


class DayOfWeekRecurrence(Extensible):
    """A day of the week on which to measure."""

    dates: DateTime | None = None


class MonthlyScheduleDayOfWeekDefinition(Extensible):
    """The days of a month on which to measure."""

    recurring_day_sequence: Text | None = None
    day_of_month_recurrence: list[DayOfMonthRecurrence] | None = None


class ScheduleDefinition(Extensible):
    """When to measure."""

    recurring_frequency: Text | None = None
    schedule_definition_start_time: DateTime | None = None
    schedule_definition_end_time: DateTime | None = None
    schedule_definition_hour_range: Text | None = None
    monthly_schedule_day_of_week_definition: MonthlyScheduleDayOfWeekDefinition | None = Field(
        None, alias="MonthlyScheduleDayOfWeekDefinition"
    )
    weekly_scheduled_definition: list[DayOfWeekRecurrence] | None = Field(None, alias="WeeklyScheduledDefinition")


class TrackingRecordValue(Extensible):
    """What happened to a job, and when."""

    id: Text | None = None
    description: Text | None = None
    system_id: Text | None = None
    time: DateTime | None = None
    user: Text | None = None
    characteristic: list[RelatedCharacteristic] | None = None
