"""TMF651 Agreement Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from party.values import agreement as values
from party.values.references import AgreementRef, AgreementSpecificationRef, NamedParty
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import AttachmentRefOrValue, Characteristic, TimePeriod
from tmfsite.resources.lifecycle import SPECIFICATION, Lifecycle
from tmfsite.resources.models import Resource, text_field


class Agreement(Resource):
    """What parties agreed on: the products or offerings, the clauses, and who signed (TMF651)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    agreement_type = text_field(null=False, blank=False)
    document_number = models.IntegerField(null=True, blank=True)
    version = text_field(max_length=100, default="0")
    status = text_field(max_length=60)
    statement_of_intent = text_field(max_length=4000)
    initial_date = models.DateTimeField(null=True, blank=True)
    agreement_period = ValueField(TimePeriod)
    completion_date = ValueField(TimePeriod)
    engaged_party = ReferenceField(many=True, value_type=NamedParty)
    agreement_specification = ReferenceField("party.AgreementSpecification", value_type=AgreementSpecificationRef)
    agreement_item = ValueField(values.AgreementItem, many=True)
    agreement_authorization = ValueField(values.AgreementAuthorization, many=True)
    associated_agreement = ReferenceField("party.Agreement", many=True, value_type=AgreementRef)
    characteristic = ValueField(Characteristic, many=True)

    lifecycle = Lifecycle(
        "status",
        initial="in process",
        moves={
            "in process": ("approved", "rejected"),
            "approved": ("terminated",),
            "rejected": (),
            "terminated": (),
        },
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["name"]), models.Index(fields=["status", "id"])]

    class Api(Resource.Api):
        mandatory = ("name", "agreementType", "engagedParty", "agreementItem")
        not_patchable = ("completionDate",)

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None and self.initial_date is None:
            self.initial_date = self.created


class AgreementSpecification(Resource):
    """A template from which agreements are made (TMF651)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    version = text_field(max_length=100, default="0")
    is_bundle = models.BooleanField(null=True, blank=True, default=False)
    lifecycle_status = text_field(max_length=60)
    valid_for = ValueField(TimePeriod)
    service_category = ReferenceField("catalog.ServiceCategory", value_type=values.CategoryRef)
    specification_characteristic = ValueField(values.AgreementSpecCharacteristic, many=True)
    specification_relationship = ReferenceField(
        "party.AgreementSpecification", many=True, value_type=values.AgreementSpecificationRelationship
    )
    attachment = ValueField(AttachmentRefOrValue, many=True)
    related_party = ReferenceField(many=True, value_type=NamedParty)

    lifecycle = SPECIFICATION

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["name"]), models.Index(fields=["lifecycle_status", "id"])]

    class Api(Resource.Api):
        mandatory = ("name", "attachment")
        server_set = ("lastUpdate",)
        wire: ClassVar = {"last_update": "lastUpdate"}
