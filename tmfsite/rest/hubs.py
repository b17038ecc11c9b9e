"""The `/hub` of each API: clients subscribe to events and look after their own subscriptions (TMF630 hub)."""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, re_path
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from tmfsite.events.models import Hub
from tmfsite.events.services import find_hub, register_hub, remove_hub
from tmfsite.fields.json import Document, dump_bytes
from tmfsite.resources import registry
from tmfsite.resources.errors import Invalid
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.authentication import AdminSessionAuthentication, CachedTokenAuthentication
from tmfsite.rest.body import read_document
from tmfsite.rest.errors import CONTENT_TYPE
from tmfsite.rest.negotiation import JsonNegotiation
from tmfsite.rest.throttling import ClientThrottle


class MayReadAll(BasePermission):
    """Events carry any resource of the API as it is, so a subscriber must be allowed to read all of them."""

    message = "a subscription needs the right to read everything in the API"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the caller may hold subscriptions in the API of the view."""
        principal, api = request.auth, view.api
        if principal is None:
            return False
        models = [each.model for each in registry.publications(api)]
        return not principal.released_only(api.key) and all(principal.may(api.key, "read", model) for model in models)


class HubView(APIView):
    """What collection and item share: the API they belong to, and who may call."""

    api: ClassVar[OpenApi]

    authentication_classes = (CachedTokenAuthentication, AdminSessionAuthentication)
    permission_classes = (MayReadAll,)
    throttle_classes = (ClientThrottle,)
    content_negotiation_class = JsonNegotiation
    parser_classes = ()
    renderer_classes = ()
    metadata_class = None

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer OPTIONS: the `Allow` header says it all."""
        return HttpResponse(status=204)


class HubCollectionView(HubView):
    """`{basePath}/hub`."""

    def get(self, request: Request) -> HttpResponse:
        """Answer the subscriptions of the caller."""
        hubs = Hub.objects.filter(api=self.api.key, owner=request.auth.owner)
        documents = [_document(hub) for hub in hubs]
        count = str(len(documents))
        return _answer(documents, headers={"X-Total-Count": count, "X-Result-Count": count})

    def post(self, request: Request) -> HttpResponse:
        """Subscribe; the same callback and query again give the subscription that exists.

        The secret that signs deliveries is in the answer to the first registration only.
        """
        document = read_document(request._request)
        hub, is_new = register_hub(
            api=self.api.key,
            callback=_text(document, "callback", required=True),
            query=_text(document, "query"),
            owner=request.auth.owner,
            appends_event_name=_flag(document, "appendEventName"),
        )
        body = _document(hub)
        if is_new:
            body["secret"] = hub.secret
        return _answer(body, status=201, headers={"Location": _location(request, self.api, hub)})


class HubItemView(HubView):
    """`{basePath}/hub/{id}`."""

    def get(self, request: Request, uid: str) -> HttpResponse:
        """Answer one subscription of the caller; that of somebody else does not exist for him."""
        return _answer(_document(find_hub(api=self.api.key, uid=uid, owner=request.auth.owner)))

    def delete(self, request: Request, uid: str) -> HttpResponse:
        """End a subscription."""
        remove_hub(hub=find_hub(api=self.api.key, uid=uid, owner=request.auth.owner))
        return HttpResponse(status=204)


def hub_patterns(api: OpenApi) -> list[URLPattern]:
    """Return the routes of the hub of an API, below its base path."""
    # Each API gets classes of its own, so that a schema generator can tell them apart.
    collection, item = (type(view.__name__, (view,), {"api": api}) for view in (HubCollectionView, HubItemView))
    return [
        re_path(r"^hub/?$", collection.as_view(), name=f"{api.key}-hub-collection"),  # type: ignore[attr-defined]
        re_path(r"^hub/(?P<uid>[^/]+)/?$", item.as_view(), name=f"{api.key}-hub-item"),  # type: ignore[attr-defined]
    ]


def _document(hub: Hub) -> Document:
    document: Document = {"id": hub.uid, "callback": hub.callback, "query": hub.query}
    if hub.appends_event_name:
        document["appendEventName"] = True
    return document


def _location(request: Request, api: OpenApi, hub: Hub) -> str:
    http = request._request
    root = settings.TMF_PUBLIC_URL or f"{http.scheme}://{http.get_host()}"
    return f"{root}{api.base_path}/hub/{hub.uid}"


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


def _answer(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(dump_bytes(content), status=status, content_type=CONTENT_TYPE, headers=headers)
