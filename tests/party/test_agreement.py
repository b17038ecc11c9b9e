"""TMF651 Agreement Management: the contract of agreements and their specifications, and their official samples."""

from typing import ClassVar

import pytest

from party.models import Agreement, AgreementSpecification
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import AGREEMENT, CHARACTERISTIC, PARTY
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import ATTACHMENT, PERIOD, TYPED, reference
from tmfsite.fields.json import Document, RawFloat

BASE = "/tmf-api/agreementManagement/v4"

ITEM: Document = {
    "product": [reference("pr-1", "Product")],
    "productOffering": [reference("of-1", "ProductOffering")],
    "termOrCondition": [{"id": "1", "description": "Delivery within a day", "validFor": PERIOD}],
}


class TestAgreement(ResourceTests):
    model = Agreement
    route = f"{BASE}/agreement"
    minimal: ClassVar = {
        "name": "Wholesale",
        "agreementType": "commercial",
        "engagedParty": [PARTY],
        "agreementItem": [{}],
    }
    mandatory = ("name", "agreementType", "engagedParty", "agreementItem")
    defaults: ClassVar = {"status": "in process", "version": "0"}
    stamped = ("initialDate",)
    full: ClassVar = {
        **TYPED,
        "name": "Wholesale",
        "description": "Terms of trade",
        "agreementType": "commercial",
        "documentNumber": 97867,
        "version": "1.0",
        "status": "approved",
        "statementOfIntent": "To do business",
        "initialDate": "2026-01-01T00:00:00.000Z",
        "agreementPeriod": PERIOD,
        "completionDate": PERIOD,
        "engagedParty": [PARTY],
        "agreementSpecification": reference("as-1", "AgreementSpecification", description="Template"),
        "agreementItem": [ITEM],
        "agreementAuthorization": [
            {"date": "2026-01-01T00:00:00Z", "signatureRepresentation": "digital", "state": "signed"}
        ],
        "associatedAgreement": [AGREEMENT],
        "characteristic": [CHARACTERISTIC],
    }
    patch: ClassVar = {"name": "Wholesale 2", "agreementItem": [{}]}
    unpatchable: ClassVar = {"completionDate": {"startDateTime": "2027-01-01T00:00:00Z"}}
    state = "status"
    moves: ClassVar = {
        "in process": ("approved", "rejected"),
        "approved": ("terminated",),
        "rejected": (),
        "terminated": (),
    }


class TestAgreementSpecification(ResourceTests):
    model = AgreementSpecification
    route = f"{BASE}/agreementSpecification"
    minimal: ClassVar = {"name": "Wholesale template", "attachment": [ATTACHMENT]}
    mandatory = ("name", "attachment")
    defaults: ClassVar = {"lifecycleStatus": "In Study", "isBundle": False, "version": "0"}
    stamped = ("lastUpdate",)
    server_set: ClassVar = {"lastUpdate": "2001-01-01T00:00:00.000Z"}
    unpatchable: ClassVar = {"lastUpdate": "2001-01-01T00:00:00.000Z"}
    full: ClassVar = {
        **TYPED,
        "name": "Wholesale template",
        "description": "For resellers",
        "version": "2.0",
        "isBundle": True,
        "lifecycleStatus": "Active",
        "validFor": PERIOD,
        "serviceCategory": reference("sc-1", "ServiceCategory", version="1.0"),
        "specificationCharacteristic": [
            {
                "name": "volume",
                "description": "How much",
                "valueType": "number",
                "configurable": True,
                "specCharacteristicValue": [
                    {
                        "default": True,
                        "value": RawFloat("1e3"),
                        "valueType": "number",
                        "valueFrom": "1",
                        "valueTo": "9",
                        "unitOfMeasure": "piece",
                        "validFor": PERIOD,
                    }
                ],
                "validFor": PERIOD,
            }
        ],
        "specificationRelationship": [
            reference("as-2", "AgreementSpecification", relationshipType="dependency", validFor=PERIOD)
        ],
        "attachment": [{**ATTACHMENT, "@referredType": "Attachment"}],
        "relatedParty": [PARTY],
    }
    patch: ClassVar = {"description": "For all", "specificationCharacteristic": []}
    state = "lifecycleStatus"
    moves: ClassVar = {
        "In Study": ("In Design",),
        "In Design": ("In Test",),
        "In Test": ("Active", "Rejected"),
        "Active": ("Launched", "Retired"),
        "Launched": ("Retired",),
        "Retired": ("Obsolete",),
        "Rejected": (),
        "Obsolete": (),
    }


@pytest.mark.django_db
def test_parties_of_an_agreement_are_named() -> None:
    body = {**TestAgreement.minimal, "engagedParty": [{"id": "1", "@referredType": "Organization"}]}
    Caller("all").post(TestAgreement.route, body).refused(400, "23", about="engagedParty[0].name")


@pytest.mark.django_db
def test_agreements_are_found_by_what_they_are_about() -> None:
    call = Caller("all")
    document = call.post(TestAgreement.route, TestAgreement.full).body
    call.post(TestAgreement.route, TestAgreement.minimal)
    assert call.get(TestAgreement.route, **{"agreementItem.productOffering.id": "of-1"}).ids == [document["id"]]


def mend_agreement(sample: Document) -> None:
    """Add what is mandatory, number the document, and put into lists what the specification has as lists."""
    sample["agreementType"] = "commercial"
    sample["documentNumber"] = int(sample["documentNumber"])
    item = sample["agreementItem"][0]
    sample["agreementItem"] = [
        {
            "productOffering": [{"id": "61", **item["productOffering"]}],
            "termOrCondition": [item["termOrCondition"]],
        }
    ]


def mend_specification(sample: Document) -> None:
    """Add the attachment, which is mandatory."""
    sample["attachment"] = [ATTACHMENT]


@needs_specifications
@pytest.mark.django_db
def test_official_samples() -> None:
    replay("TMF651/Agreement.example.json", Agreement, mend_agreement)
    replay("TMF651/AgreementSpecification.example.json", AgreementSpecification, mend_specification)
