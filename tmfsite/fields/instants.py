"""Date-times on the wire: read generously, written in one form (UTC, milliseconds, `Z`)."""

import re
from datetime import UTC, datetime

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|z| ?[+-]\d{2}(?::?\d{2})?)?)?")


def parse_instant(text: str) -> datetime | None:
    """Return the instant a text names (no zone means UTC, no time means midnight), None when it names none."""
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("z", "Z").replace(",", "."))
    except ValueError:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def format_instant(moment: datetime) -> str:
    """Return `2026-01-31T12:00:00.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def now() -> datetime:
    """Return the present instant in whole milliseconds, so that what the wire shows is what the store holds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
