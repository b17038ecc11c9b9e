"""TMF668 Partnership Management: the contract of partnerships and their specifications, and their official samples."""

from typing import ClassVar

import pytest

from party.models import Partnership, PartnershipSpecification
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import ACCOUNT, AGREEMENT, CHARACTERISTIC, CREDIT, MEDIUM, METHOD, PARTY
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED, reference
from tmfsite.events.models import Event
from tmfsite.fields.json import Document

BASE = "/tmf-api/partnershipManagement/v4"


class TestPartnershipSpecification(ResourceTests):
    model = PartnershipSpecification
    route = f"{BASE}/partnershipSpecification"
    minimal: ClassVar = {"name": "Content"}
    mandatory = ("name",)
    full: ClassVar = {
        **TYPED,
        "name": "Content",
        "description": "Who delivers content",
        "roleSpecification": [
            {
                "name": "ContentProvider",
                "description": "Delivers",
                "requiresBilling": True,
                "requiresSettlement": False,
                "agreementSpecification": [reference("as-1", "AgreementSpecification", description="Licence")],
            },
            {"name": "Tester"},
        ],
    }
    patch: ClassVar = {"description": "Who makes and delivers content"}
    events = ("Create", "Change", "Delete")


class TestPartnership(TestPartnershipSpecification):
    model = Partnership
    route = f"{BASE}/partnership"
    minimal: ClassVar = {"name": "Films", "specification": reference("ps-1", "PartnershipSpecification")}
    mandatory = ("name", "specification")
    full: ClassVar = {
        **TYPED,
        "name": "Films",
        "description": "Films on demand",
        "specification": reference("ps-1", "PartnershipSpecification"),
        "partner": [
            {
                "id": "1",
                "href": "https://elsewhere.example.com/1",
                "name": "Studio",
                "engagedParty": PARTY,
                "status": "Approved",
                "statusReason": "Signed",
                "account": [ACCOUNT],
                "agreement": [AGREEMENT],
                "characteristic": [CHARACTERISTIC],
                "contactMedium": [MEDIUM],
                "creditProfile": [CREDIT],
                "paymentMethod": [METHOD],
                "relatedParty": [PARTY],
                "validFor": PERIOD,
            },
            {"name": "Tester", "engagedParty": PARTY},
        ],
    }
    patch: ClassVar = {"description": "Films and series", "partner": []}


@pytest.mark.django_db
def test_partnerships_of_a_partner_are_found() -> None:
    call = Caller("all")
    document = call.post(TestPartnership.route, TestPartnership.full).body
    call.post(TestPartnership.route, TestPartnership.minimal)
    assert call.get(TestPartnership.route, **{"partner.engagedParty.id": PARTY["id"]}).ids == [document["id"]]


@pytest.mark.django_db
@pytest.mark.parametrize("lacking", ["name", "engagedParty"])
def test_what_a_partner_must_have(lacking: str) -> None:
    partner = {name: value for name, value in {"name": "Studio", "engagedParty": PARTY}.items() if name != lacking}
    body = {**TestPartnership.minimal, "partner": [partner]}
    Caller("all").post(TestPartnership.route, body).refused(400, "23", about=f"partner[0].{lacking}")
    assert not Event.objects.exists()


def flatten_roles(sample: Document) -> None:
    """Take the list of roles out of the list it is in."""
    sample["roleSpecification"] = sample["roleSpecification"][0]


def identify_partners(sample: Document) -> None:
    """Give references their ids, which stand in the addresses only, and partners their names."""

    def identified(reference: Document) -> Document:
        return {"id": reference["href"].rsplit("/", 1)[-1], **reference}

    sample["specification"] = identified(sample["specification"])
    for partner in sample["partner"]:
        partner["engagedParty"] = identified(partner["engagedParty"])
        partner["name"] = partner["engagedParty"]["name"]
        if "account" in partner:
            partner["account"] = [identified(account) for account in partner["account"]]


@needs_specifications
@pytest.mark.django_db
def test_official_samples() -> None:
    replay("TMF668/PartnershipSpecification.example.json", PartnershipSpecification, flatten_roles)
    replay("TMF668/Partnership.example.json", Partnership, identify_partners)
