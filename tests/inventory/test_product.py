"""TMF637 Product Inventory Management: the contract of products, their dates and spelling, and the official sample."""

from typing import Any, ClassVar

import pytest

from inventory.models import Product
from tests.caller import Caller
from tests.conformance.swagger import needs_specifications, samples
from tests.inventory.samples import PARTY, PLACE, RESOURCE
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED, reference
from tmfsite.fields import json
from tmfsite.fields.json import Document, RawFloat

ROUTE = "/tmf-api/productInventory/v4/product"
MINIMAL = {"status": "created"}
MONEY = {"unit": "EUR", "value": RawFloat("19.90")}
PRICE: Document = {"percentage": 5, "taxRate": 20, "dutyFreeAmount": MONEY, "taxIncludedAmount": MONEY}
CATALOG_PRICE = reference("pop-1", "ProductOfferingPrice")
ACCOUNT = reference("ba-1", "BillingAccount")
PRODUCT: Document = {
    **TYPED,
    "name": "Fibre of Ann",
    "description": "Fibre with telephony",
    "status": "created",
    "isBundle": True,
    "isCustomerVisible": True,
    "productSerialNumber": "SN-1",
    "orderDate": "2026-01-01T00:00:00Z",
    "startDate": "2026-01-02T00:00:00+01:00",
    "terminationDate": "2028-01-01T00:00:00.000Z",
    "productOffering": reference("po-1", "ProductOffering"),
    "productSpecification": reference(
        "ps-1",
        "ProductSpecification",
        version="1.0",
        targetProductSchema={"@schemaLocation": "https://schemas.example.com/f.json", "@type": "Fibre"},
    ),
    "productCharacteristic": [{"id": "ch-1", "name": "speed", "valueType": "number", "value": RawFloat("1.0")}],
    "realizingService": [reference("s-1", "Service")],
    "realizingResource": [{**RESOURCE, "value": "+33 1 00 00 00 00"}],
    "productOrderItem": [
        {
            "orderItemId": "1",
            "orderItemAction": "add",
            "productOrderId": "o-1",
            "productOrderHref": "https://elsewhere.example.com/o-1",
            "role": "origin",
            "@referredType": "ProductOrder",
        }
    ],
    "productPrice": [
        {
            "name": "Monthly fee",
            "description": "Every month",
            "priceType": "recurring",
            "price": PRICE,
            "recurringChargePeriod": "month",
            "unitOfMeasure": "line",
            "billingAccount": ACCOUNT,
            "productOfferingPrice": CATALOG_PRICE,
            "productPriceAlteration": [
                {
                    "name": "Welcome",
                    "description": "Less at first",
                    "priceType": "discount",
                    "priority": 1,
                    "price": PRICE,
                    "applicationDuration": 3,
                    "recurringChargePeriod": "month",
                    "unitOfMeasure": "line",
                    "productOfferingPrice": CATALOG_PRICE,
                }
            ],
        }
    ],
    "productTerm": [
        {
            "name": "Commitment",
            "description": "Two years",
            "duration": {"amount": 24, "units": "month"},
            "validFor": PERIOD,
        }
    ],
    "billingAccount": ACCOUNT,
    "agreement": [reference("ag-1", "Agreement", agreementItemId="2")],
    "relatedParty": [PARTY],
    "place": [PLACE],
}
PRODUCT |= {
    "productRelationship": [
        {
            "relationshipType": "reliesOn",
            "product": {
                **reference("p-2", "Product"),
                **{name: value for name, value in PRODUCT.items() if not name.startswith("@") and name != "name"},
                "productRelationship": [{"relationshipType": "targets", "product": reference("p-3", "Product")}],
                "product": [reference("p-4", "Product")],
            },
        }
    ],
}
PRODUCT["product"] = [PRODUCT["productRelationship"][0]["product"]]


class TestProduct(ResourceTests):
    model = Product
    route = ROUTE
    minimal: ClassVar = MINIMAL
    mandatory = ("status",)
    full: ClassVar = PRODUCT
    patch: ClassVar = {"name": "Fibre of Bob", "relatedParty": [{**PARTY, "id": "p-9"}]}
    state = "status"
    moves: ClassVar = {
        "created": ("pendingActive", "active"),
        "pendingActive": ("active", "cancelled", "aborted"),
        "active": ("suspended", "pendingTerminate", "terminated"),
        "suspended": ("active", "pendingTerminate", "terminated"),
        "pendingTerminate": ("terminated",),
        "cancelled": (),
        "aborted": (),
        "terminated": (),
    }
    events = ("Create", "AttributeValueChange", "StateChange", "Batch", "Delete")


@pytest.mark.django_db
def test_dates_follow_the_state() -> None:
    call = Caller("all")
    product = call.post(ROUTE, MINIMAL).body
    url = f"{ROUTE}/{product['id']}"
    assert {"startDate", "terminationDate"} & product.keys() == set()
    active = call.patch(url, {"status": "active"}).body
    call.patch(url, {"status": "suspended"})
    again = call.patch(url, {"status": "active"}).body
    ended = call.patch(url, {"status": "terminated"}).body
    assert active["startDate"] == again["startDate"] == ended["startDate"] < ended["terminationDate"]


@pytest.mark.django_db
def test_a_product_may_start_in_any_state_and_keeps_its_dates() -> None:
    call = Caller("all")
    sent = {"status": "terminated", "startDate": "2020-01-01T00:00:00Z", "terminationDate": "2021-01-01T00:00:00Z"}
    assert sent.items() <= call.post(ROUTE, sent).body.items()
    assert "startDate" in call.post(ROUTE, {"status": "active"}).body


@pytest.mark.django_db
def test_the_blank_of_the_standard_is_taken_and_not_given() -> None:
    call = Caller("all")
    assert call.post(ROUTE, {"status": "aborted "}).body["status"] == "aborted"
    product = call.post(ROUTE, {"status": "pendingActive"}).body
    assert call.patch(f"{ROUTE}/{product['id']}", {"status": "aborted "}).body["status"] == "aborted"
    assert call.get(ROUTE, status="aborted").status == 200
    assert len(call.get(ROUTE, status="aborted").body) == 2


@needs_specifications
@pytest.mark.django_db
def test_official_sample() -> None:
    """The file is a list of one."""
    call = Caller("all")
    for path in samples("TMF637"):
        for document in json.loads(path.read_bytes()):
            made = call.post(ROUTE, document)
            assert made.status == 201, made.response.content
            kept: dict[str, Any] = call.get(f"{ROUTE}/{made.body['id']}").body
            for name in document.keys() - {"id", "href"}:
                assert json.dumps(kept[name]) == json.dumps(document[name]), name
