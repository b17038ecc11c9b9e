"""Telling the dispatcher that there is work, at the price of a flag.

`wake` is called after every commit, so it only sets a flag. A thread of the process turns any number of wake-ups into
at most one message per `INTERVAL`. A message that cannot be sent is dropped: the periodic sweep finds the events.
"""

import logging
import os
import threading
import time
from typing import Final

log = logging.getLogger(__name__)

INTERVAL: Final = 0.05
# Messages waiting in the broker beyond which another one tells the workers nothing new.
ENOUGH_WAITING: Final = 4

_asked = threading.Event()
_started = False
_start_lock = threading.Lock()


def wake() -> None:
    """Have the dispatcher look for work soon; costs microseconds and never fails."""
    if not _asked.is_set():
        _asked.set()
    if not _started:
        _start()


def _start() -> None:
    global _started
    with _start_lock:
        if not _started:
            threading.Thread(target=_run, name="wake", daemon=True).start()
            _started = True


def _forget_thread() -> None:
    # Threads do not survive a fork.
    global _asked, _started, _start_lock
    _asked, _started, _start_lock = threading.Event(), False, threading.Lock()


os.register_at_fork(after_in_child=_forget_thread)


def _run() -> None:
    was_down = False
    while True:
        _asked.wait()
        _asked.clear()
        try:
            publish()
            was_down = False
        except Exception as error:
            if not was_down:
                log.warning("the broker takes no wake-ups, the sweep goes on without: %s", error)
            was_down = True
        time.sleep(INTERVAL)


def publish() -> None:
    """Send one wake-up through the broker, unless enough of them wait there already."""
    from tmfsite.events.tasks import dispatch_events

    app = dispatch_events.app
    if app.conf.task_always_eager:
        return
    with app.producer_or_acquire() as producer:
        queue = app.amqp.queues[app.conf.task_default_queue]
        # Not passive: to Redis an empty queue is one that does not exist.
        declared = producer.channel.queue_declare(
            queue=queue.name,
            durable=queue.durable,
            exclusive=queue.exclusive,
            auto_delete=queue.auto_delete,
            arguments=queue.queue_arguments,
        )
        if declared.message_count < ENOUGH_WAITING:
            dispatch_events.apply_async(producer=producer, retry=False, expires=60)
