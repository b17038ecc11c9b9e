"""TMF642 Alarm Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from assurance.values import alarm as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import RelatedPlaceRefOrValue
from tmfsite.resources.errors import Conflict
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class Alarm(Resource):
    """A fault that a system noticed, from its rise to its end (TMF642).

    A cleared alarm has the severity `cleared` and keeps both; it can still be acknowledged and commented.
    """

    external_alarm_id = text_field()
    alarm_type = text_field()
    perceived_severity = text_field()
    probable_cause = text_field()
    specific_problem = text_field()
    alarm_details = text_field(max_length=4000)
    proposed_repaired_actions = text_field(max_length=4000)
    state = text_field(max_length=60)
    ack_state = text_field(max_length=60)
    ack_user_id = text_field()
    ack_system_id = text_field()
    clear_user_id = text_field()
    clear_system_id = text_field()
    alarm_raised_time = models.DateTimeField(null=True, blank=True)
    alarm_reporting_time = models.DateTimeField(null=True, blank=True)
    alarm_cleared_time = models.DateTimeField(null=True, blank=True)
    source_system_id = text_field()
    reporting_system_id = text_field()
    alarmed_object_type = text_field()
    alarmed_object = ReferenceField("inventory.Resource", value_type=values.AlarmedObject)
    affected_service = ReferenceField("inventory.Service", many=True, value_type=values.AffectedService)
    service_affecting = models.BooleanField(null=True, blank=True)
    is_root_cause = models.BooleanField(null=True, blank=True)
    alarm_escalation = models.BooleanField(null=True, blank=True)
    planned_outage_indicator = text_field()
    # The official sample has an object where the specification wants a list.
    parent_alarm = ReferenceField("assurance.Alarm", many=True, or_one=True, value_type=values.AlarmRef)
    correlated_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRef)
    comment = ValueField(values.Comment, many=True)
    crossed_threshold_information = ValueField(values.CrossedThresholdInformation)
    place = ReferenceField(many=True, value_type=RelatedPlaceRefOrValue)

    lifecycle = Lifecycle(
        "state",
        initial="raised",
        moves={"raised": ("updated", "cleared"), "updated": ("cleared",), "cleared": ()},
    )
    acknowledgement = Lifecycle(
        "ack_state",
        initial="unacknowledged",
        moves={"unacknowledged": ("acknowledged",), "acknowledged": ("unacknowledged",)},
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [
            models.Index(fields=["state", "id"]),
            models.Index(fields=["external_alarm_id"]),
        ]

    class Api(BaseApi):
        mandatory = (
            "alarmType", "perceivedSeverity", "probableCause", "alarmedObject", "sourceSystemId", "state", "alarmRaisedTime",
        )  # fmt: skip
        wire: ClassVar = {"last_update": "alarmChangedTime"}
        server_set = ("alarmChangedTime",)
        not_patchable = ("alarmRaisedTime", "sourceSystemId")

    def __str__(self) -> str:
        return str(self.specific_problem or self.probable_cause or self.uid)

    @property
    def is_cleared(self) -> bool:
        """Whether the fault is over."""
        return self.lifecycle.same(self.state, "cleared")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None:
            self.alarm_reporting_time = self.alarm_reporting_time or self.created
        elif self.is_cleared and not self.lifecycle.same(before["state"], "cleared"):
            self.perceived_severity = "cleared"
            self.alarm_cleared_time = self.alarm_cleared_time or self.last_update
        elif self.is_cleared and before["perceived_severity"] == "cleared" != self.perceived_severity:
            raise Conflict(f"Alarm {self.uid} is cleared, its severity cannot change any more")


class AlarmTask(Resource):
    """A task on alarms, done at once: `result` names the field that then holds the alarms it changed."""

    state = text_field(max_length=60)

    result: ClassVar[str]

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        events = ("Create", "StateChange")

    def work(self, actor: Any) -> list[Any]:
        """Do the task and return the alarms changed."""
        raise NotImplementedError

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        if before is None and not self.is_imported and self.state != "done":
            setattr(self, self.result, self.work(actor))
            self.state = "done"


class _Acknowledgement(AlarmTask):
    ack_system_id = text_field()
    ack_user_id = text_field()
    ack_time = models.DateTimeField(null=True, blank=True)
    alarm_pattern = ValueField(values.AlarmPattern, many=True)

    ack_state: ClassVar[str]

    class Meta(AlarmTask.Meta):
        abstract = True

    class Api(AlarmTask.Api):
        mandatory: ClassVar[tuple[str, ...]] = ("ackSystemId", "ackUserId", "alarmPattern")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        self.ack_time = self.ack_time or self.created

    def work(self, actor: Any) -> list[Any]:
        from assurance.services import handle_alarms

        return handle_alarms.acknowledge(
            self.alarm_pattern, state=self.ack_state, user=self.ack_user_id, system=self.ack_system_id, actor=actor
        )


class AckAlarms(_Acknowledgement):
    """Says that somebody has taken note of alarms (TMF642)."""

    acked_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    result, ack_state = "acked_alarm", "acknowledged"

    class Meta(_Acknowledgement.Meta):
        verbose_name = verbose_name_plural = "acknowledgement of alarms"

    class Api(_Acknowledgement.Api):
        server_set = ("state", "ackedAlarm")


class UnAckAlarms(_Acknowledgement):
    """Takes back that somebody has taken note of alarms (TMF642)."""

    un_acked_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    result, ack_state = "un_acked_alarm", "unacknowledged"

    class Meta(_Acknowledgement.Meta):
        verbose_name = verbose_name_plural = "withdrawal of acknowledgements"

    class Api(_Acknowledgement.Api):
        server_set = ("state", "unAckedAlarm")


class ClearAlarms(AlarmTask):
    """Says that faults are over (TMF642); alarms cleared before are left as they are."""

    clear_system_id = text_field()
    clear_user_id = text_field()
    alarm_cleared_time = models.DateTimeField(null=True, blank=True)
    alarm_pattern = ValueField(values.AlarmPattern, many=True)
    cleared_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    result = "cleared_alarm"

    class Meta(AlarmTask.Meta):
        verbose_name = verbose_name_plural = "clearance of alarms"

    class Api(AlarmTask.Api):
        mandatory = ("clearSystemId", "clearUserId", "alarmClearedTime", "alarmPattern")
        server_set = ("state", "clearedAlarm")

    def work(self, actor: Any) -> list[Any]:
        from assurance.services import handle_alarms

        return handle_alarms.clear(
            self.alarm_pattern,
            at=self.alarm_cleared_time or self.created,
            user=self.clear_user_id,
            system=self.clear_system_id,
            actor=actor,
        )


class CommentAlarms(AlarmTask):
    """Adds a remark to alarms (TMF642)."""

    comment = ValueField(values.Comment)
    alarm_pattern = ValueField(values.AlarmPattern, many=True)
    commented_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    result = "commented_alarm"

    class Meta(AlarmTask.Meta):
        verbose_name = verbose_name_plural = "comment on alarms"

    class Api(AlarmTask.Api):
        mandatory = ("comment", "alarmPattern")
        server_set = ("state", "commentedAlarm")

    def work(self, actor: Any) -> list[Any]:
        from assurance.services import handle_alarms

        return handle_alarms.comment(self.alarm_pattern, remark=self.comment, at=self.created, actor=actor)


class _Grouping(AlarmTask):
    source_system_id = text_field()
    alarm_changed_time = models.DateTimeField(null=True, blank=True)
    parent_alarm = ReferenceField("assurance.Alarm", value_type=values.AlarmRefOrValue, or_value=True)
    correlated_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    class Meta(AlarmTask.Meta):
        abstract = True

    class Api(AlarmTask.Api):
        mandatory: ClassVar[tuple[str, ...]] = (
            "sourceSystemId", "alarmChangedTime", "parentAlarm", "correlatedAlarm",
        )  # fmt: skip


class GroupAlarms(_Grouping):
    """Puts alarms under one that explains them (TMF642)."""

    grouped_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    result = "grouped_alarm"

    class Meta(_Grouping.Meta):
        verbose_name = verbose_name_plural = "grouping of alarms"

    class Api(_Grouping.Api):
        server_set = ("state", "groupedAlarm")

    def work(self, actor: Any) -> list[Any]:
        from assurance.services import handle_alarms

        return handle_alarms.group(self.parent_alarm, self.correlated_alarm, actor=actor)


class UnGroupAlarms(_Grouping):
    """Takes alarms away from the one they were put under (TMF642)."""

    un_grouped_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.AlarmRefOrValue, or_value=True)

    result = "un_grouped_alarm"

    class Meta(_Grouping.Meta):
        verbose_name = verbose_name_plural = "ungrouping of alarms"

    class Api(_Grouping.Api):
        server_set = ("state", "unGroupedAlarm")

    def work(self, actor: Any) -> list[Any]:
        from assurance.services import handle_alarms

        return handle_alarms.ungroup(self.parent_alarm, self.correlated_alarm, actor=actor)
