"""Sample values that the tests of several apps use."""

from typing import Any

from tmfsite.fields.json import Document

PERIOD: Document = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2027-01-01T01:00:00+01:00"}
TYPED: Document = {"@baseType": "Entity", "@schemaLocation": "https://schemas.example.com/one.json", "@type": "One"}
NOTE: Document = {"id": "n-1", "author": "Ann", "date": "2026-02-01T10:00:00Z", "text": "Called back"}
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


def reference(uid: str, kind: str, **more: Any) -> Document:
    """Return a reference with all that every reference has."""
    return {
        "id": uid,
        "href": f"https://elsewhere.example.com/{uid}",
        "name": f"The {kind}",
        "@referredType": kind,
        **more,
    }
