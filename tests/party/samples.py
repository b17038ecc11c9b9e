"""Sample values that the tests of several party APIs use."""

from tests.samples import PERIOD, reference
from tmfsite.fields.json import Document, RawFloat

AMOUNT: Document = {"unit": "EUR", "value": RawFloat("19.90")}


PARTY = reference("p-1", "Organization", role="Supplier")
ACCOUNT = reference("ac-1", "BillingAccount", description="For the household")
AGREEMENT = reference("ag-1", "Agreement")
METHOD = reference("pm-1", "BankCard")
CHARACTERISTIC: Document = {"id": "ch-1", "name": "hobby", "value": RawFloat("1.0"), "valueType": "number"}
MEDIUM: Document = {
    "mediumType": "postalAddress",
    "preferred": True,
    "characteristic": {
        "contactType": "home",
        "emailAddress": "jo@example.com",
        "phoneNumber": "+33 1 00 00 00 00",
        "faxNumber": "+33 1 00 00 00 01",
        "socialNetworkId": "@jo",
        "street1": "1 High Street",
        "street2": "Second floor",
        "postCode": "75014",
        "city": "Paris",
        "stateOrProvince": "Ile-de-France",
        "country": "France",
    },
    "validFor": PERIOD,
}
CREDIT: Document = {
    "creditProfileDate": "2026-01-01T00:00:00Z",
    "creditRiskRating": 4,
    "creditScore": 720,
    "validFor": PERIOD,
}
