"""Telling the dispatcher that there is work."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tmfsite.celery import app
from tmfsite.events import wakeup


@pytest.fixture
def waiting() -> Iterator[Any]:
    """Return a function that counts the messages in the broker, which is empty at first."""
    with app.connection_for_write() as connection:
        channel = connection.default_channel
        queue = app.amqp.queues[app.conf.task_default_queue](channel)
        queue.declare()
        queue.purge()
        yield lambda: channel.queue_declare(queue=queue.name, passive=True).message_count
        queue.purge()


def test_a_wake_up_goes_into_an_empty_queue(waiting: Any) -> None:
    wakeup.publish()
    assert waiting() == 1


def test_wake_ups_do_not_pile_up(waiting: Any) -> None:
    for _ in range(wakeup.ENOUGH_WAITING + 5):
        wakeup.publish()
    assert waiting() == wakeup.ENOUGH_WAITING


def test_many_become_few(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[float] = []
    monkeypatch.setattr(wakeup, "publish", lambda: sent.append(time.monotonic()))
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        wakeup.wake()
        time.sleep(0.0005)
    time.sleep(2 * wakeup.INTERVAL)
    assert 3 <= len(sent) <= 8


def test_a_wake_up_costs_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakeup, "publish", lambda: None)
    wakeup.wake()
    start = time.perf_counter()
    for _ in range(1000):
        wakeup.wake()
    assert time.perf_counter() - start < 0.1


def test_a_broker_that_is_down_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    failed, sent = threading.Event(), threading.Event()

    def publish() -> None:
        if not failed.is_set():
            failed.set()
            raise ConnectionRefusedError
        sent.set()

    monkeypatch.setattr(wakeup, "publish", publish)
    wakeup.wake()
    assert failed.wait(5)
    wakeup.wake()
    assert sent.wait(5)
