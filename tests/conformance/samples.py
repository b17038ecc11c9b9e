"""The official samples of an API, sent as they are published: which come back as they were, and what is wrong with others."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from tests.caller import Answer, Caller
from tests.conformance.swagger import samples
from tmfsite import operations
from tmfsite.fields import json
from tmfsite.fields.json import Document
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.registry import Publication, model_for, publication_of, publications
from tmfsite.resources.schema import schema_of
from tmfsite.rest.routers import ApiRouter

_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(frozen=True)
class Replay:
    """One sample file, and why it did not come back as it was sent (empty: it did)."""

    name: str
    fault: str = ""


CATALOG = "oda-catalog"
"""A folder of samples that are named after what they are of only loosely."""


def published(path: Path, document: dict[str, Any]) -> Publication:
    """Return what publishes a sample: by its `@type`, else by the resource that the file name ends with."""
    model = model_for(document.get("@type"))
    if model is not None and (publication := publication_of(model)) is not None:
        return publication
    name = path.stem.lower().replace("_", "").replace("spec", "productspecification")
    found = [each for each in publications() if each.path.lower() == path.stem.lower()]
    found += [each for each in publications() if name.endswith(each.path.lower())]
    found += [each for each in publications() if each.path == "productOffering" and name.endswith("offering")]
    found += [each for each in publications() if each.path == "productOfferingPrice" and name.endswith("price")]
    return found[0]


def replays(router: ApiRouter) -> list[Replay]:
    """Send every sample of an API; nothing of it stays in the database."""
    found = []
    for folder in (f"TMF{router.api.number}", CATALOG):
        for path in samples(folder):
            try:
                content = json.loads(path.read_bytes())
            except ValueError:
                found.append(Replay(path.name, "the file is not JSON"))
                continue
            documents = content if isinstance(content, list) else [content]
            if folder == CATALOG and published(path, documents[0]).api != router.api:
                continue
            with transaction.atomic():
                faults = [_replay(router, path, each) for each in documents]
                transaction.set_rollback(True)
            found.append(Replay(path.name, _CHANGING.sub("…", next(filter(None, faults), ""))))
    return found


def _replay(router: ApiRouter, path: Path, document: Document) -> str:
    if path.parent.name == CATALOG:
        return _of_resource(Caller("all"), published(path, document), document)
    stem = re.match(r"[A-Za-z]+", path.stem)
    name = stem[0].lower() if stem else ""
    call = Caller("all")
    for publication in publications(router.api):
        if publication.path.lower() == name or (stem and model_for(stem[0]) is publication.model):
            return _of_resource(call, publication, document)
    for nested in router.nested:
        if nested.value.__name__.lower() == name:
            return _below(call, router, nested.above, nested.collection, document)
    for above, viewset in router.viewsets.items():
        if viewset.has_hubs and name == "hub":
            return _below(call, router, above, "hub", document)
    return "no resource of the API has this name"


def _of_resource(call: Caller, publication: Publication, document: Document) -> str:
    schema = schema_of(publication.model)
    ours = {"id", "href", *schema.inverses, *(each.wire for each in schema.attributes.values() if not each.postable)}
    if "C" in publication.verbs:
        made = call.post(publication.route, document)
        return _compared(document, made, ours) or _compared(document, call.get(made.headers["Location"]), ours)
    if "L" not in publication.verbs and "G" not in publication.verbs:
        return "the API cannot create it"
    try:
        uid = operations.create(publication.model, document, actor=operations.SYSTEM).instance.uid
    except ResourceError as error:
        return error.message.partition("; ")[0]
    return _compared(document, call.get(f"{publication.route}/{uid}"), ours)


def _below(call: Caller, router: ApiRouter, above: str, collection: str, document: Document) -> str:
    place = call.post(f"{router.api.base_path}/{above}", {}).headers["Location"]
    made = call.post(f"{place}/{collection}", document)
    return _compared(document, made, {"id", "href"}) or _compared(
        document, call.get(made.headers["Location"]), {"id", "href"}
    )


def _compared(sent: Document, answer: Answer, ours: set[str]) -> str:
    """Return what is wrong with an answer that should hold everything sent, but for what the server sets."""
    body: Any = answer.body
    if answer.status not in (200, 201):
        first, *others = str(body.get("message") or body["reason"]).split("; ")
        return f"{first}, and more" if others else first
    changed = [
        name for name, value in sent.items() if name not in ours and json.dumps(body.get(name)) != json.dumps(value)
    ]
    return f"changed: {', '.join(changed)}" if changed else ""
