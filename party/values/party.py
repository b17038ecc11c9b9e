"""TMF632 Party Management: value types."""

from typing import ClassVar

from tmfsite.fields.values import (
    AttachmentRefOrValue,
    Boolean,
    DateTime,
    Extensible,
    Integer,
    LooseReference,
    Reference,
    Text,
    TimePeriod,
)


class PartyCreditProfile(Extensible):
    """The rating of a party by a credit agency."""

    credit_agency_name: Text | None = None
    credit_agency_type: Text | None = None
    rating_reference: Text | None = None
    rating_score: Integer | None = None
    valid_for: TimePeriod | None = None


class Disability(Extensible):
    """A disability that service has to reckon with."""

    disability_code: Text | None = None
    disability_name: Text | None = None
    valid_for: TimePeriod | None = None


class ExternalReference(Extensible):
    """What a party is called in another system or network."""

    external_reference_type: Text | None = None
    name: Text | None = None


class Identification(Extensible):
    """A document that proves who a party is."""

    identification_id: Text | None = None
    identification_type: Text | None = None
    issuing_authority: Text | None = None
    issuing_date: DateTime | None = None
    attachment: AttachmentRefOrValue | None = None
    valid_for: TimePeriod | None = None


class IndividualIdentification(Identification):
    """A passport, identity card or the like."""


class OrganizationIdentification(Identification):
    """An entry in a commercial register or the like."""


class LanguageAbility(Extensible):
    """How well a person knows a language."""

    language_code: Text | None = None
    language_name: Text | None = None
    is_favourite_language: Boolean | None = None
    listening_proficiency: Text | None = None
    reading_proficiency: Text | None = None
    speaking_proficiency: Text | None = None
    writing_proficiency: Text | None = None
    valid_for: TimePeriod | None = None


class OtherNameIndividual(Extensible):
    """A name that a person has or had besides the present one."""

    title: Text | None = None
    aristocratic_title: Text | None = None
    given_name: Text | None = None
    preferred_given_name: Text | None = None
    middle_name: Text | None = None
    family_name_prefix: Text | None = None
    family_name: Text | None = None
    generation: Text | None = None
    full_name: Text | None = None
    formatted_name: Text | None = None
    legal_name: Text | None = None
    valid_for: TimePeriod | None = None


class OtherNameOrganization(Extensible):
    """A name that an organization has or had besides the present one."""

    name: Text | None = None
    name_type: Text | None = None
    trading_name: Text | None = None
    valid_for: TimePeriod | None = None


class Skill(Extensible):
    """What a person is good at."""

    skill_code: Text | None = None
    skill_name: Text | None = None
    evaluated_level: Text | None = None
    comment: Text | None = None
    valid_for: TimePeriod | None = None


class TaxDefinition(LooseReference):
    """A tax of some jurisdiction."""

    tax_type: Text | None = None


class TaxExemptionCertificate(Extensible):
    """The proof that a party need not pay certain taxes."""

    id: Text | None = None
    attachment: AttachmentRefOrValue | None = None
    tax_definition: list[TaxDefinition] | None = None
    valid_for: TimePeriod | None = None


class OrganizationRef(Reference):
    """An organization."""

    target: ClassVar = "party.organization"


class OrganizationRelationship(Extensible):
    """The tie of an organization to another one above or below it."""

    relationship_type: Text | None = None
    organization: OrganizationRef | None = None


class OrganizationParentRelationship(OrganizationRelationship):
    """The organization above."""


class OrganizationChildRelationship(OrganizationRelationship):
    """An organization below."""
