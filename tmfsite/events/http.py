"""The one client for outgoing HTTP calls: callbacks of subscribers, files of import and export jobs.

Every call has a timeout and a cap on what is read, follows no redirect and ignores proxy variables. The address is
checked in the moment of connecting, after name resolution, so that a name that changes its address in between
(DNS rebinding) gains nothing: only public addresses are reached, and the networks of
``TMF_ALLOWED_CALLBACK_NETWORKS``.

One event loop per process, in a thread of its own, carries all calls, so that connections to subscribers stay open
between deliveries. Threads use it through `fetch` and `submit`.
"""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import aiohttp
import uvloop
from aiohttp.abc import AbstractResolver
from yarl import URL

from tmfsite.events.conf import setting
from tmfsite.resources.errors import Invalid

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

MAX_URL_LENGTH: Final = 2000
CHUNK: Final = 64 * 1024
MEGABYTE: Final = 1024 * 1024

_NAT64: Final = ip_network("64:ff9b::/96")


class HttpError(Exception):
    """A call that gave no usable answer: refused address, no connection, timeout, answer too large."""


@dataclass(frozen=True)
class Response:
    """An answer: `content` is empty when it was written to a file, `size` counts what was read."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    size: int


def check_callback_url(url: str, *, path: str = "callback") -> None:
    """Refuse what can never be called: not http(s), no host, credentials inside, a literal address that is barred.

    Raises `Invalid` with code 24 for the attribute `path` (TMF630 hub). Names are checked when they are resolved.
    """
    if len(url) > MAX_URL_LENGTH:
        raise Invalid(f"{path} is longer than {MAX_URL_LENGTH} characters", path=path)
    if not url.isprintable() or " " in url:
        raise Invalid(f"{path} has blanks or control characters", path=path)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        URL(url, encoded=True)
    except ValueError as error:
        raise Invalid(f"{path} is not a URL: {error}", path=path) from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise Invalid(f"{path} must be an http or https URL", path=path)
    if parts.username is not None or parts.password is not None:
        raise Invalid(f"{path} must not hold credentials", path=path)
    try:
        address = ip_address(host)
    except ValueError:
        return
    if not is_allowed(address):
        raise Invalid(f"{path}: address {address} is not allowed", path=path)


def is_allowed(address: Address) -> bool:
    """Say whether outgoing calls may reach an address, seen through the IPv6 forms that stand for IPv4."""
    plain = _unwrap(address)
    networks = _networks(tuple(setting("TMF_ALLOWED_CALLBACK_NETWORKS")))
    if any(plain in network for network in networks if network.version == plain.version):
        return True
    barred = plain.is_multicast or plain.is_reserved or (plain.version == 6 and plain.is_site_local)
    return plain.is_global and not barred


def _unwrap(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


@lru_cache(maxsize=16)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


def _guarded_socket(info: tuple[Any, ...]) -> socket.socket:
    """Make the socket for one resolved address, or refuse to."""
    family, kind, protocol, _, target = info
    address = ip_address(target[0].partition("%")[0])
    if not is_allowed(address):
        raise PermissionError(errno.EACCES, f"address {address} is not allowed")
    return socket.socket(family=family, type=kind, proto=protocol)


def open_session(resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """Return a guarded session; call it inside the running loop."""
    connector = aiohttp.TCPConnector(
        limit=0,
        keepalive_timeout=30,
        socket_factory=_guarded_socket,
        resolver=resolver,
        happy_eyeballs_delay=None,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "tmfsite", "Accept-Encoding": "identity"},
        auto_decompress=False,
        trust_env=False,
    )


class _Client:
    """The event loop of this process and its session."""

    def __init__(self) -> None:
        self.loop = uvloop.new_event_loop()
        self.session: aiohttp.ClientSession | None = None
        threading.Thread(target=self._run, name="http", daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def open(self) -> aiohttp.ClientSession:
        if self.session is None:
            self.session = open_session()
        return self.session


_client: _Client | None = None
_client_lock = threading.Lock()


def _forget_client() -> None:
    # A forked child has neither the thread nor a right to the parent's connections.
    global _client, _client_lock
    _client, _client_lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_client)


def _this_process() -> _Client:
    global _client
    with _client_lock:
        if _client is None:
            _client = _Client()
        return _client


def submit[T](work: Coroutine[Any, Any, T]) -> Future[T]:
    """Start a coroutine on the HTTP loop of this process."""
    return asyncio.run_coroutine_threadsafe(work, _this_process().loop)


async def session() -> aiohttp.ClientSession:
    """Return the session of this process; for coroutines started with `submit`."""
    return await _this_process().open()


def fetch(
    url: str,
    *,
    method: str = "GET",
    body: bytes | BinaryIO | None = None,
    headers: Mapping[str, str] | None = None,
    into: BinaryIO | None = None,
    max_bytes: int = 64 * MEGABYTE,
    timeout: float = 300.0,
) -> Response:
    """Call a URL from an ordinary thread and return the answer, whatever its status.

    `body` is sent as it is, a file in chunks. The answer is written to `into` when given, else returned; more than
    `max_bytes`, a compressed answer, a refused address or no answer within `timeout` seconds raise `HttpError`.
    """
    try:
        check_callback_url(url, path="url")
    except Invalid as error:
        raise HttpError(error.message) from error
    return submit(_fetch(url, method, body, headers or {}, into, max_bytes, timeout)).result()


async def _fetch(
    url: str,
    method: str,
    body: bytes | BinaryIO | None,
    headers: Mapping[str, str],
    into: BinaryIO | None,
    max_bytes: int,
    timeout: float,
) -> Response:
    limits = aiohttp.ClientTimeout(total=timeout, sock_connect=10, sock_read=60)
    try:
        async with (await session()).request(
            method, URL(url, encoded=True), data=body, headers=headers, allow_redirects=False, timeout=limits
        ) as answer:
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise HttpError("the answer is compressed although that was not asked for")
            received, size = bytearray(), 0
            async for chunk in answer.content.iter_chunked(CHUNK):
                size += len(chunk)
                if size > max_bytes:
                    raise HttpError(f"the answer is larger than {max_bytes} bytes")
                if into is None:
                    received += chunk
                else:
                    into.write(chunk)
            return Response(answer.status, dict(answer.headers), bytes(received), size)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise HttpError(explain(error)) from error


def explain(error: BaseException) -> str:
    """Return one line that says why a call failed, without addresses of objects or traces."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        reason = error.os_error
        return f"no connection to {error.host}: {reason.strerror or reason}"
    return f"{type(error).__name__}: {error}".rstrip(": ")


async def post(url: str, *, body: bytes, headers: Mapping[str, str], timeout: float, max_bytes: int) -> Response:
    """Post a small body and return the answer, its content cut at `max_bytes`; for coroutines on the HTTP loop.

    Raises `HttpError` when there is no whole answer in time. A kept connection that the other side closed in the
    moment of sending does not count: the post is repeated once.
    """
    try:
        try:
            return await _post(url, body, headers, timeout, max_bytes)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            return await _post(url, body, headers, timeout, max_bytes)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise HttpError(explain(error)) from error


async def _post(url: str, body: bytes, headers: Mapping[str, str], timeout: float, max_bytes: int) -> Response:
    async with (await session()).post(
        URL(url, encoded=True),
        data=body,
        headers=headers,
        allow_redirects=False,
        timeout=aiohttp.ClientTimeout(total=timeout),
    ) as answer:
        content = await _read_at_most(answer, max_bytes)
        return Response(answer.status, answer.headers, content, len(content))


async def _read_at_most(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Read the beginning of an answer; what is beyond `limit` is dropped together with the connection."""
    parts: list[bytes] = []
    size = 0
    while size < limit and (chunk := await answer.content.read(limit - size)):
        parts.append(chunk)
        size += len(chunk)
    if not answer.content.at_eof():
        answer.close()
    return b"".join(parts)
