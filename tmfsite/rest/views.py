"""What every view of an API shares: who may call, how often, in what form, and DRF's dispatch cut down to that."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from tmfsite.rest.authentication import AdminSessionAuthentication, CachedTokenAuthentication
from tmfsite.rest.negotiation import JsonNegotiation
from tmfsite.rest.permissions import ApiScope
from tmfsite.rest.throttling import ClientThrottle
from tmfsite.wire.encode import public_root

_NEGOTIATION = JsonNegotiation()


class ApiView(APIView):
    """Authenticates, authorizes and throttles a request to an API, and sees to it that the client takes JSON."""

    authentication_classes = (CachedTokenAuthentication, AdminSessionAuthentication)
    permission_classes: Any = (ApiScope,)
    throttle_classes = (ClientThrottle,)
    content_negotiation_class = JsonNegotiation
    parser_classes = ()
    renderer_classes = ()
    versioning_class = None
    metadata_class = None
    format_kwarg = None

    # DRF makes these anew for each request; ours hold no state. `Allow` is for 405 and OPTIONS only.
    default_response_headers: ClassVar[dict[str, str]] = {}

    def get_authenticators(self) -> Sequence[Any]:
        """Return one of each authentication class."""
        return _instances(self.authentication_classes)

    def get_permissions(self) -> Sequence[Any]:
        """Return one of each permission class."""
        return _instances(self.permission_classes)

    def get_throttles(self) -> Sequence[Any]:
        """Return one of each throttle class."""
        return _instances(self.throttle_classes)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Wrap a request as DRF does, without what its parsers and actions need."""
        return Request(request, authenticators=self.get_authenticators(), negotiator=_NEGOTIATION)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the request as DRF does, which has formats and versions besides, for twice the price.

        Before anything composes an href it learns under which root the client sees us.
        """
        if not settings.TMF_PUBLIC_URL:
            django_request = request._request
            public_root.set(f"{django_request.scheme}://{django_request.get_host()}")
        _NEGOTIATION.select_renderer(request, ())
        request.user, request.auth = self._caller(request)
        self.check_permissions(request)
        self.check_throttles(request)

    def _caller(self, request: Request) -> tuple[Any, Any]:
        for authenticator in request.authenticators:
            found = authenticator.authenticate(request)
            if found is not None:
                return found
        return AnonymousUser(), None

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer OPTIONS: the `Allow` header says it all."""
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})


@cache
def _instances(classes: tuple[type, ...]) -> tuple[Any, ...]:
    return tuple(each() for each in classes)
