"""Sample values that the tests of several party APIs use."""

from typing import Any

from tmfsite.fields.json import Document, RawFloat

PERIOD: Document = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T01:00:00+01:00"}
TYPED: Document = {"@baseType": "Entity", "@schemaLocation": "https://schemas.example.com/one.json", "@type": "One"}
AMOUNT: Document = {"unit": "EUR", "value": RawFloat("19.90")}


def reference(uid: str, kind: str, **more: Any) -> Document:
    """Return a reference with all that every reference has."""
    return {
        "id": uid,
        "href": f"https://elsewhere.example.com/{uid}",
        "name": f"The {kind}",
        "@referredType": kind,
        **more,
    }


PARTY = reference("p-1", "Organization", role="Supplier")
ACCOUNT = reference("ac-1", "BillingAccount", description="For the household")
AGREEMENT = reference("ag-1", "Agreement")
METHOD = reference("pm-1", "BankCard")
CHARACTERISTIC: Document = {"id": "ch-1", "name": "hobby", "value": RawFloat("1.0"), "valueType": "number"}
ATTACHMENT: Document = {
    "id": "at-1",
    "href": "https://elsewhere.example.com/at-1",
    "attachmentType": "scan",
    "content": "aGVsbG8=",
    "description": "From the front",
    "mimeType": "image/png",
    "name": "front.png",
    "url": "https://elsewhere.example.com/front.png",
    "size": {"amount": 300, "units": "kB"},
    "validFor": PERIOD,
}
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
