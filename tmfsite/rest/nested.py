"""What lies below one resource and is no resource itself: `{basePath}/topic/{topicId}/event`."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from tmfsite.fields.values import Value
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.authentication import AdminSessionAuthentication, CachedTokenAuthentication
from tmfsite.rest.negotiation import JsonNegotiation
from tmfsite.rest.permissions import ApiScope
from tmfsite.rest.throttling import ClientThrottle


class NestedViewSet(ViewSet):
    """Serves a collection below each resource of another: set `value`, the type of what is in it, and `verbs`.

    `above` is the path of the resource and `collection` that of what is below; `ApiRouter.below` sets both. A subclass has
    the methods `list`, `create`, `retrieve` and `destroy` for its verbs; they are given the resource's id as `above`,
    and `uid`.
    """

    api: ClassVar[OpenApi]
    above: ClassVar[str]
    collection: ClassVar[str]
    value: ClassVar[type[Value]]
    verbs: ClassVar[str] = "LGC"

    authentication_classes = (CachedTokenAuthentication, AdminSessionAuthentication)
    permission_classes = (ApiScope,)
    throttle_classes = (ClientThrottle,)
    content_negotiation_class = JsonNegotiation
    parser_classes = ()
    renderer_classes = ()
    versioning_class = None
    metadata_class = None

    def options(self, request: Request, *args: str, **kwargs: str) -> HttpResponse:
        """Answer OPTIONS: the `Allow` header says it all."""
        return HttpResponse(status=204)
