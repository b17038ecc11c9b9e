"""The first page: which APIs are here, where their documents are, and how to make the first request."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tmfsite.resources.registry import OpenApi, Publication, publications
from tmfsite.rest.documents import root_of
from tmfsite.rest.routers import routers


@dataclass(frozen=True)
class _Row:
    """One API of the table, and what it publishes."""

    api: OpenApi
    resources: list[Publication]


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Answer the table of APIs."""
    rows = [_Row(router.api, publications(router.api)) for router in routers()]
    rows.sort(key=lambda row: (row.api.number, row.api.base_path))
    readable = (each for row in rows for each in row.resources if "L" in each.verbs)
    context = {"rows": rows, "root": root_of(request), "example": next(readable, None)}
    return render(request, "rest/landing.html", context)
