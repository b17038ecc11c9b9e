"""A subscriber for tests: a small, fast HTTP server in a thread that records what it is sent.

Each path below `/` is a hub of its own. What it answers can be changed at any time.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop

type Answer = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Received:
    """One POST: where to, its headers by lower-case name, its body, and when it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def document(self) -> Any:
        return orjson.loads(self.body)


def accept(_: Received) -> Answer:
    return 201, {}, b""


@dataclass
class Sink:
    """Use as a context manager; `url` is the root of the callbacks.

    `answer` says what to reply, None for never; `on_receive` replaces the keeping of everything in `received`.
    """

    answer: Callable[[Received], Answer | None] = accept
    received: list[Received] = field(default_factory=list)
    port: int = 0
    on_receive: Callable[[Received], None] | None = None
    connections: int = 0

    def __enter__(self) -> "Sink":
        self._loop = uvloop.new_event_loop()
        ready = threading.Event()

        async def listen() -> None:
            self._server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()

        def run() -> None:
            self._loop.run_until_complete(listen())
            self._loop.run_forever()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def event_ids(self, path: str | None = None) -> list[str]:
        """Return the ids of the events received, at one path or at all, in order of arrival."""
        return [each.headers["webhook-id"] for each in self.received if path in (None, each.path)]

    def wait_for(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait until a condition holds; fail when it does not in time."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the condition did not come true in time"
            time.sleep(0.01)


class _Connection(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink, self.buffer = sink, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.sink.connections += 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self.buffer[:end].decode().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = end + 4 + int(headers.get("content-length", 0))
            if len(self.buffer) < length:
                return
            body, self.buffer = self.buffer[end + 4 : length], self.buffer[length:]
            self.handle(Received(first.split(" ")[1], headers, body, time.time()))

    def handle(self, request: Received) -> None:
        if self.sink.on_receive is not None:
            self.sink.on_receive(request)
        else:
            self.sink.received.append(request)
        answer = self.sink.answer(request)
        if answer is None:
            return
        status, headers, body = answer
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(f"HTTP/1.1 {status} X\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
