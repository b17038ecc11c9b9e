"""The dispatcher: fans out new events and sends deliveries, until nothing is due.

The calling thread does all database work; the HTTP loop of the process (`tmfsite.events.http`) does all sending, with
one asyncio task per leased hub. A task sends its events one after the other, so that each hub gets them in their
order, and asks the calling thread for the next batch while the tasks of other hubs go on: a hub that hangs holds up
nobody else.
"""

import asyncio
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from tmfsite.events import http
from tmfsite.events.backoff import is_accepted, retry_after
from tmfsite.events.conf import setting
from tmfsite.events.envelope import Envelope, signed_headers
from tmfsite.events.fanout import BATCH as FAN_OUT_BATCH
from tmfsite.events.fanout import fan_out
from tmfsite.events.leases import ERROR_LENGTH, EnvelopeCache, Lease, Owed, Result, lease_hubs, next_batch
from tmfsite.events.replay import catch_up
from tmfsite.events.wakeup import wake
from tmfsite.fields.instants import now

log = logging.getLogger(__name__)

# Seconds between two looks for new events while deliveries are under way.
POLL: Final = 0.05
# Seconds after which a run ends, so that a worker can stop; the next run goes on where it ended.
LONGEST_RUN: Final = 20.0
# Seconds that hubs then have to end their batch and give their lease back.
GRACE: Final = 0.2
# Bytes of a subscriber's answer that are read.
ANSWER_LENGTH: Final = 64 * 1024

_running = threading.Lock()
_again = threading.Event()


def dispatch() -> int:
    """Fan out and deliver until nothing is due; return the number of events taken from the outbox.

    One run per process at a time: a second caller only tells the first one to look again, and returns.
    """
    events = 0
    _again.set()
    while _again.is_set() and _running.acquire(blocking=False):
        try:
            events += _dispatcher.run()
        finally:
            _running.release()
    return events


class Dispatcher:
    """The hubs that this process has leased, and the database work that their tasks ask for."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._sending: set[Future[None]] = set()
        self._events = EnvelopeCache()
        self._stopping = False

    def run(self) -> int:
        """Work until nothing is due or it has lasted long enough; return the number of events fanned out.

        In the latter case a hub may still hang; it is left to the next run.
        """
        total = 0
        end = time.monotonic() + LONGEST_RUN
        try:
            while (left := end - time.monotonic()) > 0:
                _again.clear()
                events, behind = fan_out(), catch_up()
                total += events
                busy = behind or events == FAN_OUT_BATCH
                self._start(lease_hubs(setting("TMF_HUBS_AT_ONCE") - len(self._sending), self._events))
                if not self._sending and not busy:
                    self._events = EnvelopeCache()
                    return total
                self._serve(0.0 if busy else min(POLL, left))
            self._stopping = True
            self._serve(GRACE)
            self._stopping = False
        except BaseException:
            self._abandon()
            raise
        wake()
        return total

    def _abandon(self) -> None:
        """Forget the leased hubs after an error; the leases run out and other runs take over."""
        for task in self._sending:
            task.cancel()
        self._jobs, self._sending = queue.SimpleQueue(), set()
        self._events, self._stopping = EnvelopeCache(), False

    def _start(self, leases: list[Lease]) -> None:
        for lease in leases:
            task = http.submit(self._send_to_hub(lease))
            self._sending.add(task)
            task.add_done_callback(lambda done: self._jobs.put(lambda: self._finish(done)))

    def _finish(self, task: Future[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The lease runs out, then another run tries again.
            log.error("sending to a hub broke off", exc_info=error)

    def _serve(self, seconds: float) -> None:
        """Do the database work that the hub tasks ask for, for some time or until none of them is left."""
        end = time.monotonic() + seconds
        while self._sending and not _again.is_set():
            try:
                job = self._jobs.get(timeout=max(end - time.monotonic(), 0.0))
            except queue.Empty:
                return
            job()

    async def _database[T](self, work: Callable[..., T], *args: Any, **options: Any) -> T:
        """Have the calling thread do database work, and await it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                value = work(*args, **options)
            except Exception as error:
                loop.call_soon_threadsafe(_settle, answer, None, error)
            else:
                loop.call_soon_threadsafe(_settle, answer, value, None)

        self._jobs.put(job)
        return await answer

    async def _send_to_hub(self, lease: Lease) -> None:
        tries: list[tuple[Owed, Result]] = []
        while batch := await self._database(next_batch, lease, tries, last=self._stopping):
            tries = await send_batch(lease, batch)


_dispatcher = Dispatcher()


def _forget_leases() -> None:
    # A forked child has none of the parent's tasks.
    global _running, _dispatcher
    _running, _dispatcher = threading.Lock(), Dispatcher()


os.register_at_fork(after_in_child=_forget_leases)


def _settle(answer: asyncio.Future[Any], value: Any, error: Exception | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(value)
    else:
        answer.set_exception(error)


async def send_batch(lease: Lease, batch: list[Owed]) -> list[tuple[Owed, Result]]:
    """Send events one after the other; stop at the first to be tried again, or when it takes long."""
    loop = asyncio.get_running_loop()
    timeout, pause_after = setting("TMF_DELIVERY_TIMEOUT"), setting("TMF_HUB_PAUSE_AFTER")
    # With one more timeout on top this is well within the lease.
    end = loop.time() + setting("TMF_HUB_LEASE") / 3
    tries: list[tuple[Owed, Result]] = []
    failures = lease.failures
    for owed in batch:
        result = await send(lease, owed.event, timeout)
        tries.append((owed, result))
        failures = 0 if result.accepted else failures + 1
        must_wait = not (result.accepted or result.permanent)
        if must_wait or failures >= pause_after or loop.time() > end:
            break
    return tries


async def send(lease: Lease, event: Envelope, timeout: float) -> Result:
    """Post one event to a hub, signed, and say what came of it."""
    at, start = now(), time.perf_counter()
    body = event.body(lease.fields)
    headers = signed_headers(key=lease.key, event_id=event.event_id, timestamp=int(at.timestamp()), body=body)
    status, error, wait = None, "", None
    try:
        answer = await http.post(
            target(lease, event), body=body, headers=headers, timeout=timeout, max_bytes=ANSWER_LENGTH
        )
        status = answer.status
        if not is_accepted(status):
            error = f"HTTP {status} {answer.content.decode(errors='replace')}".strip()[:ERROR_LENGTH]
        if status in (429, 503):
            wait = retry_after(answer.headers.get("Retry-After"), at)
    except http.HttpError as failure:
        error = str(failure)[:ERROR_LENGTH]
    return Result(at, round((time.perf_counter() - start) * 1000), status, error, wait)


def target(lease: Lease, event: Envelope) -> str:
    """Return the URL to post to: the exact callback, or the listener below it if the subscription asks for that."""
    if not lease.appends_event_name:
        return lease.callback
    base, mark, query = lease.callback.partition("?")
    return f"{base.rstrip('/')}/listener/{event.event_type[:1].lower()}{event.event_type[1:]}{mark}{query}"
