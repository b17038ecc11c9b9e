"""Sample values that the tests of several catalogs use."""

from tests.samples import PERIOD, TYPED, reference
from tmfsite.fields.json import Document, RawFloat

PARTY = reference("p-1", "Organization", role="Supplier")
CONSTRAINT = reference("k-1", "Constraint", version="1.1")
VALUE: Document = {
    "isDefault": True,
    "rangeInterval": "closed",
    "regex": "^[0-9]+$",
    "unitOfMeasure": "Mbit/s",
    "valueFrom": 10,
    "valueTo": RawFloat("1e3"),
    "valueType": "number",
    "value": RawFloat("100.0"),
    "validFor": PERIOD,
}
ENTITY: Document = {
    **TYPED,
    "name": "Fibre",
    "description": "",
    "lifecycleStatus": "Active",
    "version": "2.10",
    "validFor": PERIOD,
}
QUALITY: Document = {
    "id": "ch-1",
    "name": "Speed",
    "description": "Downstream",
    "valueType": "number",
    "configurable": True,
    "extensible": False,
    "isUnique": False,
    "minCardinality": 0,
    "maxCardinality": 1,
    "regex": "^.*$",
    "validFor": PERIOD,
    "@valueSchemaLocation": "https://schemas.example.com/speed.json",
}
FEATURE: Document = {
    "id": "f-1",
    "href": "https://elsewhere.example.com/f-1",
    "name": "Log",
    "version": "1.0",
    "isBundle": False,
    "isEnabled": True,
    "constraint": [CONSTRAINT],
    "featureSpecCharacteristic": [
        {
            **QUALITY,
            "featureSpecCharacteristicValue": [VALUE],
            "featureSpecCharRelationship": [
                {
                    "id": "fr-1",
                    "href": "https://elsewhere.example.com/fr-1",
                    "characteristicId": "ch-2",
                    "featureId": "f-2",
                    "name": "Size",
                    "relationshipType": "dependency",
                    "resourceSpecificationHref": "https://elsewhere.example.com/rs-1",
                    "resourceSpecificationId": "rs-1",
                    "validFor": PERIOD,
                }
            ],
        },
        {"name": "Colour"},
    ],
    "featureSpecRelationship": [
        {
            "id": "fr-2",
            "href": "https://elsewhere.example.com/fr-2",
            "featureId": "f-2",
            "name": "Store",
            "parentSpecificationHref": "https://elsewhere.example.com/rs-1",
            "parentSpecificationId": "rs-1",
            "relationshipType": "requires",
            "validFor": PERIOD,
        }
    ],
    "validFor": PERIOD,
}
