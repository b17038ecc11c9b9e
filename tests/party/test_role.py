"""TMF669 Party Role Management: the contract of party roles, and their official sample."""

from typing import ClassVar

import pytest

from party.models import PartyRole
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import ACCOUNT, AGREEMENT, CHARACTERISTIC, CREDIT, MEDIUM, METHOD, PARTY
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED
from tmfsite.fields.json import Document

STATES = ("Created", "Approved", "Active", "Suspended", "Terminated")
ANY_MOVE = {state: tuple(other for other in STATES if other != state) for state in STATES}
"""The standard names no states: any move is allowed."""

ROLE: Document = {
    **TYPED,
    "name": "Acme as supplier",
    "status": "Approved",
    "statusReason": "Papers are signed",
    "validFor": PERIOD,
    "engagedParty": PARTY,
    "account": [ACCOUNT, {"name": "No identity yet"}],
    "agreement": [AGREEMENT],
    "characteristic": [CHARACTERISTIC],
    "contactMedium": [MEDIUM],
    "creditProfile": [CREDIT],
    "paymentMethod": [METHOD],
    "relatedParty": [PARTY],
}


class TestPartyRole(ResourceTests):
    model = PartyRole
    route = "/tmf-api/partyRoleManagement/v4/partyRole"
    minimal: ClassVar = {"name": "Acme as supplier"}
    mandatory = ("name",)
    defaults: ClassVar = {"status": "Created"}
    full: ClassVar = ROLE
    patch: ClassVar = {"name": "Acme as reseller", "statusReason": "Promoted"}
    state = "status"
    moves: ClassVar = ANY_MOVE


@pytest.mark.django_db
def test_states_and_types_of_roles_are_open() -> None:
    call = Caller("all")
    body = {"name": "Acme", "status": "On trial", "roleType": {"name": "supplier"}}
    document = call.post(TestPartyRole.route, body).body
    assert (document["status"], document["roleType"]) == ("On trial", {"name": "supplier"})
    url = f"{TestPartyRole.route}/{document['id']}"
    assert call.patch(url, {"status": "Terminated"}).body["status"] == "Terminated"
    assert call.patch(url, {"status": "On trial"}).body["status"] == "On trial"


@pytest.mark.django_db
def test_roles_of_a_party_are_found() -> None:
    call = Caller("all")
    party = call.post("/tmf-api/party/v4/organization", {"tradingName": "Acme"}).body
    engaged = {"id": party["id"], "@referredType": "Organization"}
    role = call.post(TestPartyRole.route, {"name": "Acme as supplier", "engagedParty": engaged}).body
    call.post(TestPartyRole.route, {"name": "Other", "engagedParty": {**engaged, "id": "other"}})
    assert call.get(TestPartyRole.route, **{"engagedParty.id": party["id"]}).ids == [role["id"]]


@needs_specifications
@pytest.mark.django_db
def test_official_sample() -> None:
    replay("TMF669/PartyRole.example.json", PartyRole)
