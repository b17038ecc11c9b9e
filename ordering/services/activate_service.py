"""How a service is brought to life, changed or taken down: here, by hand, or by somebody else's TMF640.

`TMF_ACTIVATION` says for each service specification where: `local` marks it at once, `manual` waits until an operator
says that the work is done, an address is that of a TMF640 API, to which the request goes. There it carries a key that
is the same for every try: after a crash the other side is asked for what came of it before anything is sent again.
"""

from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urljoin

from django.conf import settings

from inventory.models.resource import Resource
from inventory.models.service import Service
from ordering.models.service import ServiceOrder
from ordering.services.decompose import fold, reference_id
from ordering.services.fulfil_order import ACTIVATED
from ordering.services.note_progress import move_items, with_milestone
from ordering.services.plan_order import ADD, DELETE, MODIFY, RESERVE
from ordering.services.roll_up import COMPLETED
from ordering.services.work import Call, Later, Outcome, StepFailed, Work
from tmfsite import operations
from tmfsite.events import backoff, http
from tmfsite.fields import json
from tmfsite.fields.instants import format_instant, parse_instant
from tmfsite.fields.json import Document
from tmfsite.wire import document_of

LOCAL: Final = "local"
MANUAL: Final = "manual"
ACTIVATED_AS: Final = "activatedAs"
"""Role of the related entity of a service that stands for it where it was activated."""

_NOT_SENT: Final = ("id", "href", "serviceDate", "startDate", "endDate", "relatedEntity", "supportingService",
                    "supportingResource", "hasStarted", "isServiceEnabled")  # fmt: skip
_LARGEST: Final = http.MEGABYTE


def place_of(specification: str) -> str:
    """Return where services of a specification are activated: `local`, `manual`, or an address."""
    places: dict[str, str] = settings.TMF_ACTIVATION
    return places.get(specification) or places.get("default") or LOCAL


def activate(work: Work) -> Outcome:
    """Set up or change the service of a step, and take its resources into use."""
    return _work(work, "active")


def deactivate(work: Work) -> Outcome:
    """Take down the service of a step."""
    return _work(work, "terminated")


def undo(work: Work) -> Outcome:
    """Take down elsewhere what was set up, or asked for, for an item that was not done."""
    service = work.service()
    place = place_of(reference_id(service["specification"]))
    if work.step.is_skipped or place in (LOCAL, MANUAL):
        return None
    known = {"request": (work.step.result or {})["of"]}
    patience = 3 * settings.TMF_ACTIVATION_CALL_TIMEOUT + 5
    until = work.moment + timedelta(seconds=patience)
    return Call(partial(_taken_down, place, known), lambda work, answer: None, until)


def _taken_down(place: str, known: Document) -> None:
    found = _found(place, known, "active")
    if found is not None and found.get("monitor"):
        found = _followed(place, found)
        if not found.get("outcome"):
            raise StepFailed("it is still being set up")
    remote = reference_id((found or {}).get("service"))
    if remote:
        _call(place, "PATCH", f"{place}/service/{quote(remote, safe='')}", known, {"state": "terminated"})


def _work(work: Work, state: str) -> Outcome:
    service = work.service()
    place = place_of(reference_id(service["specification"]))
    if work.step.is_skipped or place == LOCAL or (place == MANUAL and (work.step.result or {}).get("done")):
        return mark(work, state)
    if place == MANUAL:
        work.step.result = {"manual": True}
        return Later(None)
    return _outside(work, place, state)


def is_begun(step: Any) -> bool:
    """Tell whether a step of activation is past the point of no return."""
    return step.is_over or bool((step.result or {}).get("request"))


# --- here -----------------------------------------------------------------------------------------------------------


def mark(work: Work, state: str, remote: Document | None = None) -> Outcome:
    """Enter in the inventory and in the service order that the service is in its new state."""
    service = work.service()
    _set_service(service, state, remote, work)
    if state == "active":
        for resource in service["resources"]:
            if resource["action"] == ADD:
                _take_into_use(resource, work)
    items = [each["item"] for each in work.entry["services"]]
    others = [each for each in work.steps if each.item == work.step.item and each.subject and each is not work.step]
    last = all(each.is_over for each in others)

    def more(present: Document) -> Document:
        return with_milestone(present, ACTIVATED, "The services are set up", items=items)

    done = more if last and work.entry["action"] != DELETE else None
    move_items(ServiceOrder, work.service_order, {service["item"]: COMPLETED}, actor=work.actor, more=done)
    return None


def _set_service(service: Document, state: str, remote: Document | None, work: Work) -> None:
    taken = taken_by(work)
    gone = {each["id"] for each in service["resources"] if each["action"] == DELETE}
    new = [taken[each["item"]] for each in service["resources"] if each["item"] in taken]

    def patch(present: Document) -> Document:
        changed = {**present, "state": state}
        if service["action"] == MODIFY:
            changed["serviceCharacteristic"] = service["characteristics"]
            kept = [each for each in present.get("supportingResource") or () if reference_id(each) not in gone]
            known = {reference_id(each) for each in kept}
            changed["supportingResource"] = [*kept, *(each for each in new if each["id"] not in known)]
            if "supportingService" in service:
                below = service["supportingService"]
                changed["supportingService"] = [{"id": uid, "@referredType": "Service"} for uid in below]
        if service["action"] in (MODIFY, DELETE):
            item = {"itemId": service["item"], "itemAction": service["action"], "serviceOrderId": work.service_order}
            changed["serviceOrderItem"] = [*(present.get("serviceOrderItem") or ()), item]
        if remote is not None:
            others = [each for each in present.get("relatedEntity") or () if each.get("role") != ACTIVATED_AS]
            changed["relatedEntity"] = [*others, remote]
        return {name: value for name, value in changed.items() if value != []}

    operations.update(Service, service["id"], patch, actor=work.actor, trusted=True)


def taken_by(work: Work) -> dict[str, Document]:
    """Return references to the resources that were reserved for the item of a step, by item of the resource order."""
    step = work.beside(f"{RESERVE}:{work.step.item}")
    return ((step.result if step else None) or {}).get("resources", {})


def _take_into_use(resource: Document, work: Work) -> None:
    reference = taken_by(work).get(resource["item"])
    if reference is None:
        return
    ordered = {fold(each.get("name")): each for each in resource["characteristics"]}

    def patch(present: Document) -> Document:
        known = {fold(each.get("name")): each for each in present.get("resourceCharacteristic") or ()}
        merged = list({**known, **{name: {**known.get(name, {}), **each} for name, each in ordered.items()}}.values())
        return {
            **present,
            **({"resourceCharacteristic": merged} if merged else {}),
            "administrativeState": "unlocked",
            "operationalState": "enable",
            "usageState": "active",
            "startOperatingDate": present.get("startOperatingDate") or format_instant(work.moment),
        }

    operations.update(Resource, reference["id"], patch, actor=work.actor, trusted=True)


# --- elsewhere ------------------------------------------------------------------------------------------------------


def _outside(work: Work, place: str, state: str) -> Outcome:
    """Send the request, or ask for what came of it; what is known of it stays in the result of the step."""
    service, step = work.service(), work.step
    known = dict(step.result or {})
    asked_before = "request" in known
    if not asked_before:
        limit = work.moment + timedelta(seconds=settings.TMF_ACTIVATION_TIMEOUT)
        known = {"request": f"{work.service_order}/{service['item']}/{state}", "deadline": format_instant(limit)}
        step.result = known
    present = operations.get(Service, service["id"])
    document = _sent(present, service, state, known["request"], work)
    exchange = partial(_exchange, place, known, document, _remote_id(present), state, asked_before=asked_before)
    patience = 3 * settings.TMF_ACTIVATION_CALL_TIMEOUT + 5
    return Call(exchange, partial(_conclude, state=state), work.moment + timedelta(seconds=patience))


def _remote_id(service: Service) -> str:
    related = service.related_entity or ()
    return next((reference_id(each) for each in related if each.get("role") == ACTIVATED_AS), "")


def _sent(present: Service, service: Document, state: str, key: str, work: Work) -> Document:
    """Return the service as the other side is to have it; its `serviceOrderItem` carries the key of the request."""
    document = {name: value for name, value in document_of(present).items() if name not in _NOT_SENT}
    item = {
        "itemId": service["item"],
        "itemAction": service["action"],
        "serviceOrderId": work.service_order,
        "role": key,
    }
    return {**document, "state": state, "serviceCharacteristic": service["characteristics"], "serviceOrderItem": [item]}


def _conclude(work: Work, known: Document, *, state: str) -> Outcome:
    work.step.result = {name: value for name, value in known.items() if name not in ("outcome", "service")}
    if known.get("outcome"):
        work.step.result["service"] = known.get("service")
        return mark(work, state, known.get("service"))
    deadline = parse_instant(known["deadline"])
    if deadline is not None and deadline <= work.moment:
        raise StepFailed("the activation was accepted, but did not end in time", permanent=True)
    return Later(work.moment + timedelta(seconds=settings.TMF_ACTIVATION_POLL))


def _exchange(
    place: str, known: Document, document: Document, remote: str, state: str, *, asked_before: bool
) -> Document:
    """Talk to the other side without any lock; return what is known of the request then."""
    if known.get("monitor"):
        return _followed(place, known)
    if asked_before:
        found = _found(place, known, state)
        if found is not None:
            return found
    if state == "active" and not remote:
        answer = _call(place, "POST", f"{place}/service", known, document)
    elif remote:
        answer = _call(place, "PATCH", f"{place}/service/{quote(remote, safe='')}", known, document)
    else:
        return {**known, "outcome": "nothing to take down"}
    return _told(place, known, answer)


def _told(place: str, known: Document, answer: http.Response) -> Document:
    body = _body(answer)
    if answer.status == 202:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        location = headers.get("location") or headers.get("content-location") or body.get("href")
        if not location:
            raise StepFailed("the activation was accepted without a monitor", permanent=True)
        return {**known, "monitor": urljoin(f"{place}/", str(location))}
    return {**known, "outcome": "done", "service": _reference(body)}


def _reference(body: Document) -> Document | None:
    if not body.get("id"):
        return None
    kept = {name: body[name] for name in ("id", "href", "name") if body.get(name)}
    return {**kept, "role": ACTIVATED_AS, "@referredType": "Service"}


def _followed(place: str, known: Document) -> Document:
    monitor = _body(_call(place, "GET", known["monitor"], known))
    match fold(monitor.get("state")):
        case "completed" | "done":
            response = monitor.get("response") or {}
            body = _parsed(response.get("body"))
            href = str(monitor.get("sourceHref") or "")
            if not body.get("id") and href:
                body = {"id": href.rstrip("/").rpartition("/")[2], "href": href}
            return {**known, "outcome": "done", "service": _reference(body)}
        case "inerror" | "failed":
            response = monitor.get("response") or {}
            message = _parsed(response.get("body")).get("message") or response.get("statusCode") or "no reason is given"
            raise StepFailed(f"the activation failed: {message}", permanent=True)
        case _:
            return known


def _found(place: str, known: Document, state: str) -> Document | None:
    """Return what came of a request that may have been sent before: the service, or a monitor; None if nothing."""
    key = quote(known["request"], safe="")
    services = _list(_call(place, "GET", f"{place}/service?serviceOrderItem.role={key}", known))
    for service in services:
        if fold(service.get("state")) == state:
            return {**known, "outcome": "done", "service": _reference(service)}
    try:
        monitors = _list(_call(place, "GET", f"{place}/monitor?request.header.value={key}", known))
    except StepFailed:
        return None  # not everybody lets monitors be searched
    for monitor in monitors:
        if fold(monitor.get("state")) in ("inprogress", "completed", "done") and monitor.get("href"):
            return {**known, "monitor": urljoin(f"{place}/", str(monitor["href"]))}
    return None


def _call(place: str, method: str, url: str, known: Document, document: Document | None = None) -> http.Response:
    """Call the other side; errors that may pass and those that will not are told apart."""
    headers = {"Accept": "application/json", "X-Request-ID": known["request"]}
    if document is not None:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers |= {"Content-Type": kind, "Prefer": "respond-async"}
    if settings.TMF_ACTIVATION_TOKEN:
        headers["Authorization"] = f"Bearer {settings.TMF_ACTIVATION_TOKEN}"
    try:
        answer = http.fetch(
            url,
            method=method,
            body=None if document is None else json.dump_bytes(document),
            headers=headers,
            max_bytes=_LARGEST,
            timeout=settings.TMF_ACTIVATION_CALL_TIMEOUT,
        )
    except http.HttpError as error:
        raise StepFailed(f"{place} gave no answer: {error}") from error
    if answer.status >= 300:
        told = _body(answer).get("message") or _body(answer).get("reason") or ""
        raise StepFailed(
            f"{place} answered {answer.status} {told}".strip(),
            permanent=backoff.is_permanent(answer.status),
        )
    return answer


def _body(answer: http.Response) -> Document:
    return _parsed(answer.content)


def _parsed(content: Any) -> Document:
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _list(answer: http.Response) -> list[Document]:
    try:
        found = json.loads(answer.content)
    except ValueError:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
