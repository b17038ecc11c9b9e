"""TMF666 Account Management: the contract of accounts and of how they are billed, and their official samples."""

from typing import Any, ClassVar

import pytest

from party.models import (
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillPresentationMedia,
    FinancialAccount,
    PartyAccount,
    SettlementAccount,
)
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications
from tests.party.samples import ACCOUNT, AMOUNT, MEDIUM, METHOD, PARTY
from tests.replay import replay
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED, reference
from tmfsite.fields.json import Document

BASE = "/tmf-api/accountManagement/v4"

BALANCE: Document = {"balanceType": "DepositBalance", "amount": AMOUNT, "validFor": PERIOD}
CYCLE: Document = {
    "description": "Every month",
    "billingPeriod": "month",
    "frequency": "monthly",
    "billingDateShift": 1,
    "chargeDateOffset": 5,
    "creditDateOffset": 6,
    "mailingDateOffset": 7,
    "paymentDueDateOffset": 30,
    "validFor": PERIOD,
}
ACCOUNT_BASE: Document = {
    **TYPED,
    "name": "Home",
    "description": "For the household",
    "accountType": "Residential",
    "state": "Active",
    "creditLimit": AMOUNT,
    "accountBalance": [BALANCE],
    "accountRelationship": [{"relationshipType": "contains", "account": ACCOUNT, "validFor": PERIOD}],
    "contact": [
        {
            "contactName": "Jo Doe",
            "contactType": "primary",
            "partyRoleType": "owner",
            "contactMedium": [MEDIUM],
            "relatedParty": PARTY,
            "validFor": PERIOD,
        }
    ],
    "relatedParty": [PARTY],
    "taxExemption": [
        {"certificateNumber": "007", "issuingJurisdiction": "France", "reason": "Embassy", "validFor": PERIOD}
    ],
}


class AccountTests(ResourceTests):
    """What all accounts share."""

    __test__ = False
    minimal: ClassVar = {"name": "Home"}
    mandatory: ClassVar[tuple[str, ...]] = ("name",)
    full: ClassVar = ACCOUNT_BASE
    patch: ClassVar = {"name": "Household", "contact": []}
    defaults: ClassVar = {"state": "Active"}
    stamped = ("lastModified",)
    server_set: ClassVar = {"lastModified": "2001-01-01T00:00:00.000Z"}
    unpatchable: ClassVar = {"lastModified": "2001-01-01T00:00:00.000Z"}
    state = "state"
    moves: ClassVar = {
        "Active": ("Suspended", "Closed"),
        "Suspended": ("Active", "Closed"),
        "Inactive": ("Active",),
        "Closed": (),
    }


class ChargedAccountTests(AccountTests):
    """What the accounts share that collect charges."""

    minimal: ClassVar = {"name": "Home", "relatedParty": [PARTY]}
    mandatory = ("name", "relatedParty")
    full: ClassVar = {
        **ACCOUNT_BASE,
        "paymentStatus": "due",
        "billStructure": {
            "cycleSpecification": {
                **reference("bc-1", "BillingCycleSpecification"),
                **CYCLE,
                "dateShift": 2,
                "isRef": False,
            },
            "format": reference("bf-1", "BillFormat", description="Itemised", isRef=True),
            "presentationMedia": [reference("bm-1", "BillPresentationMedia", description="By mail", isRef=True)],
        },
        "defaultPaymentMethod": METHOD,
        "financialAccount": reference("fa-1", "FinancialAccount", accountBalance=BALANCE),
        "paymentPlan": [
            {
                "planType": "regular",
                "status": "Effective",
                "priority": 1,
                "numberOfPayments": 12,
                "paymentFrequency": "monthly",
                "paymentMethod": METHOD,
                "totalAmount": AMOUNT,
                "validFor": PERIOD,
            }
        ],
    }
    unpatchable: ClassVar = {**AccountTests.unpatchable, "accountBalance": []}
    events = ("AttributeValueChange", "StateChange")


class TestPartyAccount(ChargedAccountTests):
    __test__ = True
    model = PartyAccount
    route = f"{BASE}/partyAccount"


class TestBillingAccount(ChargedAccountTests):
    __test__ = True
    model = BillingAccount
    route = f"{BASE}/billingAccount"


class TestSettlementAccount(ChargedAccountTests):
    __test__ = True
    model = SettlementAccount
    route = f"{BASE}/settlementAccount"


class TestFinancialAccount(AccountTests):
    __test__ = True
    model = FinancialAccount
    route = f"{BASE}/financialAccount"


class TestBillingCycleSpecification(ResourceTests):
    model = BillingCycleSpecification
    route = f"{BASE}/billingCycleSpecification"
    minimal: ClassVar = {"name": "Monthly"}
    mandatory = ("name",)
    full: ClassVar = {**TYPED, "name": "Monthly", **CYCLE}
    patch: ClassVar = {"frequency": "quarterly"}
    events = ()


class TestBillFormat(ResourceTests):
    model = BillFormat
    route = f"{BASE}/billFormat"
    minimal: ClassVar = {"name": "Itemised"}
    mandatory = ("name",)
    full: ClassVar = {**TYPED, "name": "Itemised", "description": "Every call"}
    patch: ClassVar = {"description": "Every call and message"}
    events = ()


class TestBillPresentationMedia(ResourceTests):
    model = BillPresentationMedia
    route = f"{BASE}/billPresentationMedia"
    minimal: ClassVar = {"name": "Paper"}
    mandatory = ("name",)
    full: ClassVar = {**TYPED, "name": "Paper", "description": "By mail"}
    patch: ClassVar = {"description": "By courier"}
    events = ()


@pytest.mark.django_db
def test_accounts_may_be_in_states_of_their_own() -> None:
    call = Caller("all")
    document = call.post(f"{BASE}/financialAccount", {"name": "Ledger", "state": "Frozen"}).body
    assert document["state"] == "Frozen"
    url = f"{BASE}/financialAccount/{document['id']}"
    assert call.patch(url, {"state": "closed"}).body["state"] == "closed"
    call.patch(url, {"state": "Active"}).refused(409, "stateTransition", about="closed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attribute", "value", "missing"),
    [
        ("relatedParty", [{"id": "1", "@referredType": "Organization"}], "relatedParty[0].name"),
        ("taxExemption", [{"issuingJurisdiction": "France"}], "taxExemption[0].validFor"),
        ("contact", [{"validFor": PERIOD}], "contact[0].contactType"),
        ("accountRelationship", [{"validFor": PERIOD}], "accountRelationship[0].relationshipType"),
        ("accountBalance", [{"balanceType": "x", "validFor": PERIOD}], "accountBalance[0].amount"),
        ("billStructure", {"format": {"id": "1"}}, "billStructure.format.name"),
        ("financialAccount", {"id": "1", "accountBalance": {}}, "financialAccount.accountBalance.balanceType"),
    ],
)
def test_what_is_mandatory_inside(attribute: str, value: object, missing: str) -> None:
    body = {**ChargedAccountTests.minimal, attribute: value}
    Caller("all").post(f"{BASE}/billingAccount", body).refused(400, "23", about=missing)


def mend_balance(sample: Document) -> None:
    """Say of what kind the balance of the ledger account is."""
    sample["financialAccount"]["accountBalance"]["balanceType"] = "ReceivableBalance"


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize(
    "model",
    [
        PartyAccount,
        BillingAccount,
        SettlementAccount,
        FinancialAccount,
        BillingCycleSpecification,
        BillFormat,
        BillPresentationMedia,
    ],
)
def test_official_samples(model: Any) -> None:
    replay(f"TMF666/{model.__name__}.example.json", model, mend_balance if model is BillingAccount else None)
