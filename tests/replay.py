"""Official samples, replayed: what TM Forum publishes is taken as it stands and comes back as it was sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.caller import Caller
from tests.conformance.swagger import FOLDER
from tmfsite import operations
from tmfsite.fields import json
from tmfsite.fields.json import Document
from tmfsite.resources.models import Resource
from tmfsite.resources.registry import publication_of
from tmfsite.resources.schema import schema_of

type Repair = Callable[[Document], Any]


def replay(sample: str, model: type[Resource], repair: Repair | None = None) -> None:
    """Create what the file `sample` below the samples' folder holds, read it, and compare.

    `repair` mends a sample that breaks its own specification. Where the API has no POST, the system creates it.
    """
    document = json.loads((Path(FOLDER) / "samples" / sample).read_bytes())
    if repair is not None:
        repair(document)
    publication = publication_of(model)
    assert publication is not None
    call = Caller("all")
    if "C" in publication.verbs:
        answer = call.post(publication.route, document)
        assert answer.status == 201, answer.response.content
        uid = answer.body["id"]
    else:
        uid = operations.create(model, document, actor=operations.SYSTEM).instance.uid
    kept = call.get(f"{publication.route}/{uid}").body
    schema = schema_of(model)
    ours = {"id", "href", *(each.wire for each in schema.attributes.values() if each.server_set)}
    for name, value in document.items():
        if name not in ours:
            assert json.dumps(kept.get(name)) == json.dumps(value), name
