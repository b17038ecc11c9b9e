"""TMF669 Party Role Management v4.0: models."""

from typing import ClassVar

from django.db import models

from party.values import role as values
from party.values.references import AgreementRef, PaymentMethodRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Characteristic, RelatedParty, TimePeriod
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class Role(Resource):
    """What a party is to the operator, and how it is reached, charged and trusted as such."""

    name = text_field(null=False, blank=False)
    status = text_field(max_length=60)
    status_reason = text_field(max_length=1000)
    valid_for = ValueField(TimePeriod)
    engaged_party = ReferenceField(value_type=RelatedParty)
    account = ReferenceField(many=True, value_type=values.AccountRef)
    agreement = ReferenceField("party.Agreement", many=True, value_type=AgreementRef)
    characteristic = ValueField(Characteristic, many=True)
    contact_medium = ValueField(values.ContactMedium, many=True)
    credit_profile = ValueField(values.CreditProfile, many=True)
    payment_method = ReferenceField(many=True, value_type=PaymentMethodRef)
    related_party = ReferenceField(many=True, value_type=RelatedParty)

    # The standard leaves the states open, so the table is advice.
    lifecycle = Lifecycle(
        "status",
        initial="Created",
        moves={
            "Created": ("Approved",),
            "Approved": ("Active",),
            "Active": ("Suspended", "Terminated"),
            "Suspended": ("Active",),
            "Terminated": (),
        },
        enforced=False,
    )

    class Meta(Resource.Meta):
        abstract = True
        indexes: ClassVar = [models.Index(fields=["name"]), models.Index(fields=["status", "id"])]

    class Api(Resource.Api):
        mandatory: ClassVar[tuple[str, ...]] = ("name",)


class PartyRole(Role):
    """A part that a party plays: supplier, reseller, content provider (TMF669)."""
