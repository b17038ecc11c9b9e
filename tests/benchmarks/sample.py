"""The catalog that is measured: product offerings with all 29 attributes, about 3 KB each."""

from random import Random

from tmfsite.fields.json import Document

CATEGORIES = 50
_STATES = (
    "In Study",
    "In Design",
    "In Test",
    "Active",
    "Active",
    "Active",
    "Launched",
    "Launched",
    "Retired",
    "Obsolete",
)


def _reference(kind: str, number: int, **more: object) -> Document:
    uid = f"{kind[0].lower()}{number:06d}"
    path = kind[:1].lower() + kind[1:]
    return {
        "id": uid,
        "href": f"https://api.example.com/tmf-api/catalog/v4/{path}/{uid}",
        "name": f"{kind} {number}",
        "@referredType": kind,
        **more,
    }


def offering(number: int) -> Document:
    """Return what a client sends to create offering `number`; the same number gives the same offering."""
    random = Random(number)
    period = {"startDateTime": "2026-01-01T00:00:00.000Z", "endDateTime": "2030-01-01T00:00:00.000Z"}
    return {
        "name": f"Business Fibre {number}",
        "description": f"Symmetrical fibre access for offices, variant {number}, with static addresses and support",
        "version": "1.0",
        "lifecycleStatus": random.choice(_STATES),
        "statusReason": "Approved by the product council",
        "isBundle": False,
        "isSellable": True,
        "validFor": period,
        "@type": "ProductOffering",
        "@baseType": "Entity",
        "@schemaLocation": "https://api.example.com/schemas/ProductOffering.json",
        "category": [
            _reference("Category", each, version="1.0") for each in random.sample(range(CATEGORIES), 2)
        ],
        "productSpecification": _reference("ProductSpecification", number % 300, version="2.1"),
        "productOfferingPrice": [_reference("ProductOfferingPrice", number % 900 + each) for each in range(2)],
        "productOfferingTerm": [
            {
                "name": "24 months",
                "description": "Commitment",
                "duration": {"amount": 24, "units": "month"},
                "validFor": period,
            }
        ],
        "prodSpecCharValueUse": [
            {
                "name": name,
                "valueType": "number",
                "minCardinality": 1,
                "maxCardinality": 1,
                "productSpecCharacteristicValue": [{"value": 100, "unitOfMeasure": unit, "isDefault": True}],
            }
            for name, unit in (("Downstream", "Mbit/s"), ("Upstream", "Mbit/s"))
        ],
        "bundledProductOffering": [],
        "productOfferingRelationship": [_reference("ProductOffering", number // 2, relationshipType="upgrade")],
        "channel": [_reference("Channel", 1), _reference("Channel", 2)],
        "marketSegment": [_reference("MarketSegment", 3)],
        "place": [_reference("GeographicArea", 4)],
        "agreement": [_reference("Agreement", 5)],
        "serviceLevelAgreement": _reference("SLA", 6),
        "serviceCandidate": _reference("ServiceCandidate", 7, version="1.0"),
        "resourceCandidate": _reference("ResourceCandidate", 8, version="1.0"),
        "attachment": [
            {
                "id": "1",
                "name": "leaflet.pdf",
                "mimeType": "application/pdf",
                "url": "https://cdn.example.com/leaflet.pdf",
                "size": {"amount": 300, "units": "kB"},
            }
        ],
    }  # fmt: skip
