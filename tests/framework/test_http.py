"""The one HTTP client: what it refuses to call, and what it refuses to read."""

import io
import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from tests.events.sink import Received, Sink
from tmfsite.events import http
from tmfsite.resources.errors import Invalid

LOOPBACK = ("127.0.0.0/8", "::1/128")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


@pytest.fixture(autouse=True)
def nothing_allowed(settings: Any) -> Any:
    settings.TMF_ALLOWED_CALLBACK_NETWORKS = ()
    return settings


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:a00:1::1",
    ],
)
def test_what_is_not_public_is_barred(address: str) -> None:
    assert not http.is_allowed(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert http.is_allowed(ip_address(address))


def test_networks_can_be_opened(settings: Any) -> None:
    settings.TMF_ALLOWED_CALLBACK_NETWORKS = ("10.1.0.0/16",)
    assert http.is_allowed(ip_address("10.1.2.3"))
    assert http.is_allowed(ip_address("::ffff:10.1.2.3"))
    assert not http.is_allowed(ip_address("10.2.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "callback",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "http://example.com/\n",
        "http://user:secret@example.com/",
        "http://127.0.0.1/",
        "http://[::1]:8000/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_a_callback_that_can_never_be_called_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        http.check_callback_url(url)
    assert caught.value.code == "24"
    assert caught.value.path == "callback"


@pytest.mark.parametrize(
    "url", ["https://example.com/cb", "HTTP://example.com:8080/a?b=c", "http://8.8.8.8/", "http://localhost/"]
)
def test_names_are_not_looked_up_at_registration(url: str) -> None:
    http.check_callback_url(url)


class FakeResolver:
    """Resolves every name to the next of some addresses, as a hostile name server would."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = list(addresses)

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[dict[str, Any]]:
        address = self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]
        return [{"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self) -> None: ...


def call(url: str, resolver: FakeResolver) -> str:
    """Post to a URL with an own session; return the status or why there was none."""

    async def work() -> str:
        async with http.open_session(resolver) as session:
            try:
                async with session.post(url, data=b"x") as answer:
                    return str(answer.status)
            except Exception as error:
                return http.explain(error)

    return http.submit(work()).result(10)


def test_a_name_that_turns_to_loopback_gains_nothing(sink: Sink) -> None:
    url = f"http://rebind.example:{sink.port}/"
    http.check_callback_url(url)
    reason = call(url, FakeResolver("127.0.0.1"))
    assert reason == "no connection to rebind.example: address 127.0.0.1 is not allowed"
    assert sink.connections == 0


def test_the_same_name_is_called_where_the_network_is_allowed(sink: Sink, settings: Any) -> None:
    settings.TMF_ALLOWED_CALLBACK_NETWORKS = LOOPBACK
    assert call(f"http://rebind.example:{sink.port}/", FakeResolver("127.0.0.1")) == "201"


def test_a_number_as_host_is_an_address_all_the_same(sink: Sink) -> None:
    with pytest.raises(http.HttpError, match="not a canonical IPv4 address"):
        http.fetch(f"http://2130706433:{sink.port}/")
    assert sink.connections == 0


def test_fetch_refuses_literal_addresses_and_other_schemes() -> None:
    with pytest.raises(http.HttpError, match=r"address 127\.0\.0\.1 is not allowed"):
        http.fetch("http://127.0.0.1:1/")
    with pytest.raises(http.HttpError, match="http or https"):
        http.fetch("file:///etc/passwd")


class TestFetch:
    """Reading and writing files of jobs."""

    @pytest.fixture(autouse=True)
    def loopback_allowed(self, nothing_allowed: Any) -> None:
        nothing_allowed.TMF_ALLOWED_CALLBACK_NETWORKS = LOOPBACK

    def test_returns_the_answer_whatever_its_status(self, sink: Sink) -> None:
        sink.answer = lambda _: (404, {"Content-Type": "text/plain"}, b"gone")
        answer = http.fetch(sink.url + "/file")
        assert (answer.status, answer.content, answer.size) == (404, b"gone", 4)
        assert answer.headers["Content-Type"] == "text/plain"

    def test_writes_to_a_file(self, sink: Sink) -> None:
        sink.answer = lambda _: (200, {}, b"x" * 300_000)
        file = io.BytesIO()
        answer = http.fetch(sink.url, into=file)
        assert (answer.content, answer.size, len(file.getvalue())) == (b"", 300_000, 300_000)

    def test_sends_a_file(self, sink: Sink) -> None:
        http.fetch(sink.url + "/up", method="PUT", body=io.BytesIO(b"content"), headers={"X-Job": "1"})
        assert sink.received[0].headers["x-job"] == "1"

    def test_follows_no_redirect(self, sink: Sink) -> None:
        sink.answer = lambda _: (302, {"Location": "http://169.254.169.254/"}, b"")
        assert http.fetch(sink.url).status == 302
        assert len(sink.received) == 1

    def test_stops_at_the_cap(self, sink: Sink) -> None:
        sink.answer = lambda _: (200, {}, b"x" * 200_000)
        with pytest.raises(http.HttpError, match="larger than 100000 bytes"):
            http.fetch(sink.url, max_bytes=100_000)

    def test_stops_in_time(self, sink: Sink) -> None:
        sink.answer = lambda _: None
        with pytest.raises(http.HttpError, match="no answer in time"):
            http.fetch(sink.url, timeout=0.2)

    def test_takes_nothing_compressed(self, sink: Sink) -> None:
        sink.answer = lambda _: (200, {"Content-Encoding": "gzip"}, b"bomb")
        with pytest.raises(http.HttpError, match="compressed"):
            http.fetch(sink.url)

    def test_says_that_nobody_listens(self) -> None:
        with pytest.raises(http.HttpError, match=r"no connection to 127\.0\.0\.1"):
            http.fetch("http://127.0.0.1:9/")

    def test_keeps_the_query_of_the_url_as_it_is(self, sink: Sink) -> None:
        seen: list[Received] = sink.received
        http.fetch(sink.url + "/a%2Fb?q=%20x+y&z=%7B")
        assert seen[0].path == "/a%2Fb?q=%20x+y&z=%7B"
