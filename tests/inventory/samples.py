"""Sample values that the tests of several inventory APIs use."""

from tests.samples import NOTE, PERIOD, TYPED, reference
from tmfsite.fields.json import Document, RawFloat

PARTY = reference("p-1", "Individual", role="customer")
PLACE = reference("pl-1", "GeographicAddress", role="installation address")
CHARACTERISTIC: Document = {
    "id": "ch-1",
    "name": "speed",
    "valueType": "number",
    "value": RawFloat("100.0"),
    "characteristicRelationship": [
        {"id": "ch-2", "href": "https://elsewhere.example.com/ch-2", "relationshipType": "dependency"}
    ],
}
SERVICE_SPECIFICATION = reference("ss-1", "ServiceSpecification", version="1.0")
RESOURCE_SPECIFICATION = reference("rs-1", "LogicalResourceSpecification", version="1.0")
RESOURCE = reference("r-1", "LogicalResource")

SERVICE: Document = {
    **TYPED,
    "name": "Access of Ann",
    "description": "Fibre to the home",
    "category": "CFS",
    "serviceType": "Access",
    "state": "designed",
    "isServiceEnabled": False,
    "hasStarted": False,
    "startMode": "4",
    "isStateful": True,
    "isBundle": False,
    "serviceDate": "2026-01-02",
    "startDate": "2026-01-03T00:00:00Z",
    "endDate": "2027-01-03T00:00:00+01:00",
    "serviceSpecification": SERVICE_SPECIFICATION,
    "serviceCharacteristic": [CHARACTERISTIC],
    "feature": [
        {
            "id": "f-1",
            "name": "Static address",
            "isBundle": False,
            "isEnabled": True,
            "constraint": [reference("c-1", "Constraint", version="2")],
            "featureCharacteristic": [CHARACTERISTIC],
            "featureRelationship": [
                {"id": "f-2", "name": "Dual stack", "relationshipType": "dependsOn", "validFor": PERIOD}
            ],
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
    "supportingService": [reference("s-3", "Service")],
    "supportingResource": [RESOURCE],
    "serviceOrderItem": [
        {
            "id": "soi-1",
            "href": "https://elsewhere.example.com/soi-1",
            "itemId": "1",
            "itemAction": "add",
            "role": "initiator",
            "serviceOrderId": "so-1",
            "serviceOrderHref": "https://elsewhere.example.com/so-1",
            "@referredType": "ServiceOrder",
        }
    ],
    "relatedParty": [PARTY],
    "relatedEntity": [reference("e-1", "Site", role="hosted at")],
    "place": [PLACE],
    "note": [NOTE],
}
_OWN = {name: value for name, value in SERVICE.items() if not name.startswith("@")}
WITHIN: Document = {**_OWN, **reference("s-4", "Service")}
"""A service in a service, whole."""
SERVICE["supportingService"] = [reference("s-3", "Service"), WITHIN]
SERVICE["serviceRelationship"] = [{**SERVICE["serviceRelationship"][0], "service": WITHIN}]
