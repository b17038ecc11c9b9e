"""Requests per second of product offerings and some other resources, beside the limit application, on one core each.

Server and PostgreSQL's backends share core 0, the load generator (wrk) has core 1. Limit and product take turns
within each repetition; the ratio of a case is the median of the ratios of its repetitions, which is what stays
comparable on a machine with other tenants.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.benchmarks.limit import ROUTE, statements
from tests.benchmarks.sample import CATEGORIES, offering

OTHERS = {
    "product": "/tmf-api/productInventory/v4/product",
    "service": "/tmf-api/serviceInventory/v4/service",
    "resource": "/tmf-api/resourceInventoryManagement/v4/resource",
    "individual": "/tmf-api/party/v4/individual",
    "troubleTicket": "/tmf-api/troubleTicket/v4/troubleTicket",
}
"""What is read besides product offerings, see `subjects`."""

DEFAULT_URL = "postgresql://postgres@127.0.0.1:5432/tmf_bench"
PORTS = {"limit": 8701, "product": 8702}
APPLICATIONS = {"limit": "tests.benchmarks.limit:application", "product": "tmfsite.wsgi:application"}
CLOCK = os.sysconf("SC_CLK_TCK")


@dataclass
class Case:
    """One kind of request: a Lua expression for its path, its body if it writes, and the ratio to reach."""

    name: str
    path: str
    target: float
    method: str = "GET"
    body: str = "nil"
    resource: str = ""
    measured: dict[str, list["Measure"]] = field(default_factory=lambda: {"limit": [], "product": []})

    @property
    def ratios(self) -> list[float]:
        """Product over limit, in requests per second, of each repetition."""
        pairs = zip(self.measured["product"], self.measured["limit"], strict=True)
        return [product.rate / limit.rate for product, limit in pairs]


@dataclass(frozen=True)
class Measure:
    """What one run of wrk gave: requests per second, latencies and the servers' CPU per request in ms."""

    rate: float
    p50: float
    p99: float
    cpu: float


CASES = (
    Case("GET by id", f'"{ROUTE}/" .. id()', 0.38),
    Case("list of 20", f'"{ROUTE}?limit=20"', 0.55),
    Case(
        "lifecycleStatus + category.id",
        f'"{ROUTE}?lifecycleStatus=Active&category.id=" .. category() .. "&limit=20"',
        0.70,
    ),
    Case("page at offset 5,000", f'"{ROUTE}?offset=5000&limit=20"', 0.65),
    Case("PATCH of 3 attributes", f'"{ROUTE}/" .. id()', 0.45, "PATCH", "change()"),
    Case("POST of 29 attributes", f'"{ROUTE}"', 0.25, "POST", "document"),
    *(Case(f"GET {name} by id", f'"{route}/" .. id()', 0.38, resource=name) for name, route in OTHERS.items()),
    *(Case(f"list of 20, {name}", f'"{route}?limit=20"', 0.55, resource=name) for name, route in OTHERS.items()),
)

_LUA = """
local ids = {{ {ids} }}
local document = [==[{document}]==]
local function id() return ids[math.random(#ids)] end
local function category() return string.format("c%06d", math.random({categories}) - 1) end
local function change()
  local n = math.random(1000000000)
  return string.format('{{"name":"Fibre %d","description":"As of %d","statusReason":"Review %d"}}', n, n, n)
end
local headers = {{ ["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json" }}
math.randomseed({seed})
function request() return wrk.format("{method}", {path}, headers, {body}) end
"""


def build(url: str, rows: int, others: Sequence[str]) -> tuple[dict[str, list[str]], str]:
    """Make the database if it is not there; return the ids by resource ("" for offerings) and a token."""
    environment = _environment(url)
    os.environ.update(environment)
    _create_database(url)
    import django

    django.setup()
    from django.core.management import call_command

    from catalog.models import ProductOffering
    from tests.benchmarks.subjects import contract, document
    from tmfsite.rest.models import ApiClient

    call_command("migrate", verbosity=0)
    with psycopg.connect(url, autocommit=True) as connection:
        _fill(connection, ProductOffering, ROUTE, rows, offering)
        for name in others:
            _fill(connection, contract(name).model, OTHERS[name], rows, partial(document, name))
        connection.execute("TRUNCATE events_event, audit_change CASCADE")
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        ids = {}
        for name, route in {"": ROUTE, **{name: OTHERS[name] for name in others}}.items():
            table = statements(route).table
            ids[name] = [row[0] for row in connection.execute(f"SELECT uid FROM {table} ORDER BY id")]
            size = connection.execute(f"SELECT avg(octet_length(body)) FROM {table}").fetchone()
            print(f"{rows:,} of {name or 'productOffering'}, {int(size[0]) if size else 0:,} bytes each", flush=True)
    ApiClient.objects.filter(name="benchmark").delete()
    _, token = ApiClient.issue("benchmark", ["all"], rate=100_000_000)
    return ids, token


def _fill(
    connection: psycopg.Connection, model: Any, route: str, rows: int, document: Callable[[int], dict[str, Any]]
) -> None:
    """Create the resources, and beside them the rows of the limit, unless they are there."""
    from tmfsite import operations
    from tmfsite.fields import json

    table = statements(route).table
    if model.objects.count() == rows and _holds(connection, table, rows):
        return
    print(f"building {rows:,} of {model.__name__} …", flush=True)
    connection.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
    kind = model.schema().content_type_id()
    connection.execute("DELETE FROM resources_link WHERE source_type_id = %s", [kind])
    connection.execute(statements(route).create())
    with connection.cursor() as cursor:
        if route == ROUTE:
            cursor.execute("TRUNCATE limit_category")
        for number in range(rows):
            created = operations.create(model, document(number), actor=operations.SYSTEM).document
            cursor.execute(
                f"INSERT INTO {table} VALUES (%s, %s, %s, %s)",
                [number + 1, created["id"], created.get("lifecycleStatus"), json.dump_bytes(created)],
            )
            if route == ROUTE:
                cursor.executemany(
                    "INSERT INTO limit_category VALUES (%s, %s)",
                    [(each["id"], number + 1) for each in created["category"]],
                )
    connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [rows])


def _holds(connection: psycopg.Connection, table: str, rows: int) -> bool:
    exists = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
    if not exists or exists[0] is None:
        return False
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return count is not None and count[0] == rows


def _create_database(url: str) -> None:
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')


def _environment(url: str) -> dict[str, str]:
    folder = Path(tempfile.gettempdir()) / "tmf-benchmark"
    folder.mkdir(exist_ok=True)
    return {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tmfsite.settings",
        "TMF_DATA_DIR": str(folder),
        "TMF_MODE": "embedded",
        "TMF_PUBLIC_URL": f"http://127.0.0.1:{PORTS['product']}",  # as production has it
    }


@contextmanager
def servers(url: str) -> Iterator[dict[str, int]]:
    """Run both applications on core 0; give the process ids of their workers."""
    processes = {}
    try:
        for name, application in APPLICATIONS.items():
            command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
            command += ["--blocking-threads", "1", "--runtime-threads", "1", "--no-ws", "--log-level", "error"]
            command += ["--port", str(PORTS[name]), application]
            processes[name] = subprocess.Popen([*_pinned(0), *command], env={**os.environ, **_environment(url)})
        for name in processes:
            _wait(PORTS[name])
        yield {name: process.pid for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.send_signal(signal.SIGTERM)
        for process in processes.values():
            process.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        with suppress(OSError):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", f"{ROUTE}?limit=1")
            connection.getresponse().read()
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers at port {port}")


def _pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []


def _backends(url: str) -> list[int]:
    with psycopg.connect(url, autocommit=True) as connection:
        own = connection.info.backend_pid
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    return [row[0] for row in rows if row[0] != own]


def _pin(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(OSError):  # PostgreSQL may run elsewhere, or as somebody else
            os.sched_setaffinity(pid, {0})


def _family(pid: int) -> list[int]:
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid, *(descendant for child in children for descendant in _family(int(child)))]


def _cpu(pids: Sequence[int]) -> float:
    seconds = 0.0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / CLOCK
    return seconds


def measure(port: int, script: str, seconds: int, pids: Sequence[int]) -> Measure:
    """Load a server with one kind of request from four connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        before = _cpu(pids)
        command = [*_pinned(1), "wrk", "-t1", "-c4", f"-d{seconds}s", "--latency", "-s", file.name]
        text = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
        used = _cpu(pids) - before
    if "Non-2xx" in text or "Socket errors" in text:
        raise SystemExit(text)
    found = re.search(r"(\d+) requests in", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    assert found and rate, text
    return Measure(float(rate[1]), _latency(text, 50), _latency(text, 99), used / int(found[1]) * 1000)


def _latency(text: str, percent: int) -> float:
    found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text)
    assert found, text
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def run(url: str, *, rows: int, repetitions: int, seconds: int, cases: Sequence[Case]) -> None:
    """Measure and print the table."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is needed (Debian: apt install wrk)")
    ids, token = build(url, rows, sorted({case.resource for case in cases} - {""}))
    random = Random(1)
    some = {name: random.sample(found, min(2000, len(found))) for name, found in ids.items()}
    from tmfsite.fields import json

    def script(case: Case, seed: int) -> str:
        return _LUA.format(
            ids=", ".join(f'"{uid}"' for uid in some[case.resource]), document=json.dumps(offering(1)), categories=CATEGORIES,
            token=token, seed=seed, method=case.method, path=case.path, body=case.body,
        )  # fmt: skip

    with servers(url) as pids:
        for name, port in PORTS.items():
            for case in cases:
                if case.method == "GET":
                    measure(port, script(case, 0), 1, [pids[name]])
        backends = _backends(url)
        _pin(backends)
        for writing in (False, True):  # what the writes add would change the reads
            for repetition in range(repetitions):
                for case in cases:
                    if (case.method != "GET") == writing:
                        for name in ("limit", "product") if repetition % 2 else ("product", "limit"):
                            watched = [*_family(pids[name]), *backends]
                            case.measured[name].append(
                                measure(PORTS[name], script(case, repetition + 1), seconds, watched)
                            )
    _forget_writes(url, rows)
    report(cases)


def _forget_writes(url: str, rows: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM limit_productoffering WHERE id > %s", [rows])
        connection.execute(
            "DELETE FROM catalog_productoffering WHERE id NOT IN "
            "(SELECT id FROM catalog_productoffering ORDER BY id LIMIT %s)",
            [rows],
        )
        connection.execute(
            "DELETE FROM resources_link WHERE source_type_id = (SELECT id FROM django_content_type WHERE "
            "app_label = 'catalog' AND model = 'productoffering') "
            "AND source_id NOT IN (SELECT id FROM catalog_productoffering)"
        )
        connection.execute("TRUNCATE events_event, audit_change CASCADE")


def report(cases: Sequence[Case]) -> None:
    """Print the table in Markdown."""
    print(
        "| request | limit req/s | p50 / p99 ms | product req/s | p50 / p99 ms | CPU ms, both | ratio (min-max) | target |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for case in cases:
        cells = [case.name]
        for measures in (case.measured["limit"], case.measured["product"]):
            rate, p50, p99 = (
                statistics.median(getattr(each, name) for each in measures) for name in ("rate", "p50", "p99")
            )
            cells += [f"{rate:,.0f}", f"{p50:.1f} / {p99:.1f}"]
        limit, product = (statistics.median(each.cpu for each in case.measured[name]) for name in ("limit", "product"))
        cells.append(f"{limit:.2f} / {product:.2f}")
        ratios = case.ratios
        cells += [f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})", f"{case.target:.2f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--url", default=DEFAULT_URL, help="a database for this alone: it is emptied")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--repetitions", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="", help="measure only requests whose name has this in it")
    given = parser.parse_args(arguments)
    cases = [case for case in CASES if given.only.lower() in case.name.lower()]
    run(given.url, rows=given.rows, repetitions=given.repetitions, seconds=given.seconds, cases=cases)


if __name__ == "__main__":
    main()
