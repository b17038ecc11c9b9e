"""TMF621 Trouble Ticket Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from assurance.values import ticket as values
from assurance.values.references import RelatedEntity
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.instants import format_instant
from tmfsite.fields.values import AttachmentRefOrValue, Note, RelatedParty
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class TroubleTicket(Resource):
    """An issue that a customer or a system reported, and its way to a resolution (TMF621)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    ticket_type = text_field()
    severity = text_field()
    priority = text_field()
    status = text_field(max_length=60)
    status_change_reason = text_field(max_length=1000)
    status_change_date = models.DateTimeField(null=True, blank=True)
    status_change = ValueField(values.StatusChange, many=True)
    external_id = text_field()
    creation_date = models.DateTimeField(null=True, blank=True)
    expected_resolution_date = models.DateTimeField(null=True, blank=True)
    requested_resolution_date = models.DateTimeField(null=True, blank=True)
    resolution_date = models.DateTimeField(null=True, blank=True)
    channel = ReferenceField()
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    related_entity = ReferenceField(many=True, value_type=RelatedEntity)
    trouble_ticket_relationship = ReferenceField(
        "assurance.TroubleTicket", many=True, value_type=values.TroubleTicketRelationship
    )
    note = ValueField(Note, many=True)
    attachment = ValueField(AttachmentRefOrValue, many=True)

    lifecycle = Lifecycle(
        "status",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "rejected", "cancelled"),
            "inProgress": ("pending", "held", "resolved", "cancelled"),
            "pending": ("inProgress", "cancelled"),
            "held": ("inProgress", "cancelled"),
            "resolved": ("closed", "inProgress"),
            "rejected": (),
            "cancelled": (),
            "closed": (),
        },
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["status", "id"])]

    class Api(BaseApi):
        mandatory = ("description", "severity", "ticketType")
        events = ("Create", "AttributeValueChange", "StatusChange", "Delete", "Resolved", "InformationRequired")
        wire: ClassVar = {"last_update": "lastUpdate"}
        server_set = ("creationDate", "lastUpdate", "statusChange", "statusChangeDate")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None:
            self.creation_date = self.creation_date or self.created
            if self.status_change:
                return  # imported with its history
        elif before["status"] == self.status:
            return
        self.status_change_date = self.last_update
        entered = before is None or not self.lifecycle.same(before["status"], self.status)
        if entered and self.lifecycle.same(self.status, "resolved") and self.resolution_date is None:
            self.resolution_date = self.last_update
        step = {"status": self.status, "changeDate": format_instant(self.last_update)}
        if self.status_change_reason and (
            before is None or before["status_change_reason"] != self.status_change_reason
        ):
            step["changeReason"] = self.status_change_reason
        self.status_change = [*(self.status_change or ()), step]

    def special_events(self, *, before: Mapping[str, Any] | None) -> tuple[str, ...]:
        if before is None or self.lifecycle.same(before["status"], self.status):
            return ()
        state = self.lifecycle.canonical(self.status)
        return {"resolved": ("Resolved",), "pending": ("InformationRequired",)}.get(str(state), ())
