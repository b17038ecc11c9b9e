"""TMF632 Party Management: the contract of persons and organizations, and their official samples."""

from typing import Any, ClassVar

import pytest

from party.models import Individual, Organization
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import CHARACTERISTIC, MEDIUM, PARTY
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import ATTACHMENT, PERIOD, TYPED, reference
from tmfsite.fields.json import Document

BASE = "/tmf-api/party/v4"

IDENTIFICATION: Document = {
    "identificationId": "51DD1234",
    "identificationType": "passport",
    "issuingAuthority": "Town hall",
    "issuingDate": "2026-01-01T00:00:00Z",
    "attachment": {**ATTACHMENT, "@referredType": "Attachment"},
    "validFor": PERIOD,
}
COMMON: Document = {
    **TYPED,
    "status": "validated",
    "contactMedium": [MEDIUM, {}],
    "creditRating": [
        {
            "creditAgencyName": "Agency",
            "creditAgencyType": "external",
            "ratingReference": "r-1",
            "ratingScore": 680,
            "validFor": PERIOD,
        }
    ],
    "externalReference": [{"externalReferenceType": "socialNetwork", "name": "@jo"}],
    "partyCharacteristic": [CHARACTERISTIC],
    "relatedParty": [PARTY],
    "taxExemptionCertificate": [
        {
            "id": "t-1",
            "attachment": {**ATTACHMENT, "@referredType": "Attachment"},
            "taxDefinition": [reference("td-1", "TaxDefinition", taxType="vat")],
            "validFor": PERIOD,
        }
    ],
}
NAMES: Document = {
    "title": "Dr",
    "aristocraticTitle": "Countess",
    "givenName": "Jo",
    "preferredGivenName": "Joe",
    "middleName": "M",
    "familyNamePrefix": "van",
    "familyName": "Doe",
    "generation": "III",
    "fullName": "Jo van Doe",
    "formattedName": "Dr Jo van Doe",
    "legalName": "Doe",
}


class TestIndividual(ResourceTests):
    model = Individual
    route = f"{BASE}/individual"
    minimal: ClassVar = {"givenName": "Jo", "familyName": "Doe"}
    mandatory = ("givenName", "familyName")
    defaults: ClassVar = {"status": "initialized"}
    full: ClassVar = {
        **COMMON,
        **NAMES,
        "gender": "female",
        "birthDate": "1967-09-26T05:00:00.246Z",
        "deathDate": "2066-09-26T05:00:00.000Z",
        "placeOfBirth": "Paris",
        "countryOfBirth": "France",
        "nationality": "French",
        "maritalStatus": "married",
        "location": "Lyon",
        "disability": [{"disabilityCode": "BLD", "disabilityName": "Blind", "validFor": PERIOD}],
        "individualIdentification": [IDENTIFICATION],
        "languageAbility": [
            {
                "languageCode": "FR",
                "languageName": "French",
                "isFavouriteLanguage": True,
                "listeningProficiency": "good",
                "readingProficiency": "good",
                "speakingProficiency": "fair",
                "writingProficiency": "poor",
                "validFor": PERIOD,
            }
        ],
        "otherName": [{**NAMES, "validFor": PERIOD}],
        "skill": [
            {
                "skillCode": "s-1",
                "skillName": "marketing",
                "evaluatedLevel": "high",
                "comment": "ten years",
                "validFor": PERIOD,
            }
        ],
    }
    patch: ClassVar = {"familyName": "Roe", "skill": []}
    state = "status"
    moves: ClassVar = {"initialized": ("validated", "deceaded"), "validated": ("deceaded",), "deceaded": ()}


class TestOrganization(ResourceTests):
    model = Organization
    route = f"{BASE}/organization"
    minimal: ClassVar = {"tradingName": "Acme"}
    mandatory = ("tradingName",)
    defaults: ClassVar = {"status": "initialized"}
    full: ClassVar = {
        **COMMON,
        "name": "Acme Ltd",
        "nameType": "Ltd",
        "tradingName": "Acme",
        "organizationType": "company",
        "isHeadOffice": True,
        "isLegalEntity": False,
        "existsDuring": PERIOD,
        "organizationParentRelationship": {
            "relationshipType": "juridical",
            "organization": reference("o-1", "Organization"),
        },
        "organizationChildRelationship": [
            {"relationshipType": "hierarchical", "organization": reference("o-2", "Organization")}
        ],
        "organizationIdentification": [IDENTIFICATION],
        "otherName": [{"name": "Ace", "nameType": "Inc", "tradingName": "Ace", "validFor": PERIOD}],
    }
    patch: ClassVar = {"tradingName": "Acme & Sons", "isHeadOffice": False}
    state = "status"
    moves: ClassVar = {"initialized": ("validated", "closed"), "validated": ("closed",), "closed": ()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("resource", "minimal"), [("individual", TestIndividual.minimal), ("organization", TestOrganization.minimal)]
)
def test_states_are_those_of_the_standard(resource: str, minimal: Document) -> None:
    call = Caller("all")
    call.post(f"{BASE}/{resource}", {**minimal, "status": "wonderful"}).refused(400, "24", about="status")
    document = call.post(f"{BASE}/{resource}", {**minimal, "status": "validated"}).body
    assert document["status"] == "validated"
    call.patch(f"{BASE}/{resource}/{document['id']}", {"status": "initialized"}).refused(409, "stateTransition")


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["warn", "off"])
def test_states_are_checked_as_strictly_as_is_set(mode: str, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.TMF_LIFECYCLE_MODE = {"default": "strict", "tmf632": mode}
    body = {**TestIndividual.minimal, "status": "wonderful"}
    assert Caller("all").post(f"{BASE}/individual", body).body["status"] == "wonderful"
    assert ("wonderful" in caplog.text) is (mode == "warn")


@pytest.mark.django_db
def test_the_right_spelling_is_understood_too() -> None:
    call = Caller("all")
    document = call.post(f"{BASE}/individual", TestIndividual.minimal).body
    url = f"{BASE}/individual/{document['id']}"
    assert call.patch(url, {"status": "deceased"}).body["status"] == "deceaded"
    assert call.get(f"{BASE}/individual", status="deceaded").ids == [document["id"]]
    assert (
        call.post(f"{BASE}/individual", {**TestIndividual.minimal, "status": "deceased"}).body["status"] == "deceaded"
    )


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize("model", [Individual, Organization])
def test_official_samples(model: Any) -> None:
    replay(f"TMF632/{model.__name__}.example.json", model)
