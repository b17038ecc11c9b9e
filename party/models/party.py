"""TMF632 Party Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from party.values import party as values
from party.values.contact import ContactMedium
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Characteristic, RelatedParty, TimePeriod
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class Party(Resource):
    """What persons and organizations have in common (TMF632)."""

    status = text_field(max_length=60)
    contact_medium = ValueField(ContactMedium, many=True)
    credit_rating = ValueField(values.PartyCreditProfile, many=True)
    external_reference = ValueField(values.ExternalReference, many=True)
    party_characteristic = ValueField(Characteristic, many=True)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    tax_exemption_certificate = ValueField(values.TaxExemptionCertificate, many=True)

    class Meta(Resource.Meta):
        abstract = True


class Individual(Party):
    """A person (TMF632)."""

    title = text_field()
    aristocratic_title = text_field()
    given_name = text_field(null=False, blank=False)
    preferred_given_name = text_field()
    middle_name = text_field()
    family_name_prefix = text_field()
    family_name = text_field(null=False, blank=False)
    generation = text_field()
    full_name = text_field()
    formatted_name = text_field()
    legal_name = text_field()
    gender = text_field()
    birth_date = models.DateTimeField(null=True, blank=True)
    death_date = models.DateTimeField(null=True, blank=True)
    place_of_birth = text_field()
    country_of_birth = text_field()
    nationality = text_field()
    marital_status = text_field()
    location = text_field()
    disability = ValueField(values.Disability, many=True)
    individual_identification = ValueField(values.IndividualIdentification, many=True)
    language_ability = ValueField(values.LanguageAbility, many=True)
    other_name = ValueField(values.OtherNameIndividual, many=True)
    skill = ValueField(values.Skill, many=True)

    lifecycle = Lifecycle(
        "status",
        initial="initialized",
        moves={"initialized": ("validated", "deceaded"), "validated": ("deceaded",), "deceaded": ()},
        open=False,
        aliases={"deceased": "deceaded"},  # the standard misspells it
    )

    class Meta(Party.Meta):
        indexes: ClassVar = [models.Index(fields=["family_name", "given_name"]), models.Index(fields=["status", "id"])]

    class Api(Party.Api):
        mandatory = ("givenName", "familyName")

    def __str__(self) -> str:
        return self.full_name or f"{self.given_name} {self.family_name}"

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        self.status = self.lifecycle.canonical(self.status)


class Organization(Party):
    """A company, authority, association, or a part of one (TMF632)."""

    name = text_field()
    name_type = text_field()
    trading_name = text_field(null=False, blank=False)
    organization_type = text_field()
    is_head_office = models.BooleanField(null=True, blank=True)
    is_legal_entity = models.BooleanField(null=True, blank=True)
    exists_during = ValueField(TimePeriod)
    organization_parent_relationship = ValueField(values.OrganizationParentRelationship)
    organization_child_relationship = ValueField(values.OrganizationChildRelationship, many=True)
    organization_identification = ValueField(values.OrganizationIdentification, many=True)
    other_name = ValueField(values.OtherNameOrganization, many=True)

    lifecycle = Lifecycle(
        "status",
        initial="initialized",
        moves={"initialized": ("validated", "closed"), "validated": ("closed",), "closed": ()},
        open=False,
    )

    class Meta(Party.Meta):
        indexes: ClassVar = [models.Index(fields=["trading_name"]), models.Index(fields=["status", "id"])]

    class Api(Party.Api):
        mandatory = ("tradingName",)

    def __str__(self) -> str:
        return self.name or self.trading_name or self.uid
