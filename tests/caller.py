"""A small HTTP client for tests: JSON in and out, number spelling kept, a bearer token of the scopes asked for."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tmfsite.audit.models import Change
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.resources.models import Link
from tmfsite.rest.models import ApiClient

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
JSON_PATCH_QUERY = "application/json-patch-query+json"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    response: HttpResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Any:
        return self.response.headers

    @property
    def body(self) -> Any:
        """The JSON of the body."""
        return json.loads(self.response.content)

    @property
    def ids(self) -> list[str]:
        """The ids of a list."""
        return [each["id"] for each in self.body]

    def refused(self, status: int, code: str, *, about: str = "") -> None:
        """Check that this is an error in the form of TMF630 part 1."""
        assert self.status == status, self.response.content
        error = self.body
        assert self.headers["Content-Type"] == "application/json;charset=utf-8"
        assert (error["code"], error["status"], error["@type"]) == (code, str(status), "Error"), error
        assert error["reason"] and isinstance(error["reason"], str)
        assert about in error.get("message", ""), error


class Caller:
    """Calls the APIs with a token of the given scopes, or without any token."""

    def __init__(self, *scopes: str) -> None:
        self.http = Client()
        self.headers: dict[str, str] = {}
        if scopes:
            _, token = ApiClient.issue("tests", scopes)
            self.headers["Authorization"] = f"Bearer {token}"

    def __call__(
        self,
        method: str,
        url: str,
        body: Any = None,
        /,
        *,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """Send a request; `body` is JSON, or bytes to be sent as they are; `query` is encoded into the URL."""
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, doseq=True)
        data = body if isinstance(body, bytes) else b"" if body is None else json.dump_bytes(body)
        response = self.http.generic(
            method, url, data, content_type if data else "", headers={**self.headers, **(headers or {})}
        )
        return Answer(response)

    def get(self, url: str, /, **options: Any) -> Answer:
        return self("GET", url, **options)

    def post(self, url: str, body: Any = None, /, **options: Any) -> Answer:
        return self("POST", url, body, **options)

    def patch(self, url: str, body: Any, content_type: str = MERGE_PATCH, /, **options: Any) -> Answer:
        return self("PATCH", url, body, content_type=content_type, **options)

    def delete(self, url: str, /, **options: Any) -> Answer:
        return self("DELETE", url, **options)


def footprint(model: Any) -> dict[str, int]:
    """Return how much a database holds of a resource and of what belongs to its writes."""
    return {each._meta.label: each.objects.count() for each in (model, Link, Change, Event)}


def vendor() -> str:
    """Return the database in use: `sqlite` or `postgresql`."""
    return str(connection.vendor)
