"""TMF632 Party Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from party.models.party import Individual, Organization
from party.values import party as values
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin

describe(
    values.PartyCreditProfile,
    fields=("creditAgencyName", "ratingScore", "ratingReference", "validFor"),
    more=("creditAgencyType",),
    labels={
        "creditAgencyName": "Agency", "ratingScore": "Score", "ratingReference": "Reference", "validFor": "Valid",
        "creditAgencyType": "Kind of agency",
    },
    title=("creditAgencyName",),
    item="rating",
)  # fmt: skip
describe(
    values.ExternalReference,
    fields=("externalReferenceType", "name"),
    more=(),
    labels={"externalReferenceType": "Kind", "name": "Called there"},
    item="external reference",
    layout="table",
)
describe(
    values.Identification,
    fields=("identificationType", "identificationId", "issuingAuthority", "issuingDate", "validFor"),
    more=("attachment",),
    labels={
        "identificationType": "Document", "identificationId": "Number", "issuingAuthority": "Issued by",
        "issuingDate": "Issued on", "validFor": "Valid", "attachment": "Copy",
    },
    suggestions={"identificationType": ("passport", "identityCard", "drivingLicence", "commercialRegistration")},
    widths={"identificationType": 6, "identificationId": 6, "issuingAuthority": 6, "issuingDate": 6},
    title=("identificationType", "identificationId"),
    item="identification",
)  # fmt: skip
describe(
    values.LanguageAbility,
    fields=("languageName", "languageCode", "isFavouriteLanguage"),
    more=("listeningProficiency", "readingProficiency", "speakingProficiency", "writingProficiency", "validFor"),
    labels={
        "languageName": "Language", "languageCode": "Code", "isFavouriteLanguage": "Preferred",
        "listeningProficiency": "Listening", "readingProficiency": "Reading", "speakingProficiency": "Speaking",
        "writingProficiency": "Writing", "validFor": "Valid",
    },
    title=("languageName",),
    item="language",
    layout="table",
)  # fmt: skip
describe(
    values.Disability,
    fields=("disabilityName", "disabilityCode"),
    more=("validFor",),
    labels={"disabilityName": "Disability", "disabilityCode": "Code", "validFor": "Valid"},
    title=("disabilityName",),
    item="disability",
    layout="table",
)
describe(
    values.Skill,
    fields=("skillName", "evaluatedLevel", "comment"),
    more=("skillCode", "validFor"),
    labels={"skillName": "Skill", "evaluatedLevel": "Level", "skillCode": "Code", "validFor": "Valid"},
    title=("skillName",),
    item="skill",
    layout="table",
)
describe(
    values.OtherNameIndividual,
    fields=("givenName", "familyName", "validFor"),
    labels={"validFor": "Valid"},
    title=("fullName", "familyName", "givenName"),
    item="name",
)
describe(
    values.OtherNameOrganization,
    fields=("tradingName", "name", "nameType", "validFor"),
    more=(),
    labels={"nameType": "Legal form", "validFor": "Valid"},
    title=("tradingName", "name"),
    item="name",
)
describe(
    values.TaxExemptionCertificate,
    fields=("id", "taxDefinition", "validFor"),
    more=("attachment",),
    labels={"id": "Number", "taxDefinition": "Taxes", "validFor": "Valid", "attachment": "Copy"},
    title=("id",),
    item="certificate",
)
describe(values.TaxDefinition, fields=("id", "name", "taxType"), more=(), labels={"taxType": "Kind"}, item="tax")
describe(values.OrganizationRef, fields=("id",), more=("name",), item="organization")
describe(
    values.OrganizationRelationship,
    fields=("organization", "relationshipType"),
    more=(),
    labels={"relationshipType": "Kind"},
    suggestions={"relationshipType": ("juridical", "hierarchical", "geographical", "functional")},
    title=("relationshipType",),
    item="organization",
)

_LABELS = {
    "status": "State", "contact_medium": "Contact", "credit_rating": "Ratings", "external_reference": "External references",
    "party_characteristic": "Characteristics", "related_party": "Related parties",
    "tax_exemption_certificate": "Tax exemptions", "other_name": "Other names",
}  # fmt: skip


def first_contact(party: Any, *names: str) -> str:
    """Return the first address, preferred ones first, that has one of the named parts: `jo@example.com`."""
    media = sorted(party.contact_medium or [], key=lambda medium: not medium.get("preferred"))
    found = ((medium.get("characteristic") or {}).get(name) for medium in media for name in names)
    return next((str(each) for each in found if each), "—")


class PartyAdmin(ResourceAdmin):
    """What persons and organizations have in common."""

    labels: ClassVar[dict[str, str]] = _LABELS

    @display(description="Reached at")
    def contact(self, party: Any) -> str:
        """Email address or telephone number."""
        return first_contact(party, "emailAddress", "phoneNumber")

    @display(description="City")
    def city(self, party: Any) -> str:
        """City of the postal address."""
        return first_contact(party, "city")


@admin.register(Individual)
class IndividualAdmin(PartyAdmin):
    """Persons."""

    icon = "person"
    sidebar_order = 10
    list_display = ("__str__", "state", "birth_date", "contact", "city", "updated")
    search_fields = ("family_name", "given_name", "full_name", "uid")
    list_filter = ("status", "gender", "nationality")
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "gender": ("female", "male", "diverse"),
        "marital_status": ("single", "married", "divorced", "widowed"),
    }
    labels: ClassVar[dict[str, str]] = {
        **_LABELS,
        "individual_identification": "Identification", "language_ability": "Languages", "disability": "Disabilities",
        "skill": "Skills",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            ("title", "given_name", "family_name"), ("middle_name", "family_name_prefix", "generation"),
            ("full_name", "formatted_name"), ("preferred_given_name", "legal_name", "aristocratic_title"),
            ("birth_date", "death_date"), ("place_of_birth", "country_of_birth", "nationality"),
            ("gender", "marital_status", "location"),
        ],
        "Contact": ["contact_medium"],
        "Identification": ["individual_identification", "tax_exemption_certificate"],
        "Profile": ["language_ability", "skill", "disability", "other_name"],
        "Ratings": ["credit_rating"],
        "Relations": ["related_party", "external_reference"],
        "Characteristics": ["party_characteristic"],
    }  # fmt: skip


@admin.register(Organization)
class OrganizationAdmin(PartyAdmin):
    """Companies, authorities, associations and parts of them."""

    icon = "domain"
    sidebar_order = 20
    list_display = ("__str__", "state", "organization_type", "contact", "city", "updated")
    search_fields = ("trading_name", "name", "uid")
    list_filter = ("status", "organization_type", "is_legal_entity", "is_head_office")
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "organization_type": ("company", "department", "authority", "association"),
        "name_type": ("Inc", "Ltd", "Co", "GmbH", "SA"),
    }
    labels: ClassVar[dict[str, str]] = {
        **_LABELS,
        "name_type": "Legal form", "exists_during": "Exists", "organization_parent_relationship": "Belongs to",
        "organization_child_relationship": "Parts", "organization_identification": "Identification",
        "is_head_office": "Head office", "is_legal_entity": "Legal entity",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            ("trading_name", "name", "name_type"),
            "organization_type",
            ("is_legal_entity", "is_head_office"),
            "exists_during",
        ],
        "Contact": ["contact_medium"],
        "Structure": ["organization_parent_relationship", "organization_child_relationship"],
        "Identification": ["organization_identification", "tax_exemption_certificate"],
        "Ratings": ["credit_rating"],
        "Relations": ["related_party", "external_reference", "other_name"],
        "Characteristics": ["party_characteristic"],
    }
