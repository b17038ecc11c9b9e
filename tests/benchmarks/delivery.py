"""Deliveries per second of one worker process: ``python -m tests.benchmarks.delivery``.

The worker, PostgreSQL's backends and Redis share core 0, the subscribers have core 1. CPU is that of the worker
and of its database backends together.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.benchmarks import run
from tests.events.sink import Answer, Received, Sink

DEFAULT_URL = "postgresql://postgres@127.0.0.1:5432/tmf_bench_delivery"
DEFAULT_BROKER = "redis://127.0.0.1:6379/14"
HUBS = 20
TARGET_RATE, TARGET_CPU = 2000, 0.3


@dataclass(frozen=True)
class Measure:
    """One run: deliveries per second, CPU in ms per delivery, deliveries out of order, connections made."""

    rate: float
    cpu: float
    disordered: int
    connections: int


def main(arguments: list[str]) -> None:
    """Measure and print the table; exit with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=os.environ.get("BENCH_DATABASE_URL", DEFAULT_URL))
    parser.add_argument("--broker", default=DEFAULT_BROKER, help="a Redis database; it is emptied")
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--repetitions", type=int, default=6)
    options = parser.parse_args(arguments)
    prepare(options.database, options.broker)
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    print(f"{options.events} events of 4 kB to {HUBS} hubs, {options.repetitions} repetitions, medians [min-max]")
    print(f"{'case':<32}{'deliveries/s':>24}{'CPU ms each':>22}{'out of order':>14}{'connections':>13}")
    missed = False
    with redis_on_core_0(options.broker), worker() as pid:
        for case, hanging in (("all hubs answer", False), ("and one more hangs", True)):
            runs = [measure(pid, options.database, options.events, hanging) for _ in range(options.repetitions)]
            missed |= report(case, runs)
    if missed:
        sys.exit("a target is missed")


def report(case: str, runs: list[Measure]) -> bool:
    """Print a line of the table; say whether it misses a target."""
    rates, costs = [each.rate for each in runs], [each.cpu for each in runs]
    rate, cost = statistics.median(rates), statistics.median(costs)
    disordered = sum(each.disordered for each in runs)
    speed = f"{rate:,.0f} [{min(rates):,.0f}-{max(rates):,.0f}]"
    spent = f"{cost:.3f} [{min(costs):.3f}-{max(costs):.3f}]"
    print(f"{case:<32}{speed:>24}{spent:>22}{disordered:>14}{runs[-1].connections:>13}", flush=True)
    return rate < TARGET_RATE or cost > TARGET_CPU or disordered > 0


def prepare(url: str, broker: str) -> None:
    """Make an empty database and broker, and use them in this process and its children."""
    os.environ.update(run._environment(url) | {"CELERY_BROKER_URL": broker, "TMF_LOG_LEVEL": "WARNING"})
    os.environ |= {"TMF_ALLOWED_CALLBACK_NETWORKS": "127.0.0.0/8", "TMF_DELIVERY_TIMEOUT": "10"}
    run._create_database(url)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with redis.Redis.from_url(broker) as client:
        client.flushdb()


@contextmanager
def worker() -> Iterator[int]:
    """Run one Celery worker of one process on core 0; give its process id."""
    command = [sys.executable, "-m", "celery", "-A", "tmfsite.celery:app", "worker", "--pool", "solo"]
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen([*run._pinned(0), *command], stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def redis_on_core_0(broker: str) -> Iterator[None]:
    """Have Redis on the core of the worker, where it runs on this machine."""
    with redis.Redis.from_url(broker) as client:
        pid = int(client.info("server")["process_id"])
    try:
        before = os.sched_getaffinity(pid)
        os.sched_setaffinity(pid, {0})
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.sched_setaffinity(pid, before)


def measure(worker: int, url: str, events: int, hanging: bool) -> Measure:
    """Write events for some hubs, wake the worker and watch what arrives."""
    from django.db import connection

    from tests.events.factories import make_event, make_hub
    from tmfsite.events.models import Event, Hub
    from tmfsite.events.wakeup import wake

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE events_attempt, events_delivery, events_event, events_hub")
    arrived: dict[str, list[str]] = {f"/{number}": [] for number in range(HUBS)}
    times: list[float] = []

    def receive(request: Received) -> None:
        if request.path in arrived:
            arrived[request.path].append(request.headers["webhook-id"])
            times.append(request.at)

    def answer(request: Received) -> Answer | None:
        return None if request.path == "/hangs" else (201, {}, b"")

    with Sink(answer=answer, on_receive=receive) as sink:
        for path in arrived:
            make_hub(sink.url + path)
        make_event()
        wake()
        sink.wait_for(lambda: len(times) == HUBS, seconds=30)
        if hanging:
            make_hub(sink.url + "/hangs")
        write_events(events)
        expected = list(Event.objects.order_by("id").values_list("event_id", flat=True))
        busy = Hub.objects.filter(lease_until__isnull=False).exclude(callback__endswith="/hangs")
        meter, start = Meter(worker, url), time.time()
        wake()
        while len(times) < (events + 1) * HUBS or busy.exists():
            assert time.time() < start + 120, "not everything arrived"
            meter.read()
            time.sleep(0.1)
        seconds, spent = max(times) - start, meter.read()
    disordered = sum(ids != expected for ids in arrived.values())
    return Measure(events * HUBS / seconds, spent * 1000 / (events * HUBS), disordered, sink.connections)


def write_events(count: int) -> None:
    """Write events of 4 kB in one transaction, so that the worker sees all of them at once."""
    from django.db import transaction

    from tests.events.factories import make_event

    with transaction.atomic():
        for number in range(count):
            make_event(str(number % 50), description="x" * 3800)


class Meter:
    """The CPU that the worker and its database backends use, which come and go."""

    def __init__(self, worker: int, url: str) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.own = cursor.fetchone()[0]
        self.worker, self.url = worker, url
        self.first = {pid: cpu(pid) for pid in self.watched()}
        self.last = dict(self.first)

    def watched(self) -> list[int]:
        """Return the processes to measure, the backends moved to the core of the worker."""
        backends = [pid for pid in run._backends(self.url) if pid != self.own]
        run._pin(backends)
        return [self.worker, *backends]

    def read(self) -> float:
        """Return the seconds used since the beginning."""
        for pid in self.watched():
            self.last[pid] = max(cpu(pid), self.last.get(pid, 0.0))
        return sum(spent - self.first.get(pid, 0.0) for pid, spent in self.last.items())


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process of this machine has used, 0 when it is gone."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


if __name__ == "__main__":
    main(sys.argv[1:])
