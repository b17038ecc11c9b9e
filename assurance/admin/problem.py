"""TMF656 Service Problem Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from assurance.models import (
    ProblemAcknowledgement,
    ProblemGroup,
    ProblemUnacknowledgement,
    ProblemUngroup,
    ServiceProblem,
    ServiceProblemEventRecord,
)
from assurance.values import problem as values
from tmfsite.admin.nested import describe
from tmfsite.admin.record import RecordAdmin
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention

describe(values.RelatedPlace, fields=("id", "name", "role"), more=(), item="place")
describe(values.ServiceProblemRef, fields=("id",), item="problem")
describe(values.TroubleTicketRef, fields=("id",), item="ticket")
describe(values.ResourceAlarmRef, fields=("id",), more=("changeRequest",), item="alarm")
describe(values.EventRef, fields=("id", "name", "eventTime"), more=(), item="event")
describe(values.SLAViolationRef, fields=("id", "name"), more=(), item="violation")
describe(values.ImpactPattern, fields=("description", "characteristic"), more=("id",), item="pattern")
describe(
    values.ExternalIdentifier,
    fields=("id", "externalIdentifierType", "owner"),
    labels={"id": "Number", "externalIdentifierType": "Kind"},
    item="number",
    layout="table",
)
describe(
    values.TrackingRecord,
    fields=("time", "description", "user", "systemId"),
    more=("id", "characteristic"),
    labels={"systemId": "System", "id": "ID"},
    item="record",
)


@admin.register(ServiceProblem)
class ServiceProblemAdmin(ResourceAdmin):
    """What ails services."""

    icon = "report_problem"
    sidebar_order = 10
    list_display = ("title", "state", "category", "priority", "is_acknowledged", "services", "creation_date", "updated")
    list_filter = ("status", "priority", "is_acknowledged", "category")
    search_fields = ("name", "description", "reason", "uid")
    attention = (
        Attention(
            "open with priority 1",
            {"priority__exact": "1", "status__in": "acknowledged,inProgress,held,pending"},
            urgent=True,
        ),
        Attention("on hold", {"status__in": "held,pending"}),
    )
    date_hierarchy = "creation_date"
    labels: ClassVar[dict[str, str]] = {
        "status_change_reason": "Reason of the status", "status_change_date": "Status since", "creation_date": "Noted",
        "resolution_date": "Resolved", "problem_escalation": "Escalation", "impact_importance_factor": "Weight",
        "affected_number_of_services": "Number of services", "originating_system": "From system",
        "affected_service": "Affected services", "affected_resource": "Affected resources", "affected_location": "Places",
        "root_cause_service": "Causing services", "root_cause_resource": "Causing resources",
        "underlying_alarm": "Alarms", "trouble_ticket": "Tickets", "parent_problem": "Under problems",
        "underlying_problem": "Problems below", "originator_party": "Noted by", "responsible_party": "Responsible",
        "related_party": "Other parties", "first_alert": "First alert", "related_entity": "Other entities",
        "related_event": "Events", "sla_violation": "Violated agreements", "impact_pattern": "Impact",
        "external_identifier": "Numbers elsewhere", "characteristic": "Characteristics", "note": "Notes",
        "tracking_record": "Records",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {"priority": "From 1, the highest, to 10."}
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "category": ("supplier.originated", "serviceProvider.declarer", "serviceProvider.originated"),
    }
    tabs: ClassVar = {
        "Overview": [
            "name", "description", ("category", "priority"), "reason", "originator_party", "responsible_party",
            "status_change_reason", ("problem_escalation", "impact_importance_factor", "originating_system"), "resolution_date",
        ],
        "Affected": ["affected_number_of_services", "affected_service", "affected_resource", "affected_location", "impact_pattern"],
        "Causes": ["root_cause_service", "root_cause_resource", "underlying_alarm", "first_alert", "related_event"],
        "Related": [
            "trouble_ticket", "parent_problem", "underlying_problem", "sla_violation", "related_entity", "related_party",
            "external_identifier",
        ],
        "Notes": ["note", "characteristic", "tracking_record"],
    }  # fmt: skip

    @display(description="Problem", ordering="name")
    def title(self, problem: ServiceProblem) -> str:
        """Name, or the beginning of the description."""
        return str(problem.name or (problem.description or "")[:80] or problem.uid)

    @display(description="Services")
    def services(self, problem: ServiceProblem) -> int:
        """How many services are affected."""
        return problem.affected_number_of_services or len(problem.affected_service or [])


@admin.register(ServiceProblemEventRecord)
class ServiceProblemEventRecordAdmin(RecordAdmin):
    """What was announced about problems."""

    icon = "history"
    sidebar_order = 20
    list_display = ("event_type", "about", "event_time")
    list_filter = ("event_type",)

    @display(description="Problem")
    def about(self, record: ServiceProblemEventRecord) -> str:
        """The problem."""
        found = record.service_problem or {}
        return str(found.get("name") or found.get("id") or "—")


class ProblemTaskAdmin(RecordAdmin):
    """Tasks on problems, which were done when they came."""

    icon = "task_alt"
    sidebar_order = 50
    list_display: Sequence[Any] = ("uid", "problems", "created")

    @display(description="Problems")
    def problems(self, task: Any) -> str:
        """The problems named."""
        named = getattr(task, "problem", None) or getattr(task, "child_problem", None) or []
        return ", ".join(str(each.get("name") or each.get("id")) for each in named[:3]) or "—"


for _model in (ProblemAcknowledgement, ProblemUnacknowledgement, ProblemGroup, ProblemUngroup):
    admin.site.register(_model, ProblemTaskAdmin)
