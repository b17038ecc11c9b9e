"""TMF642 Alarm Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from assurance.models import AckAlarms, Alarm, ClearAlarms, CommentAlarms, GroupAlarms, UnAckAlarms, UnGroupAlarms
from assurance.values import alarm as values
from tmfsite import operations
from tmfsite.admin.actor import actor_of
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.record import RecordAdmin
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.fields.instants import format_instant, now
from tmfsite.resources.attention import Attention

SYSTEM = "admin"
"""What tasks started here give as their system."""

describe(values.AlarmedObject, fields=("id",), item="object")
describe(values.AffectedService, fields=("id",), item="service")
describe(values.AlarmRef, fields=("id",), item="alarm")
describe(
    values.Comment,
    fields=("comment", "userId", "time"),
    more=("systemId",),
    labels={"userId": "Who", "time": "When", "systemId": "System"},
    widths={"comment": 6, "userId": 3, "time": 3},
    title=("comment",),
    item="comment",
)
describe(
    values.CrossedThresholdInformation,
    fields=("indicatorName", "observedValue", "indicatorUnit", "direction"),
    more=("granularity", "thresholdCrossingDescription", "threshold"),
    labels={
        "indicatorName": "Indicator", "observedValue": "Observed", "indicatorUnit": "Unit",
        "thresholdCrossingDescription": "Description",
    },
    choices={"direction": [("up", "up"), ("down", "down")]},
    item="threshold",
)  # fmt: skip


@admin.register(Alarm)
class AlarmAdmin(ResourceAdmin):
    """Faults that systems noticed."""

    icon = "notifications_active"
    sidebar_order = 10
    list_display = (
        "__str__",
        "severity",
        "state",
        "ack_state",
        "alarm_type",
        "raised_by",
        "alarm_raised_time",
        "updated",
    )
    list_filter = ("state", "perceived_severity", "ack_state", "alarm_type", "source_system_id")
    search_fields = ("specific_problem", "probable_cause", "external_alarm_id", "source_system_id", "uid")
    attention = (
        Attention("critical", {"perceived_severity__exact": "critical", "state__in": "raised,updated"}, urgent=True),
        Attention(
            "major and not acknowledged",
            {
                "perceived_severity__exact": "major",
                "state__in": "raised,updated",
                "ack_state__exact": "unacknowledged",
            },
        ),
    )
    date_hierarchy = "alarm_raised_time"
    actions = ("acknowledge", "clear")
    labels: ClassVar[dict[str, str]] = {
        "external_alarm_id": "Number in its system", "alarm_type": "Kind of alarm", "perceived_severity": "Severity",
        "alarm_details": "Details", "proposed_repaired_actions": "Proposed repair", "ack_state": "Acknowledgement",
        "ack_user_id": "Acknowledged by", "ack_system_id": "Acknowledged in", "clear_user_id": "Cleared by",
        "clear_system_id": "Cleared in", "alarm_raised_time": "Raised", "alarm_reporting_time": "Reported",
        "alarm_cleared_time": "Cleared", "source_system_id": "Raised by system", "reporting_system_id": "Reported by system",
        "alarmed_object_type": "Kind of object", "alarmed_object": "Object", "affected_service": "Affected services",
        "service_affecting": "Affects services", "is_root_cause": "Root cause", "alarm_escalation": "Escalated",
        "planned_outage_indicator": "Planned outage", "parent_alarm": "Under alarms", "correlated_alarm": "Alarms below",
        "comment": "Comments", "crossed_threshold_information": "Crossed threshold", "place": "Places",
    }  # fmt: skip
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "perceived_severity": ("critical", "major", "minor", "warning", "indeterminate", "cleared"),
        "alarm_type": (
            "communicationsAlarm", "processingErrorAlarm", "environmentalAlarm", "qualityOfServiceAlarm", "equipmentAlarm",
            "integrityViolation", "operationalViolation", "physicalViolation", "securityServiceViolation", "timeDomainViolation",
        ),
        "planned_outage_indicator": ("inService", "outOfService"),
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            ("alarm_type", "perceived_severity"), ("probable_cause", "specific_problem"), "alarm_details",
            "proposed_repaired_actions", ("alarmed_object_type", "alarmed_object"),
            ("source_system_id", "reporting_system_id", "external_alarm_id"),
            ("alarm_raised_time", "alarm_reporting_time", "alarm_cleared_time"),
        ],
        "Effects": [
            "affected_service", ("service_affecting", "is_root_cause", "alarm_escalation"), "planned_outage_indicator", "place",
        ],
        "Threshold": ["crossed_threshold_information"],
        "Group": ["parent_alarm", "correlated_alarm"],
        "Handling": ["comment", ("ack_user_id", "ack_system_id"), ("clear_user_id", "clear_system_id")],
    }  # fmt: skip

    @display(
        description="Severity",
        ordering="perceived_severity",
        label={"critical": "danger", "major": "danger", "minor": "warning", "warning": "warning", "cleared": "success"},
    )
    def severity(self, alarm: Alarm) -> tuple[str, str]:
        """Badge of the severity."""
        severity = alarm.perceived_severity or "—"
        return severity.casefold(), severity

    @display(description="Object")
    def raised_by(self, alarm: Alarm) -> str:
        """What raised it."""
        found = alarm.alarmed_object or {}
        return brief({"name": found.get("name") or found.get("id") or "—"}) or "—"

    @admin.action(description="Acknowledge", permissions=["change"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Acknowledge the alarms, as the API's task does."""
        pattern = [{"id": uid} for uid in queryset.values_list("uid", flat=True)]
        body = {"ackUserId": request.user.get_username(), "ackSystemId": SYSTEM, "alarmPattern": pattern}
        done = operations.create(AckAlarms, body, actor=actor_of(request))
        messages.success(request, f"{len(done.instance.acked_alarm)} acknowledged.")

    @admin.action(description="Clear", permissions=["change"])
    def clear(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Clear the alarms, as the API's task does."""
        body = {
            "clearUserId": request.user.get_username(),
            "clearSystemId": SYSTEM,
            "alarmClearedTime": format_instant(now()),
            "alarmPattern": [{"id": uid} for uid in queryset.values_list("uid", flat=True)],
        }
        done = operations.create(ClearAlarms, body, actor=actor_of(request))
        messages.success(request, f"{len(done.instance.cleared_alarm)} cleared.")


class AlarmTaskAdmin(RecordAdmin):
    """Tasks on alarms, which were done when they came."""

    icon = "task_alt"
    sidebar_order = 50
    list_display: Sequence[Any] = ("uid", "outcome", "alarms", "created")
    list_filter = ("state",)
    search_fields = ("uid",)

    @display(description="State")
    def outcome(self, task: Any) -> str:
        """What became of it."""
        return task.state or "—"

    @display(description="Alarms")
    def alarms(self, task: Any) -> str:
        """The alarms changed."""
        uids = [str(each.get("id")) for each in getattr(task, task.result) or []]
        return ", ".join(uids[:3]) + (f" +{len(uids) - 3}" if len(uids) > 3 else "") or "none"


for _model in (AckAlarms, UnAckAlarms, ClearAlarms, CommentAlarms, GroupAlarms, UnGroupAlarms):
    admin.site.register(_model, AlarmTaskAdmin)
