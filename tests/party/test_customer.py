"""TMF629 Customer Management: the contract of customers, and their official sample."""

from typing import ClassVar

import pytest

from party.models import Customer
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import PARTY
from tests.party.test_role import ANY_MOVE, ROLE
from tests.replay import replay
from tests.resource import ResourceTests


class TestCustomer(ResourceTests):
    model = Customer
    route = "/tmf-api/customerManagement/v4/customer"
    minimal: ClassVar = {"name": "Jo Doe", "engagedParty": PARTY}
    mandatory = ("name", "engagedParty")
    defaults: ClassVar = {"status": "Created"}
    full: ClassVar = ROLE
    patch: ClassVar = {"name": "Jo Roe", "account": []}
    state = "status"
    moves: ClassVar = ANY_MOVE


@pytest.mark.django_db
def test_a_patch_need_not_repeat_what_is_mandatory() -> None:
    call = Caller("all")
    document = call.post(TestCustomer.route, TestCustomer.minimal).body
    after = call.patch(f"{TestCustomer.route}/{document['id']}", {"name": "Jo Roe"}).body
    assert (after["name"], after["engagedParty"]) == ("Jo Roe", PARTY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attribute", "value", "missing"),
    [
        ("engagedParty", {"name": "Acme"}, "engagedParty.id"),
        ("creditProfile", [{"creditProfileDate": "2026-01-01T00:00:00Z"}], "creditProfile[0].validFor"),
        ("contactMedium", [{"mediumType": "email"}], "contactMedium[0].characteristic"),
        ("contactMedium", [{"characteristic": {}}], "contactMedium[0].mediumType"),
        ("account", [{"id": "1"}], "account[0].name"),
        ("agreement", [{"name": "One"}], "agreement[0].id"),
        ("characteristic", [{"name": "One"}], "characteristic[0].value"),
    ],
)
def test_what_is_mandatory_inside(attribute: str, value: object, missing: str) -> None:
    answer = Caller("all").post(TestCustomer.route, {**TestCustomer.minimal, attribute: value})
    answer.refused(400, "23", about=missing)


@needs_specifications
@pytest.mark.django_db
def test_official_sample() -> None:
    replay("TMF629/Customer.example.json", Customer)
