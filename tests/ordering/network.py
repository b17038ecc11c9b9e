"""Plays somebody's TMF640: a small HTTP server in a thread that keeps services and monitors."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

type Document = dict[str, Any]


class Network:
    """Use as a context manager; `url` is what TMF_ACTIVATION names.

    `answers_later`: requests get 202 and a monitor, which completes with `carry_out`. `interfere` is called with method
    and path before a request is worked and may return a status to answer instead; after `loses` requests that change
    something the answer is not sent, although the request was carried out.
    """

    def __init__(self) -> None:
        self.services: dict[str, Document] = {}
        self.monitors: dict[str, Document] = {}
        self.requests: list[tuple[str, str]] = []
        self.answers_later = False
        self.interfere: Callable[[str, str], int | None] = lambda method, path: None
        self.loses = 0

    def __enter__(self) -> "Network":
        network = self

        class Handler(BaseHTTPRequestHandler):
            def do(self) -> None:
                network.handle(self)

            do_GET = do_POST = do_PATCH = do  # noqa: N815

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/tmf640"

    def sent(self, method: str) -> int:
        return sum(each == method for each, _ in self.requests)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        body = json.loads(request.rfile.read(int(request.headers.get("Content-Length") or 0)) or b"{}")
        self.requests.append((request.command, parts.path))
        status, answer, location = self.interfere(request.command, parts.path), {}, ""
        if status is None:
            status, answer, location = self.work(
                request, parts.path.removeprefix("/tmf640"), parse_qs(parts.query), body
            )
        if self.loses and request.command != "GET":
            self.loses -= 1
            request.close_connection = True
            return
        content = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        if location:
            request.send_header("Location", location)
        request.end_headers()
        request.wfile.write(content)

    def work(
        self, request: BaseHTTPRequestHandler, path: str, query: dict[str, list[str]], body: Document
    ) -> tuple[int, Any, str]:
        if request.command == "GET":
            return self.read(path, query)
        if self.answers_later:
            uid = str(len(self.monitors) + 1)
            key = request.headers["X-Request-ID"]
            self.monitors[uid] = {"id": uid, "state": "InProgress", "href": f"{self.url}/monitor/{uid}", "key": key,
                                  "todo": (path, body)}  # fmt: skip
            return 202, {}, f"{self.url}/monitor/{uid}"
        return (201 if path == "/service" else 200), self.change(path, body), ""

    def read(self, path: str, query: dict[str, list[str]]) -> tuple[int, Any, str]:
        if path.startswith("/monitor/"):
            return 200, self.monitors[path.rpartition("/")[2]], ""
        if path == "/monitor":
            wanted = query["request.header.value"][0]
            return 200, [each for each in self.monitors.values() if each["key"] == wanted], ""
        wanted = query["serviceOrderItem.role"][0]
        found = [
            each
            for each in self.services.values()
            if wanted in [item.get("role") for item in each.get("serviceOrderItem", [])]
        ]
        return 200, found, ""

    def change(self, path: str, body: Document) -> Document:
        if path == "/service":
            uid = f"net-{len(self.services) + 1}"
            self.services[uid] = {**body, "id": uid, "href": f"{self.url}/service/{uid}"}
        else:
            uid = unquote(path.rpartition("/")[2])
            self.services[uid] |= body
        return self.services[uid]

    def carry_out(self, *, fail: bool = False) -> None:
        """Finish all that is in progress."""
        for monitor in self.monitors.values():
            if monitor["state"] != "InProgress":
                continue
            if fail:
                monitor["state"] = "InError"
                monitor["response"] = {"statusCode": "500", "body": json.dumps({"message": "no light"})}
            else:
                done = self.change(*monitor["todo"])
                monitor["state"] = "Completed"
                monitor["response"] = {"statusCode": "201", "body": json.dumps(done)}
