"""Sample values that the tests of several catalogs use."""

from typing import Any

from tmfsite.fields.json import Document, RawFloat

PERIOD: Document = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T01:00:00+01:00"}
TYPED: Document = {"@baseType": "Entity", "@schemaLocation": "https://schemas.example.com/one.json", "@type": "One"}


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
ATTACHMENT: Document = {
    "id": "at-1",
    "href": "https://elsewhere.example.com/at-1",
    "attachmentType": "picture",
    "content": "aGVsbG8=",
    "description": "From the front",
    "mimeType": "image/png",
    "name": "front.png",
    "url": "https://elsewhere.example.com/front.png",
    "size": {"amount": 300, "units": "kB"},
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
