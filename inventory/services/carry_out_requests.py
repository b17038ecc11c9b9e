"""Requests that TMF640 accepts to be carried out later: kept in a Monitor, done by a worker, and answered there.

The change and the answer are one transaction bound to the revision of the monitor: a worker that dies leaves nothing
behind, and of two workers one's work is undone.
"""

import logging
from collections.abc import Mapping
from typing import Final

from django.db import OperationalError, transaction

from inventory.models.activation import Monitor
from inventory.models.service import Service
from tmfsite import operations
from tmfsite.fields import json
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor, Outcome
from tmfsite.resources.errors import NotFound, Stale
from tmfsite.resources.registry import Publication, publications_of
from tmfsite.rest.errors import REASONS, ApiError, as_api_error
from tmfsite.rest.negotiation import etag, if_match
from tmfsite.rest.patch import parser_for
from tmfsite.wire import href_of, public_root

log = logging.getLogger(__name__)

KEPT_HEADERS: Final = ("Accept-Language", "Content-Type", "If-Match", "Prefer", "User-Agent", "X-Request-ID")
"""A list of what is kept, not of what is left out: credentials come in many headers."""


def accept(*, method: str, to: str, body: str, headers: Mapping[str, str], actor: Actor, root: str) -> Monitor:
    """Keep a request, which a worker will carry out, and return its monitor."""
    kept = [{"name": name, "value": headers[name]} for name in KEPT_HEADERS if headers.get(name)]
    monitor = Monitor(request={"method": method, "to": to, "body": body, "header": kept})
    monitor.author = {
        "kind": actor.kind,
        "name": actor.name,
        "user_id": actor.user_id,
        "request_id": actor.request_id,
        "root": root,
    }
    return operations.save(monitor, actor=actor).instance


def carry_out_due_requests() -> int:
    """Carry out every request that waits; return how many."""
    number = 0
    for monitor in Monitor.objects.filter(state="InProgress").order_by("id"):
        carry_out(monitor)
        number += 1
    return number


def carry_out(monitor: Monitor) -> None:
    """Do what a monitor's request asks for and note the answer in it."""
    author = dict(monitor.author or {})
    previous = public_root.set(author.pop("root", ""))
    try:
        with transaction.atomic():
            response, href = _done(monitor.request or {}, Actor(**author) if author else SYSTEM)
            _answer(monitor, "Completed", response, href)
    except Stale as error:
        if monitor.pk is not None and Monitor.objects.filter(pk=monitor.pk, state="InProgress").exists():
            _answer(monitor, "InError", _failure(error))
    except OperationalError:
        raise  # the sweep tries again
    except Exception as error:
        _answer(monitor, "InError", _failure(error))
    finally:
        public_root.reset(previous)


def _answer(monitor: Monitor, state: str, response: Document, href: str | None = None) -> None:
    monitor.state, monitor.response = state, response
    monitor.source_href = href or monitor.source_href
    operations.save(monitor, actor=SYSTEM, reason=f"answered with {response['statusCode']}")


def _done(request: Document, actor: Actor) -> tuple[Document, str | None]:
    """Carry out a request; return the answer and the href of the service."""
    publication = next(each for each in publications_of(Service) if f"{each.route}/" in f"{request['to']}/")
    headers = {each["name"]: each["value"] for each in request["header"]}
    uid = str(request["to"]).partition(f"{publication.route}/")[2].strip("/")
    fresh = if_match(headers.get("If-Match"))
    outcome: Outcome[Service]
    match request["method"]:
        case "POST":
            outcome = operations.create(Service, json.loads(request["body"]), actor=actor, within=publication)
            return _written(outcome, publication, "201")
        case "PATCH":
            patch = parser_for(headers.get("Content-Type"))(json.loads(request["body"]))
            outcome = operations.update(Service, uid, patch, actor=actor, if_match=fresh, within=publication)
            return _written(outcome, publication, "200")
        case "DELETE":
            operations.delete(Service, uid, actor=actor, if_match=fresh, within=publication)
            return {"statusCode": "204", "body": "", "header": []}, None
        case other:
            raise NotFound(f"{other} cannot be carried out later")


def _written(outcome: Outcome[Service], publication: Publication, status: str) -> tuple[Document, str]:
    href = href_of(outcome.instance, publication)
    headers = {"Location": href} if status == "201" else {}
    headers["ETag"] = etag(outcome.instance.revision)
    return {
        "statusCode": status,
        "body": json.dumps({**outcome.document, "href": href}),
        "header": [{"name": name, "value": value} for name, value in headers.items()],
    }, href


def _failure(error: Exception) -> Document:
    """Return the answer that a client would have had at once."""
    told = as_api_error(error)
    if told is None:
        log.error("a request could not be carried out", exc_info=error)
        told = ApiError(500, "1", "the request failed")
    body = {
        "code": told.code,
        "reason": REASONS.get(told.code, "the request cannot be carried out"),
        "message": told.message,
        "status": str(told.status),
        "@type": "Error",
    }
    return {"statusCode": str(told.status), "body": json.dumps(body), "header": []}
