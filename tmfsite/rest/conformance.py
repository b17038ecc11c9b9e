"""What was measured of each API's conformance: figures that `make conformance` writes beside this module."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tmfsite.fields import json

DATA: Final = Path(__file__).with_name("conformance.json")


@dataclass(frozen=True)
class Share:
    """How many of the demands of the official document are met."""

    met: int
    demanded: int

    @property
    def percent(self) -> int:
        """In hundredths, rounded down: only what is whole is 100."""
        return 100 * self.met // self.demanded if self.demanded else 100

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.met == self.demanded


@dataclass(frozen=True)
class Figures:
    """What was measured of one API."""

    operations: Share
    attributes: Share
    mandatory: Share
    events: Share
    samples: Share
    exempt: int


@cache
def measured() -> dict[str, Figures]:
    """Return the figures by key of the API; empty where they were not written."""
    try:
        content = json.loads(DATA.read_bytes())
    except OSError:
        return {}
    return {
        key: Figures(**{name: Share(*each[name]) for name in _SHARES}, exempt=each["exempt"][0])
        for key, each in content.items()
    }


_SHARES: Final = ("operations", "attributes", "mandatory", "events", "samples")
