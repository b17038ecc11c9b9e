"""The documentation of each API: its OpenAPI document at `{basePath}/openapi.json`, Swagger UI at `{basePath}/docs`.

Both are readable without credentials: they tell what the standard and the code tell, nothing of what is stored.
"""

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, re_path
from django.views.decorators.http import condition, require_safe

from tmfsite.fields import json
from tmfsite.resources import extensions

if TYPE_CHECKING:
    from tmfsite.rest.routers import ApiRouter

# Stands for the public root in the documents that are kept, so that no client can fill memory with host names.
PLACEHOLDER = "https://root.invalid"

# API key -> stamp of the registered extension types, and the bytes made with them.
_kept: dict[str, tuple[Any, bytes]] = {}


def document_patterns(router: "ApiRouter") -> list[URLPattern]:
    """Return the routes of the documentation of an API, below its base path."""
    key = router.api.key
    return [
        re_path(r"^openapi\.json/?$", openapi_json, {"router": router}, name=f"{key}-openapi"),
        re_path(r"^docs/?$", docs, {"router": router}, name=f"{key}-docs"),
    ]


def document_bytes(router: "ApiRouter", root: str) -> bytes:
    """Return the OpenAPI document of an API under a public root; made once per process and set of extension types."""
    registered = extensions.registered()
    kept = _kept.get(router.api.key)
    if kept is None or kept[0] != registered.stamp:
        # Imported when first asked for: most processes never need drf-spectacular.
        from tmfsite.rest.openapi import openapi_document

        kept = registered.stamp, json.dump_bytes(openapi_document(router, PLACEHOLDER, registered))
        _kept[router.api.key] = kept
    return kept[1].replace(PLACEHOLDER.encode(), root.encode())


def root_of(request: HttpRequest) -> str:
    """Return scheme and host under which the client sees us."""
    return settings.TMF_PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def _etag(request: HttpRequest, router: "ApiRouter") -> str:
    digest = hashlib.sha256(document_bytes(router, root_of(request)), usedforsecurity=False)
    return f'"{digest.hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def openapi_json(request: HttpRequest, router: "ApiRouter") -> HttpResponse:
    """Answer the OpenAPI document."""
    return HttpResponse(
        document_bytes(router, root_of(request)),
        content_type="application/json;charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def docs(request: HttpRequest, router: "ApiRouter") -> HttpResponse:
    """Answer the page of Swagger UI."""
    return render(request, "rest/docs.html", {"api": router.api})


@require_safe
def extension_schema(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Answer the JSON Schema of a registered extension type, whose address clients send as `@schemaLocation`."""
    extension = extensions.registered().by_location.get(f"{extensions.SERVED}{name}/{version}.json")
    if extension is None:
        raise Http404
    address = f"{root_of(request)}{extension.path}"
    body = json.dump_bytes({"$schema": extensions.DIALECT, "$id": address, **extension.schema}, indent=True)
    etag = f'"{hashlib.sha256(body, usedforsecurity=False).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/schema+json", headers=headers)
