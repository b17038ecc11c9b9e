"""Values that the samples of assurance share, and what of an official sample has to come back."""

import json as plain
from typing import Any

from tests.conformance.swagger import samples
from tests.samples import reference
from tmfsite.fields import json
from tmfsite.fields.json import Document

PARTY = reference("p-1", "Individual", role="customer")
ENTITY = reference("e-1", "Product", role="affected")
CHARACTERISTIC: Document = {
    "id": "ch-1",
    "name": "delay",
    "valueType": "number",
    "value": 12,
    "characteristicRelationship": [
        {"id": "ch-2", "href": "https://elsewhere.example.com/ch-2", "relationshipType": "dependency"}
    ],
}


def official(number: int) -> dict[str, Document]:
    """Return the official samples of an API by file name, empty where they are not at hand."""
    found = {
        path.stem.split(".")[0] + (".old" if ".old" in path.stem else ""): path for path in samples(f"TMF{number}")
    }
    documents = {name: json.loads(path.read_bytes()) for name, path in found.items()}
    return {name: each[0] if isinstance(each, list) else each for name, each in documents.items()}


def differing(sent: Document, back: Document, *set_by_server: str) -> dict[str, Any]:
    """Return what of `sent` did not come back as it was, but for what the server sets."""
    fixed = {"id", "href", *set_by_server}
    return {
        name: back.get(name)
        for name, value in sent.items()
        if name not in fixed and json.dumps(back.get(name)) != json.dumps(value)
    }


def copy(document: Document) -> Document:
    """Return a deep copy without the spelling of numbers."""
    return plain.loads(json.dumps(document))  # type: ignore[no-any-return]
