"""When to try again: which answers are final, and how long to wait after the others."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from tmfsite.events.conf import setting

# Client errors that may go away: request timeout, too early, too many requests.
_RETRYABLE_CLIENT_ERRORS: Final = frozenset({408, 425, 429})
_LONGEST: Final = 3600.0
_LONGEST_ASKED: Final = 86400.0
_JITTER: Final = 0.2


def is_accepted(status: int) -> bool:
    """Any 2xx means that the subscriber has the event (TMF630 hub)."""
    return 200 <= status < 300


def is_permanent(status: int) -> bool:
    """Say whether trying the same event again is pointless."""
    return 400 <= status < 500 and status not in _RETRYABLE_CLIENT_ERRORS


def delay_after(attempts: int) -> timedelta:
    """Return the wait after the n-th failed try: doubled each time up to an hour, 20 % up or down at random."""
    return doubled(setting("TMF_DELIVERY_BACKOFF"), attempts)


def doubled(first: float, attempts: int) -> timedelta:
    """Return the wait after the n-th failed try, of which the first is so many seconds long."""
    return timedelta(seconds=min(first * 2.0 ** min(attempts - 1, 30), _LONGEST) * _jitter())


def probe_delay() -> timedelta:
    """Return the wait before a paused hub is probed."""
    return timedelta(seconds=setting("TMF_HUB_PROBE_INTERVAL") * _jitter())


def _jitter() -> float:
    # So that hubs of one failed server do not all come back in the same moment.
    return random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311


def retry_after(header: str | None, moment: datetime) -> timedelta | None:
    """Read `Retry-After`, seconds or a date, at most a day; None when absent or unreadable."""
    if not header:
        return None
    try:
        seconds = (
            float(header) if header.strip().isdigit() else (parsedate_to_datetime(header) - moment).total_seconds()
        )
    except (ValueError, TypeError):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_ASKED))
