"""What an operand's text can mean, for all evaluators alike: instants, numbers, booleans, plain text."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from tmfsite.query.expression import Operator

_DATE = (
    "(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_ZONE = "(?:[Zz]|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
ISO_PATTERN = f"{_DATE}(?:[T ]{_CLOCK}{_ZONE}?)?"
"""An existing date with or without time and zone; means the same to Python and to PostgreSQL."""

_ISO = re.compile(ISO_PATTERN)
_LOST_PLUS = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.,]+) ([0-9]{2}:?[0-9]{2})")
_NUMBER = re.compile(r"-?[0-9]{1,60}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,3})?")
_LARGEST_EXPONENT = 300
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - offsets are applied apart, as they may lead out of the calendar
_MICROSECOND = timedelta(microseconds=1)
_DAY = 24 * 60 * 60 * 1_000_000


def instant(text: str) -> int | None:
    """Return microseconds since 1970 in UTC of an ISO date or date-time, None if the text is neither."""
    if len(text) < 10 or text[4] != "-" or not _ISO.fullmatch(text):
        return None
    moment = datetime.fromisoformat(text.upper().replace(",", "."))
    offset = moment.utcoffset() or timedelta()
    return (moment.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND


def moment_text(microseconds: int, earliest: str, latest: str) -> str:
    """Return an instant as `YYYY-MM-DD HH:MM:SS[.ffffff]` in UTC, or a substitute outside the years 1 to 9999."""
    try:
        return str(_EPOCH + timedelta(microseconds=microseconds))
    except OverflowError:
        return earliest if microseconds < 0 else latest


def number(text: str) -> Decimal | None:
    """Return the number a text spells as JSON does, None if it spells none or one beyond any use."""
    if not _NUMBER.fullmatch(text):
        return None
    value = Decimal(text)
    return value if abs(value.adjusted()) <= _LARGEST_EXPONENT else None


def repair(text: str) -> str:
    """Return a date-time operand with the `+` of its zone, which form decoding turned into a blank."""
    return _LOST_PLUS.sub(r"\1+\2", text) if _LOST_PLUS.fullmatch(text) else text


@dataclass(frozen=True, slots=True)
class Span:
    """The instants an operand stands for when tested for equality: `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Operands:
    """The readings of a test's operands.

    `texts`: all of them. `plain`: those that are no dates. `spans`: those that are. For an ordering operator each
    holds one entry at most, the one that is easiest to pass, as any operand suffices.
    """

    texts: tuple[str, ...]
    plain: tuple[str, ...]
    spans: tuple[Span, ...]
    numbers: tuple[Decimal, ...]
    booleans: tuple[bool, ...]


@lru_cache(maxsize=4096)
def read(operator: Operator, operands: tuple[str, ...]) -> Operands:
    """Return the readings of operands under an operator."""
    plain: list[str] = []
    spans: list[Span] = []
    numbers: list[Decimal] = []
    for text in operands:
        start = instant(text)
        if start is None:
            plain.append(text)
        else:
            spans.append(Span(start, start + (_DAY if len(text) == 10 else 1)))
        value = number(text)
        if value is not None:
            numbers.append(value)
    texts = list(operands)
    if operator in ("eq", "ne"):
        booleans = tuple(text == "true" for text in operands if text in ("true", "false"))
        return Operands(tuple(texts), tuple(plain), tuple(spans), tuple(numbers), booleans)
    pick = min if operator in ("gt", "gte") else max
    loosest = pick(spans, key=lambda span: span.start, default=None)
    return Operands(
        (pick(texts),),
        (pick(plain),) if plain else (),
        (loosest,) if loosest else (),
        (pick(numbers),) if numbers else (),
        (),
    )


def fits(kind: str, operands: tuple[str, ...]) -> bool:
    """Tell whether operands can be put in order with values of an attribute's kind."""
    if kind in ("integer", "number"):
        return all(number(text) is not None for text in operands)
    if kind in ("date-time", "date"):
        return all(instant(text) is not None for text in operands)
    return True
