"""When to try again."""

from datetime import UTC, datetime, timedelta

import pytest

from tmfsite.events import backoff

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (11, 2048), (12, 3600), (500, 3600)]
)
def test_waits_double_up_to_an_hour(
    attempts: int, seconds: float, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TMF_DELIVERY_BACKOFF = 2.0
    monkeypatch.setattr(backoff, "_jitter", lambda: 1.0)
    assert backoff.delay_after(attempts) == timedelta(seconds=seconds)


def test_waits_differ_by_a_fifth(settings: object) -> None:
    settings.TMF_DELIVERY_BACKOFF = 10.0
    waits = {backoff.delay_after(1).total_seconds() for _ in range(200)}
    assert len(waits) > 100
    assert min(waits) >= 8
    assert max(waits) <= 12


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 415, 422])
def test_client_errors_are_final(status: int) -> None:
    assert backoff.is_permanent(status)


@pytest.mark.parametrize("status", [301, 307, 408, 425, 429, 500, 502, 503, 504])
def test_what_may_go_away_is_tried_again(status: int) -> None:
    assert not backoff.is_permanent(status)
    assert not backoff.is_accepted(status)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_accepts(status: int) -> None:
    assert backoff.is_accepted(status)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("120", timedelta(seconds=120)),
        ("Sat, 31 Jan 2026 12:00:30 GMT", timedelta(seconds=30)),
        ("Sat, 31 Jan 2026 11:00:00 GMT", timedelta(0)),
        ("99999999", timedelta(days=1)),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait: timedelta | None) -> None:
    assert backoff.retry_after(header, NOON) == wait
