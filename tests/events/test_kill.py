"""Nothing is lost, invented or put out of order while workers die and the broker forgets everything.

Runs on the database of the test run, and on the filesystem broker unless TEST_BROKER_URL names a Redis database,
which is then emptied.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis
from django.db import connection

from tests.events.factories import make_hub
from tests.events.sink import Received, Sink
from tmfsite.events.models import Delivery, Event

CHANGES = 2000
# Seconds between changes, so that there is something under way at every kill.
PAUSE = 0.01
KILLS = 8
PROJECT = Path(__file__).parents[2]
QUERIES = {
    "/all": "",
    "/renamed": "eventType=CategoryAttributeValueChangeEvent",
    "/even": "event.category.name.regex=[02468]$",
}

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return what makes child processes use the database of this test and a broker of their own."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tmfsite.settings",
        "TMF_MODE": "embedded",
        "TMF_DATA_DIR": str(tmp_path),
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": os.environ.get("TEST_BROKER_URL", ""),
        "TMF_SWEEP_INTERVAL": "0.5",
        "TMF_HUB_LEASE": "3",
        "TMF_DELIVERY_TIMEOUT": "1",
        "TMF_LOG_LEVEL": "WARNING",
    }


def database_url() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    login = f"{quote(settings['USER'])}:{quote(settings['PASSWORD'])}"
    return f"postgresql://{login}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"


class Worker:
    """A real Celery worker with its beat, in a process group of its own so that nobody survives a kill."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = environment
        self.log = (folder / "worker.log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None
        pool = "threads" if connection.vendor == "sqlite" else "prefork"
        self.command = [sys.executable, "-m", "celery", "-A", "tmfsite.celery:app", "worker", "-B"]
        self.command += ["--pool", pool, "--concurrency", "2", "--schedule", str(folder / "beat")]
        self.command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=PROJECT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(environment, tmp_path)
    yield worker
    worker.kill()
    worker.log.close()


def test_every_event_arrives_in_order_whatever_dies(
    environment: dict[str, str], worker: Worker, tmp_path: Path
) -> None:
    chance = random.Random()
    with Sink() as sink:
        for path, query in QUERIES.items():
            make_hub(sink.url + path, query)
        worker.start()
        writer = subprocess.Popen(
            [sys.executable, "-m", "tests.events.writer", str(CHANGES), str(PAUSE)], cwd=PROJECT, env=environment
        )
        try:
            for kill in range(KILLS):
                wait_for_more(sink, chance.randrange(20, 400), seconds=8)
                worker.kill()
                if kill == KILLS // 2:
                    forget_everything(environment["CELERY_BROKER_URL"], tmp_path)
                worker.start()
            assert writer.wait(60) == 0
            sink.wait_for(all_is_done, seconds=45)
        finally:
            writer.kill()
            writer.wait()
            print((tmp_path / "worker.log").read_text(errors="replace")[-5000:])
        check(sink.received)


def wait_for_more(sink: Sink, count: int, *, seconds: float) -> None:
    """Wait until the sink has received some more, or for some time when there is nothing to receive."""
    wanted, end = len(sink.received) + count, time.monotonic() + seconds
    while len(sink.received) < wanted and time.monotonic() < end:
        time.sleep(0.002)


def forget_everything(broker: str, folder: Path) -> None:
    """Empty the broker: all messages are lost."""
    if broker:
        with redis.Redis.from_url(broker) as client:
            client.flushdb()
    for message in (folder / "queue" / "messages").glob("*"):
        message.unlink(missing_ok=True)


def all_is_done() -> bool:
    time.sleep(0.2)
    waiting = Event.objects.filter(dispatched_at=None).exists()
    return not (waiting or Delivery.objects.filter(status=Delivery.Status.PENDING).exists())


def check(received: list[Received]) -> None:
    """Compare what arrived with what was committed."""
    events = list(Event.objects.order_by("id").values_list("event_id", "event_type", "resource_uid"))
    assert len(events) == CHANGES
    documents: dict[str, dict[str, Any]] = {}
    bodies: dict[str, bytes] = {}
    for each in received:
        document = each.document
        assert bodies.setdefault(document["eventId"], each.body) == each.body, "a duplicate differs"
        assert document["eventId"] == each.headers["webhook-id"]
        documents[document["eventId"]] = document
    assert not [each for each in documents.values() if each["event"]["category"]["name"] == "rolled back"]
    names = {event_id: document["event"]["category"]["name"] for event_id, document in documents.items()}
    wanted = {
        "/all": [event_id for event_id, _, _ in events],
        "/renamed": [event_id for event_id, kind, _ in events if kind.endswith("AttributeValueChangeEvent")],
        "/even": [event_id for event_id, _, _ in events if names.get(event_id, "1")[-1] in "02468"],
    }
    resource = {event_id: uid for event_id, _, uid in events}
    for path, expected in wanted.items():
        arrived = list(dict.fromkeys(each.headers["webhook-id"] for each in received if each.path == path))
        assert set(arrived) == set(expected), f"{path} misses or has too much"
        for uid in set(resource.values()):
            in_order = [event_id for event_id in expected if resource[event_id] == uid]
            assert [event_id for event_id in arrived if resource[event_id] == uid] == in_order, "out of order"
    assert sorted(names.values(), key=int) == [str(number) for number in range(CHANGES)]
