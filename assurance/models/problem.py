"""TMF656 Service Problem Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from assurance.values import problem as values
from assurance.values.references import RelatedEntity
from inventory.values.resource import ResourceRef
from inventory.values.service import ServiceRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Note, RelatedCharacteristic, RelatedParty
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class ServiceProblem(Resource):
    """What ails services: its cause, who works on it, and what came of it (TMF656).

    Not on the wire: `is_acknowledged` says that somebody has taken note. Every change leaves a
    `ServiceProblemEventRecord`.
    """

    name = text_field()
    category = text_field()
    description = models.TextField(null=True, blank=True)
    reason = text_field(max_length=1000)
    priority = models.IntegerField(null=True, blank=True)
    status = text_field(max_length=60)
    status_change_reason = text_field(max_length=1000)
    status_change_date = models.DateTimeField(null=True, blank=True)
    creation_date = models.DateTimeField(null=True, blank=True)
    resolution_date = models.DateTimeField(null=True, blank=True)
    problem_escalation = text_field()
    impact_importance_factor = text_field()
    affected_number_of_services = models.IntegerField(null=True, blank=True)
    originating_system = text_field()
    is_acknowledged = models.BooleanField(default=False, editable=False)
    affected_service = ReferenceField("inventory.Service", many=True, value_type=ServiceRef)
    affected_resource = ReferenceField("inventory.Resource", many=True, value_type=ResourceRef)
    affected_location = ReferenceField(many=True, value_type=values.RelatedPlace)
    root_cause_service = ReferenceField("inventory.Service", many=True, value_type=ServiceRef)
    root_cause_resource = ReferenceField("inventory.Resource", many=True, value_type=ResourceRef)
    underlying_alarm = ReferenceField("assurance.Alarm", many=True, value_type=values.ResourceAlarmRef)
    trouble_ticket = ReferenceField("assurance.TroubleTicket", many=True, value_type=values.TroubleTicketRef)
    parent_problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)
    underlying_problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)
    originator_party = ReferenceField(value_type=RelatedParty)
    responsible_party = ReferenceField(value_type=RelatedParty)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    first_alert = ReferenceField(value_type=RelatedEntity)
    related_entity = ReferenceField(many=True, value_type=RelatedEntity)
    related_event = ReferenceField(many=True, value_type=values.EventRef)
    sla_violation = ReferenceField(many=True, value_type=values.SLAViolationRef)
    impact_pattern = ValueField(values.ImpactPattern)
    external_identifier = ValueField(values.ExternalIdentifier, many=True)
    characteristic = ValueField(RelatedCharacteristic, many=True)
    note = ValueField(Note, many=True)
    tracking_record = ValueField(values.TrackingRecord, many=True)

    lifecycle = Lifecycle(
        "status",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "rejected", "cancelled"),
            "inProgress": ("held", "pending", "resolved", "cancelled"),
            "held": ("inProgress", "resolved", "cancelled"),
            "pending": ("inProgress", "resolved", "cancelled"),
            "resolved": ("closed", "inProgress"),
            "closed": ("inProgress",),
            "rejected": (),
            "cancelled": (),
        },
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["status", "id"])]

    class Api(BaseApi):
        mandatory = ("category", "priority", "description", "reason", "originatorParty")
        events = ("Create", "StateChange", "AttributeValueChange", "InformationRequired")
        wire: ClassVar = {"last_update": "lastUpdate"}
        server_set = ("creationDate", "lastUpdate", "statusChangeDate")
        not_patchable = ("firstAlert", "originatingSystem", "trackingRecord")
        hidden = ("is_acknowledged",)

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None:
            self.creation_date = self.creation_date or self.created
            self.status_change_date = self.status_change_date or self.created
        elif not self._moved(before):
            return
        else:
            self.status_change_date = self.last_update
        if self.lifecycle.same(self.status, "resolved") and self.resolution_date is None:
            self.resolution_date = self.last_update

    def _moved(self, before: Mapping[str, Any]) -> bool:
        return not self.lifecycle.same(before["status"], self.status)

    def special_events(self, *, before: Mapping[str, Any] | None) -> tuple[str, ...]:
        waits = before is not None and self._moved(before) and self.lifecycle.same(self.status, "pending")
        return ("InformationRequired",) if waits else ()

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from assurance.services import handle_problems

        if before is None and self.is_imported:
            return  # with the records of what happened to it
        kind = "Create" if before is None else "StateChange" if self._moved(before) else "AttributeValueChange"
        handle_problems.record(self, kind, actor=actor)


class ServiceProblemEventRecord(Resource):
    """What was announced about a problem, and when (TMF656); made by the server."""

    event_type = text_field()
    event_time = models.DateTimeField(null=True, blank=True)
    record_time = models.DateTimeField(null=True, blank=True)
    service_problem = ReferenceField("assurance.ServiceProblem", value_type=values.ServiceProblemRef)
    notification = ValueField(values.Notification)

    class Api(BaseApi):
        events = ()

    def __str__(self) -> str:
        return str(self.event_type or self.uid)


class ProblemTask(Resource):
    """A task on service problems, done at once."""

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        events = ()

    def work(self, actor: Any) -> None:
        """Do the task and enter what came of it."""
        raise NotImplementedError

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        if before is None and not self.is_imported:
            self.work(actor)


class ProblemAcknowledgement(ProblemTask):
    """Says that somebody has taken note of problems (TMF656); `ackProblem` are those not noted before."""

    problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)
    ack_problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)
    tracking_record = ValueField(values.TrackingRecord)

    class Api(ProblemTask.Api):
        mandatory = ("problem",)
        server_set = ("ackProblem",)

    def work(self, actor: Any) -> None:
        from assurance.services import handle_problems

        self.ack_problem = handle_problems.acknowledge(self.problem, record=self.tracking_record, actor=actor)


class ProblemUnacknowledgement(ProblemTask):
    """Takes back that somebody has taken note of problems (TMF656)."""

    problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)
    unack_problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)
    tracking_record = ValueField(values.TrackingRecord)

    class Api(ProblemTask.Api):
        mandatory = ("problem",)
        server_set = ("unackProblem",)

    def work(self, actor: Any) -> None:
        from assurance.services import handle_problems

        self.unack_problem = handle_problems.unacknowledge(self.problem, record=self.tracking_record, actor=actor)


class _Grouping(ProblemTask):
    parent_problem = ReferenceField("assurance.ServiceProblem", value_type=values.ServiceProblemRef)
    child_problem = ReferenceField("assurance.ServiceProblem", many=True, value_type=values.ServiceProblemRef)

    class Api(ProblemTask.Api):
        mandatory = ("parentProblem", "childProblem")

    class Meta(ProblemTask.Meta):
        abstract = True


class ProblemGroup(_Grouping):
    """Puts problems under one that causes them (TMF656)."""

    def work(self, actor: Any) -> None:
        from assurance.services import handle_problems

        handle_problems.group(self.parent_problem, self.child_problem, actor=actor)


class ProblemUngroup(_Grouping):
    """Takes problems away from the one they were put under (TMF656)."""

    def work(self, actor: Any) -> None:
        from assurance.services import handle_problems

        handle_problems.ungroup(self.parent_problem, self.child_problem, actor=actor)
