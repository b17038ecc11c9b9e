"""TMF642 Alarm Management: value types."""

from typing import ClassVar

from tmfsite.fields.values import (
    Boolean,
    DateTime,
    Entity,
    Extensible,
    LooseReference,
    Reference,
    RelatedPlaceRefOrValue,
    Text,
)


class AffectedService(LooseReference):
    """A service that the fault touches."""

    target: ClassVar = "inventory.service"


class AlarmedObject(LooseReference):
    """What raised the alarm."""

    target: ClassVar = "inventory.resource"


class Comment(Extensible):
    """What an operator remarked."""

    comment: Text | None = None
    system_id: Text | None = None
    time: DateTime | None = None
    user_id: Text | None = None


class AlarmRef(Reference):
    """An alarm that belongs together with this one."""

    target: ClassVar = "assurance.alarm"


class ThresholdRef(Reference):
    """A threshold kept elsewhere."""


class CrossedThresholdInformation(Extensible):
    """Which indicator crossed which threshold, and how."""

    direction: Text | None = None
    granularity: Text | None = None
    indicator_name: Text | None = None
    indicator_unit: Text | None = None
    observed_value: Text | None = None
    threshold_crossing_description: Text | None = None
    threshold: ThresholdRef | None = None


class AlarmPattern(Entity):
    """An alarm as an example: it selects the alarms that agree with every attribute given."""

    ack_state: Text | None = None
    ack_system_id: Text | None = None
    ack_user_id: Text | None = None
    alarm_changed_time: DateTime | None = None
    alarm_cleared_time: DateTime | None = None
    alarm_details: Text | None = None
    alarm_escalation: Boolean | None = None
    alarm_raised_time: DateTime | None = None
    alarm_reporting_time: DateTime | None = None
    alarm_type: Text | None = None
    alarmed_object_type: Text | None = None
    clear_system_id: Text | None = None
    clear_user_id: Text | None = None
    external_alarm_id: Text | None = None
    is_root_cause: Boolean | None = None
    perceived_severity: Text | None = None
    planned_outage_indicator: Text | None = None
    probable_cause: Text | None = None
    proposed_repaired_actions: Text | None = None
    reporting_system_id: Text | None = None
    service_affecting: Boolean | None = None
    source_system_id: Text | None = None
    specific_problem: Text | None = None
    state: Text | None = None
    affected_service: list[AffectedService] | None = None
    alarmed_object: AlarmedObject | None = None
    comment: list[Comment] | None = None
    correlated_alarm: list[AlarmRef] | None = None
    crossed_threshold_information: CrossedThresholdInformation | None = None
    parent_alarm: list[AlarmRef] | None = None
    place: list[RelatedPlaceRefOrValue] | None = None


class AlarmRefOrValue(AlarmPattern):
    """An alarm, whole or by reference."""

    name: Text | None = None
    at_referred_type: Text | None = None
