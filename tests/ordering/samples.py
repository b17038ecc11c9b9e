"""Values that the samples of ordering share: with a value for every attribute, nested ones too."""

from tests.assurance.samples import CHARACTERISTIC, PARTY
from tests.samples import NOTE, PERIOD, reference
from tmfsite.fields.json import Document, RawFloat

PLACE = reference("pl-1", "GeographicAddress", role="installation")
ACCOUNT = reference("ba-1", "BillingAccount")
APPOINTMENT = reference("ap-1", "Appointment", description="Tuesday morning")
ATTACHMENT: Document = {
    "id": "at-1",
    "href": "https://elsewhere.example.com/at-1",
    "attachmentType": "document",
    "content": "aGVsbG8=",
    "description": "Data sheet",
    "mimeType": "application/pdf",
    "name": "sheet.pdf",
    "url": "https://elsewhere.example.com/sheet.pdf",
    "size": {"amount": RawFloat("1.50"), "units": "MB"},
    "validFor": PERIOD,
    "@referredType": "Attachment",
}

# --- products ---

PRICE: Document = {
    "percentage": 0,
    "taxRate": RawFloat("19.0"),
    "dutyFreeAmount": {"unit": "EUR", "value": 10},
    "taxIncludedAmount": {"unit": "EUR", "value": RawFloat("11.90")},
}
ALTERATION: Document = {
    "name": "Welcome",
    "description": "The first months",
    "priceType": "recurring",
    "priority": 1,
    "applicationDuration": 3,
    "recurringChargePeriod": "month",
    "unitOfMeasure": "1 line",
    "price": {**PRICE, "percentage": 20},
    "productOfferingPrice": reference("pop-2", "ProductOfferingPrice"),
}
ORDER_PRICE: Document = {
    "name": "Monthly fee",
    "description": "For the line",
    "priceType": "recurring",
    "recurringChargePeriod": "month",
    "unitOfMeasure": "1 line",
    "price": PRICE,
    "priceAlteration": [ALTERATION],
    "productOfferingPrice": reference("pop-1", "ProductOfferingPrice"),
    "billingAccount": ACCOUNT,
}
SIMPLE_PRODUCT = reference("p-2", "Product")
PART: Document = {
    **reference("p-1", "Product"),
    "description": "The line",
    "status": "created",
    "isBundle": False,
    "isCustomerVisible": True,
    "productSerialNumber": "S-1",
    "orderDate": "2026-01-01T00:00:00Z",
    "startDate": "2026-01-02T00:00:00Z",
    "terminationDate": "2027-01-02T00:00:00Z",
    "agreement": [reference("ag-1", "Agreement", agreementItemId="1")],
    "billingAccount": ACCOUNT,
    "place": [PLACE],
    "product": [SIMPLE_PRODUCT],
    "productCharacteristic": [{"name": "colour", "valueType": "string", "value": "red", "id": "c-1"}],
    "productOffering": reference("po-1", "ProductOffering"),
    "productOrderItem": [
        {
            "orderItemId": "1",
            "orderItemAction": "add",
            "productOrderId": "o-0",
            "productOrderHref": "https://elsewhere.example.com/o-0",
            "role": "made by",
        }
    ],
    "productPrice": [
        {
            **{name: value for name, value in ORDER_PRICE.items() if name != "priceAlteration"},
            "productPriceAlteration": [ALTERATION],
        }
    ],
    "productRelationship": [{"relationshipType": "reliesOn", "product": SIMPLE_PRODUCT}],
    "productSpecification": {
        **reference("ps-1", "ProductSpecification"),
        "version": "1.0",
        "targetProductSchema": {"@type": "Line", "@schemaLocation": "https://schemas.example.com/line.json"},
    },
    "productTerm": [
        {
            "name": "A year",
            "description": "Commitment",
            "duration": {"amount": 12, "units": "month"},
            "validFor": PERIOD,
        }
    ],
    "realizingResource": [reference("r-1", "Resource", value="415 279 7439")],
    "realizingService": [reference("s-1", "Service")],
    "relatedParty": [PARTY],
}
PRODUCT: Document = {
    **PART,
    "product": [PART],
    "productRelationship": [{"relationshipType": "reliesOn", "product": PART}],
}

# --- services ---

FEATURE: Document = {
    "id": "f-1",
    "name": "download",
    "isBundle": False,
    "isEnabled": True,
    "constraint": [{**reference("co-1", "Constraint"), "version": "1.0"}],
    "featureCharacteristic": [CHARACTERISTIC],
    "featureRelationship": [{"id": "f-2", "name": "upload", "relationshipType": "requires", "validFor": PERIOD}],
}
SIMPLE_SERVICE: Document = {
    **reference("s-1", "Service"),
    "category": "CFS",
    "description": "Access",
    "serviceType": "access",
    "state": "active",
    "isBundle": False,
    "isServiceEnabled": True,
    "isStateful": True,
    "hasStarted": False,
    "startMode": "1",
    "serviceDate": "2026-01-01",
    "startDate": "2026-01-02T00:00:00Z",
    "endDate": "2027-01-02T00:00:00Z",
    "feature": [FEATURE],
    "note": [NOTE],
    "place": [PLACE],
    "relatedEntity": [reference("e-1", "Site", role="at")],
    "relatedParty": [PARTY],
    "serviceCharacteristic": [CHARACTERISTIC],
    "serviceOrderItem": [
        {
            "id": "so-1",
            "href": "https://elsewhere.example.com/so-1",
            "itemId": "1",
            "itemAction": "add",
            "role": "made by",
            "serviceOrderId": "o-0",
            "serviceOrderHref": "https://elsewhere.example.com/o-0",
        }
    ],
    "serviceRelationship": [
        {
            "id": "sr-1",
            "href": "https://elsewhere.example.com/sr-1",
            "relationshipType": "reliesOn",
            "service": reference("s-2", "Service"),
            "serviceRelationshipCharacteristic": [CHARACTERISTIC],
            "ServiceRelationshipCharacteristic": [CHARACTERISTIC],
        }
    ],
    "serviceSpecification": {**reference("ss-1", "ServiceSpecification"), "version": "1.0"},
    "supportingResource": [reference("r-1", "Resource")],
    "supportingService": [reference("s-3", "Service")],
}

SERVICE: Document = {
    **SIMPLE_SERVICE,
    "serviceRelationship": [{**SIMPLE_SERVICE["serviceRelationship"][0], "service": SIMPLE_SERVICE}],
    "supportingService": [SIMPLE_SERVICE],
}

# --- resources ---

RESOURCE: Document = {
    **reference("r-1", "Resource"),
    "category": "Cable",
    "description": "Double jacket",
    "resourceVersion": "6",
    "startOperatingDate": "2026-01-02T00:00:00Z",
    "endOperatingDate": "2027-01-02T00:00:00Z",
    "administrativeState": "locked",
    "operationalState": "disable",
    "usageState": "idle",
    "resourceStatus": "reserved",
    "attachment": [{**ATTACHMENT, "isRef": True}],
    "note": [NOTE],
    "place": PLACE,
    "relatedParty": [PARTY],
    "resourceCharacteristic": [CHARACTERISTIC],
    "resourceRelationship": [
        {
            **reference("r-2", "Resource"),
            "relationshipType": "contains",
            "resource": reference("r-2", "Resource"),
            "resourceRelationshipCharacteristic": [CHARACTERISTIC],
        }
    ],
    "resourceSpecification": {**reference("rs-1", "ResourceSpecification"), "version": "1.0"},
}
