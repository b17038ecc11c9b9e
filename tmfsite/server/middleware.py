"""What every request passes: an id and a stopwatch, the way round the page middleware, the content policy."""

import logging
import os
import re
from collections.abc import Callable
from functools import cached_property
from time import perf_counter
from typing import Final, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import get_resolver

from tmfsite.resources import registry
from tmfsite.rest.routers import collection_views, item_views
from tmfsite.server.logs import request_id
from tmfsite.server.metrics import observe

GetResponse = Callable[[HttpRequest], HttpResponseBase]

log: Final = logging.getLogger("tmfsite.access")
_GOOD_ID: Final = re.compile(r"[\w.:/+=@-]{1,128}", re.ASCII).fullmatch
_SLOW: Final = 1.0  # seconds


class Observe:
    """Gives each request an id (that of `X-Request-ID` when it is a fair one), measures and, if asked to, logs it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.log_all: bool = settings.TMF_ACCESS_LOG

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        start = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        identity = request.request_id = given if _GOOD_ID(given) else os.urandom(16).hex()  # type: ignore[attr-defined]
        request_id.set(identity)
        response = self.get_response(request)
        response["X-Request-ID"] = identity
        seconds = perf_counter() - start
        observe(request.path_info, request.method or "", response.status_code, seconds)
        if self.log_all or seconds > _SLOW:
            level = logging.INFO if self.log_all else logging.WARNING
            log.log(
                level,
                "%s %s %s in %.0f ms",
                request.method,
                request.path,
                response.status_code,
                seconds * 1000,
                extra={
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                },
            )
        return response


class ApiShortcut:
    """Takes requests of API clients and probes straight to their view; middleware listed after it is for pages only.

    A request without a cookie has no session, no messages and nothing that CSRF could abuse. One with a cookie,
    or for a page of documentation, goes the whole way, so an administrator's session is good for the APIs too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.pages = get_response
        self.api: GetResponse = convert_exception_to_response(_call_view)  # type: ignore[assignment]
        self.security = SecurityMiddleware(get_response)
        self.security_headers: dict[bool, list[tuple[str, str]]] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if request.META.get("HTTP_COOKIE") or not path.startswith(self.roots) or path.endswith(("/docs", "/docs/")):
            return self.pages(request)
        if redirect := self.security.process_request(request):
            return redirect
        response = self.api(request)
        for name, value in self.security_headers.get(request.is_secure()) or self._learn_security_headers(request):
            response.headers[name] = value
        return response

    def _learn_security_headers(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return what Django's middleware adds to every response, so that it need not be asked each time."""
        empty = HttpResponse()
        del empty.headers["Content-Type"]
        self.security.process_response(request, empty)
        self.security_headers[request.is_secure()] = found = list(empty.headers.items())
        return found

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Return the first segments of the paths of all APIs, and the pages for probes, which name no host of ours."""
        paths = [path for api in registry.apis() for path in (api.base_path, *api.aliases)]
        return tuple({f"/{path.split('/')[1]}/" for path in paths} | {"/tmf-api/", "/livez", "/readyz", "/metrics"})


def _call_view(request: HttpRequest) -> HttpResponseBase:
    view = collection_views.get(request.path_info)
    if view is not None:
        return cast(HttpResponseBase, view(request))
    collection, _, uid = request.path_info.rpartition("/")
    view = item_views.get(collection)
    if view is not None and uid and "\0" not in uid:
        return cast(HttpResponseBase, view(request, uid=uid))
    request.resolver_match = match = get_resolver().resolve(request.path_info)
    return cast(HttpResponseBase, match.func(request, *match.args, **match.kwargs))


class ContentSecurityPolicy:
    """Lets pages load from this server only; the admin's Alpine evaluates expressions, its theme styles inline."""

    _BASE: Final = "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    _PAGES: Final = f"default-src 'self'; img-src 'self' data:; {_BASE}"
    _ADMIN: Final = (
        "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; {_BASE}"
    )

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = self._ADMIN if request.path_info.startswith("/admin/") else self._PAGES
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
