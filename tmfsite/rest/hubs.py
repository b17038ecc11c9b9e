"""The `/hub` of each API, and of each topic: clients subscribe to events and look after their own (TMF630 hub, TMF688)."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import URLPattern, re_path
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tmfsite import operations
from tmfsite.events.models import Hub, Topic
from tmfsite.events.services import find_hub, register_hub, remove_hub
from tmfsite.fields.instants import format_instant, parse_instant
from tmfsite.fields.json import Document
from tmfsite.query import parse, project
from tmfsite.query.select import select
from tmfsite.resources import registry
from tmfsite.resources.errors import Invalid
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.body import read_document
from tmfsite.rest.pages import answer, page_answer, page_of, root_of
from tmfsite.rest.principal import Principal
from tmfsite.rest.views import ApiView


class MayReadAll(BasePermission):
    """Events carry any resource of the API as it is, so a subscriber must be allowed to read all of them."""

    message = "a subscription needs the right to read everything in the API"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the caller may hold subscriptions in the API of the view."""
        principal, api = request.auth, view.api
        if principal is None:
            return False
        return may_read_all(principal, api)


def may_read_all(principal: Principal, api: OpenApi) -> bool:
    """Say whether a caller may read everything in an API, and so its events."""
    models = [each.model for each in registry.publications(api)]
    return not principal.released_only(api.key) and all(principal.may(api.key, "read", model) for model in models)


def readable_apis(principal: Principal) -> list[str] | None:
    """Return the keys of the APIs whose events a caller may see, None for all there are and will be."""
    if principal.user is None and principal.may("all", "read") and not principal.released_only("all"):
        return None
    return [api.key for api in registry.apis() if may_read_all(principal, api)]


def topic_of(uid: str) -> Topic:
    """Return a topic; raises `NotFound`."""
    return operations.get(Topic, uid)


class HubView(ApiView):
    """What collection and item share: the API they belong to, and who may call."""

    api: ClassVar[OpenApi]
    above: ClassVar[str] = ""

    permission_classes = (MayReadAll,)


class HubCollectionView(HubView):
    """`{basePath}/hub`, or `{basePath}/topic/{topicId}/hub`."""

    def get(self, request: Request, above: str | None = None) -> HttpResponse:
        """Answer the subscriptions of the caller, as far as the query selects them."""
        query = parse(request._request.META["QUERY_STRING"])
        page = page_of(query)
        hubs = Hub.objects.filter(api=self.api.key, topic=_topic(above), owner=request.auth.owner)
        documents, total = select(map(_document, hubs), query, page)
        return page_answer(request, documents, page, total)

    def post(self, request: Request, above: str | None = None) -> HttpResponse:
        """Subscribe; the same callback and query again give the subscription that exists.

        The secret that signs deliveries is in the answer to the first registration only.
        """
        topic = _topic(above)
        document = read_document(request._request)
        hub, is_new = register_hub(
            api=self.api.key,
            callback=_text(document, "callback", required=True),
            query=_text(document, "query"),
            owner=request.auth.owner,
            appends_event_name=_flag(document, "appendEventName"),
            topic=topic,
            readable_apis="" if topic is None else " ".join(readable_apis(request.auth) or ()),
            replay_from=_moment(document, "replayFrom"),
            extension={name: value for name, value in document.items() if name not in _KNOWN and value is not None},
        )
        body = _document(hub)
        if is_new:
            body["secret"] = hub.secret
        place = "" if topic is None else f"/{self.above}/{topic.uid}"
        location = f"{root_of(request)}{self.api.base_path}{place}/hub/{hub.uid}"
        return answer(body, status=201, headers={"Location": location})


class HubItemView(HubView):
    """`{basePath}/hub/{id}`, or `{basePath}/topic/{topicId}/hub/{id}`."""

    def get(self, request: Request, uid: str, above: str | None = None) -> HttpResponse:
        """Answer one subscription of the caller; that of somebody else does not exist for him."""
        query = parse(request._request.META["QUERY_STRING"])
        return answer(project(_document(self._find(request, uid, above)), query.fields))

    def delete(self, request: Request, uid: str, above: str | None = None) -> HttpResponse:
        """End a subscription."""
        remove_hub(hub=self._find(request, uid, above))
        return HttpResponse(status=204)

    def _find(self, request: Request, uid: str, above: str | None) -> Hub:
        return find_hub(api=self.api.key, uid=uid, owner=request.auth.owner, topic=_topic(above))


def hub_patterns(api: OpenApi, *, above: str = "") -> list[URLPattern]:
    """Return the routes of the hub of an API below its base path, or of the hubs of each resource `above`."""
    # Each gets classes of its own, so that a schema generator can tell them apart.
    own = {"api": api, "above": above}
    collection, item = (type(view.__name__, (view,), own) for view in (HubCollectionView, HubItemView))
    root, name = (rf"^{above}/(?P<above>[^/\x00]+)/hub", f"{above}-hub") if above else ("^hub", "hub")
    return [
        re_path(f"{root}/?$", collection.as_view(), name=f"{api.key}-{name}-collection"),  # type: ignore[attr-defined]
        re_path(rf"{root}/(?P<uid>[^/\x00]+)/?$", item.as_view(), name=f"{api.key}-{name}-item"),  # type: ignore[attr-defined]
    ]


_KNOWN = ("id", "href", "callback", "query", "appendEventName", "replayFrom", "secret")


def _topic(above: str | None) -> Topic | None:
    return None if above is None else topic_of(above)


def _document(hub: Hub) -> Document:
    document: Document = {"id": hub.uid, "callback": hub.callback, "query": hub.query, **(hub.extension or {})}
    if hub.replay_from is not None:
        document["replayFrom"] = format_instant(hub.replay_from)
    if hub.appends_event_name:
        document["appendEventName"] = True
    return document


def _text(document: Document, name: str, *, required: bool = False) -> str:
    value = document.get(name)
    if required and value in (None, ""):
        raise Invalid(f"{name} is required", code="23", path=name)
    if not isinstance(value, str | None):
        raise Invalid(f"{name} is a string", path=name)
    return value or ""


def _flag(document: Document, name: str) -> bool:
    value = document.get(name, False)
    if not isinstance(value, bool):
        raise Invalid(f"{name} is true or false", path=name)
    return value


def _moment(document: Document, name: str) -> datetime | None:
    text = _text(document, name)
    moment = parse_instant(text)
    if text and moment is None:
        raise Invalid(f"{name} is a date-time such as 2026-01-31T12:00:00Z", path=name)
    return moment
