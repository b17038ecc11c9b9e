"""Answers that hold JSON, and among them lists with their counts and links (TMF630 rules 36-47)."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from tmfsite.fields import json
from tmfsite.query import Query, link_header
from tmfsite.query.paging import Page
from tmfsite.query.paging import page as cut
from tmfsite.rest.errors import CONTENT_TYPE


def answer(content: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return a response that holds JSON."""
    return HttpResponse(json.dump_bytes(content), status=status, content_type=CONTENT_TYPE, headers=headers)


def root_of(request: Request) -> str:
    """Return scheme and host under which the client sees us."""
    http = request._request
    return settings.TMF_PUBLIC_URL or f"{http.scheme}://{http.get_host()}"


def page_of(query: Query) -> Page:
    """Return the cut of a list that a query asks for, within the limits of the settings."""
    return cut(query.offset, query.limit, default=settings.TMF_DEFAULT_LIMIT, cap=settings.TMF_MAX_LIMIT)


def page_answer(request: Request, documents: list[Any], page: Page, total: int, *, exact: bool = True) -> HttpResponse:
    """Answer a part of a list of `total` documents."""
    headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(documents))}
    if not exact:
        headers["X-Total-Count-Exact"] = "false"
    url = root_of(request) + request._request.path
    if link := link_header(url, request._request.META["QUERY_STRING"], page, total):
        headers["Link"] = link
    partial = page.asked and page.is_partial(len(documents), total)
    return answer(documents, status=settings.TMF_PARTIAL_STATUS if partial else 200, headers=headers)
