"""Python calls per request: the cost of a request that no other tenant of the machine can blur."""

import cProfile
import io
import pstats
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.benchmarks.limit import ROUTE
from tests.benchmarks.sample import offering
from tests.caller import Caller
from tmfsite.fields import json

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[str]:
    caller = Caller("all")
    return [caller.post(ROUTE, offering(number)).body["id"] for number in range(20)]


class Requests:
    """Calls the WSGI handler as a server would, and counts the calls of Python functions."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()
        self.token = Caller("tmf620:read", "tmf620:write").headers["Authorization"]

    def send(self, method: str, path: str, query: str = "", body: Any = None) -> None:
        data = b"" if body is None else json.dump_bytes(body)
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "testserver",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(data)), "HTTP_AUTHORIZATION": self.token,
            "wsgi.input": io.BytesIO(data), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(),
        }  # fmt: skip
        seen: list[str] = []
        response = self.handler(environ, lambda status, headers, exc_info=None: seen.append(status))
        assert seen[0][0] == "2", b"".join(response)
        response.close()

    def calls(self, requests: Iterator[tuple[Any, ...]]) -> float:
        for signal in (request_started, request_finished):  # a request would close the connection of the test
            signal.disconnect(close_old_connections)
        try:
            return self._calls(requests)
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)

    def _calls(self, requests: Iterator[tuple[Any, ...]]) -> float:
        self.send(*next(requests))
        self.send(*next(requests))
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(10):
            self.send(*next(requests))
        profile.disable()
        return pstats.Stats(profile).total_calls / 10


def changes(ids: list[str]) -> Iterator[tuple[Any, ...]]:
    for number in range(100):
        text = f"Change {number}"
        body = {"name": text, "description": text, "statusReason": text}
        yield "PATCH", f"{ROUTE}/{ids[number % len(ids)]}", "", body


@pytest.mark.parametrize(
    ("kind", "most"), [("one", 550), ("list", 760), ("filter", 720), ("patch", 2100), ("post", 3000)]
)
def test_calls_of_a_request(kind: str, most: int, ids: list[str]) -> None:
    kinds: dict[str, Iterator[tuple[Any, ...]]] = {
        "one": (("GET", f"{ROUTE}/{uid}") for uid in ids),
        "list": (("GET", ROUTE, "limit=20") for _ in ids),
        "filter": (("GET", ROUTE, "lifecycleStatus=Active&category.id=c000003&limit=20") for _ in ids),
        "patch": changes(ids),
        "post": (("POST", ROUTE, "", offering(number)) for number in range(100)),
    }
    assert Requests().calls(kinds[kind]) <= most
