"""Real input: the official samples, and a document with every official attribute, come back as they were sent."""

from pathlib import Path
from typing import Any

import pytest

from tests.caller import Caller
from tests.conformance.samples import published
from tests.conformance.swagger import full_document, needs_specifications, samples, specification
from tmfsite.fields import json
from tmfsite.resources.registry import Publication, publications
from tmfsite.resources.schema import Schema, schema_of

pytestmark = [needs_specifications, pytest.mark.django_db]


def unchanged(schema: Schema, sent: dict[str, Any], back: dict[str, Any]) -> None:
    """Check that everything sent came back, but for what the server sets."""
    ours = {"href", *(each.wire for each in schema.attributes.values() if not each.postable)}
    ours -= {"id"} if schema.versioned else set()
    for name, value in sent.items():
        if name in ours or name in schema.inverses or value is None:
            continue
        assert json.dumps(back.get(name)) == json.dumps(value), name
    assert {"id", "href", "@type"} <= back.keys()


@pytest.mark.parametrize("path", samples("oda-catalog"), ids=lambda path: path.stem)
def test_sample_of_a_catalog(path: Path) -> None:
    """Every file loads as it is."""
    content = json.loads(path.read_bytes())
    call = Caller("all")
    for document in content if isinstance(content, list) else [content]:
        publication = published(path, document)
        made = call.post(publication.route, document)
        assert made.status == 201, made.response.content
        schema = schema_of(publication.model)
        unchanged(schema, document, made.body)
        read = call.get(made.headers["Location"])
        assert read.status == 200
        unchanged(schema, document, read.body)


# What they name must exist; tests/assurance replays their samples.
NEEDS_OTHERS = ("problemAcknowledgement", "problemUnacknowledgement", "problemGroup", "problemUngroup")


def acknowledge(document: dict[str, Any]) -> None:
    """Put the items of an order, and those in them, into the state that the server starts them in."""
    for name in ("productOrderItem", "serviceOrderItem", "orderItem"):
        for item in document.get(name, ()):
            item["state"] = "acknowledged"
            acknowledge(item)


@pytest.mark.parametrize(
    "publication",
    [each for each in publications() if "C" in each.verbs and each.path not in NEEDS_OTHERS],
    ids=lambda each: each.path,
)
def test_document_with_every_attribute(publication: Publication) -> None:
    """All attributes of the official definition, with its example values, nested as deep as they go."""
    definitions = specification(publication.api.number)["definitions"]
    document = full_document(definitions, f"{publication.type_name}_Create")
    schema = schema_of(publication.model)
    for lifecycle in schema.lifecycles:
        wire = schema.by_field[lifecycle.attribute].wire
        if wire in document and lifecycle.initial:
            document[wire] = lifecycle.initial
    document.pop("isRoot", None)  # follows from parentId
    document.pop("subCategory", None)  # the children named must exist
    document.pop("parentId", None)
    acknowledge(document)
    document.pop("reservationItem", None)  # says afterwards what it got
    if publication.types:
        document["@baseType"] = publication.types[0]
    document.update({name: "name=a" for name in document if name.endswith("Query")})  # a query must be one
    call = Caller("all")
    made = call.post(publication.route, document)
    assert made.status == 201, made.response.content
    unchanged(schema, document, made.body)
    unchanged(schema, document, call.get(made.headers["Location"]).body)
