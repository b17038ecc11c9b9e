"""How many requests a caller may make (TMF630 part 1: 429 with X-Rate-Limit headers).

Fixed windows of a minute, reads and writes apart, counted in the process: a caller may reach the rate in each
web process. With `TMF_THROTTLE_REDIS_URL` they count together, at the price of one Redis call a request.
"""

import logging
from functools import cache
from time import time
from typing import Any

from django.conf import settings
from redis import Redis, RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tmfsite.rest.errors import ApiError

logger = logging.getLogger(__name__)

WINDOW = 60

# Who, and whether it is a read.
type Key = tuple[str, Any, bool]

# Counts of the present window; replaced as a whole when the next one begins, so it holds active callers only.
_window = 0
_counts: dict[Key, int] = {}


class ClientThrottle(BaseThrottle):
    """Requests a minute: the caller's own rate, else `TMF_READS_PER_MINUTE` or `TMF_WRITES_PER_MINUTE`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; raises `ApiError` 429 above the rate. A rate of 0 is no limit."""
        principal = request.auth
        if principal is None:
            return True
        reads = request._request.method in ("GET", "HEAD", "OPTIONS")
        limit = principal.rate
        if limit is None:
            limit = settings.TMF_READS_PER_MINUTE if reads else settings.TMF_WRITES_PER_MINUTE
        if not limit:
            return True
        now = time()
        window = int(now) // WINDOW
        key = (principal.kind, principal.client_id or principal.user_id or principal.name, reads)
        if _count(key, window) <= limit:
            return True
        end = (window + 1) * WINDOW
        raise ApiError(
            429,
            "53",
            f"at most {limit} {'reads' if reads else 'writes'} a minute",
            headers={
                "Retry-After": str(max(1, round(end - now))),
                "X-Rate-Limit-Limit": str(limit),
                "X-Rate-Limit-Remaining": "0",
                "X-Rate-Limit-Reset": str(end),
            },
        )


def _count(key: Key, window: int) -> int:
    shared = _shared()
    if shared is not None:
        try:
            return _count_shared(shared, key, window)
        except RedisError:
            logger.warning("Requests are counted per process, Redis does not answer", exc_info=True)
    global _window, _counts
    if window != _window:
        _window, _counts = window, {}
    # Two threads may count two requests as one; a rate limit bears that, a lock would cost every request.
    count = _counts[key] = _counts.get(key, 0) + 1
    return count


def _count_shared(shared: Redis, key: Key, window: int) -> int:
    name = f"tmf:requests:{key[0]}:{key[1]}:{'read' if key[2] else 'write'}:{window}"
    with shared.pipeline(transaction=False) as pipeline:
        pipeline.incr(name)
        pipeline.expire(name, 2 * WINDOW)
        return int(pipeline.execute()[0])


@cache
def _shared() -> Redis | None:
    url = getattr(settings, "TMF_THROTTLE_REDIS_URL", "")
    return Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2) if url else None
