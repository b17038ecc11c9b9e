"""The conformance report: `docs/conformance.md` for people, and the figures of it for the landing page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.comparison import Comparison, comparisons
from tests.conformance.exemptions import Exemption
from tests.conformance.samples import Replay, replays
from tmfsite.fields import json
from tmfsite.rest.conformance import DATA

REPORT = Path(__file__).parents[2] / "docs" / "conformance.md"

INTRODUCTION = """\
# Conformance

What the official documents of TM Forum demand, and how much of it is here. `make conformance` writes this page; every
figure is counted by the code that also tests it (`tests/conformance`), which compares the OpenAPI document of each API with
the official swagger and sends the official samples.

- **Operations**: pairs of path and method. **Events**: listeners, which here are the callbacks of the subscription.
- **Attributes**: of every official definition that a body, an answer or an event uses, nested ones too; one counts when it
  is there wherever the official document has it. **Mandatory**: attributes that the official definition requires.
- **Samples**: official example files, sent as they are published, that come back as they were sent.
- What is missing is exempt, for a reason given below; anything else fails the tests.
"""

COUNTED = {"operation": "operations", "attribute": "attributes", "mandatory": "mandatory", "event": "events"}


@dataclass(frozen=True)
class Measured:
    """One API: the comparison with its official document, and what became of its samples."""

    comparison: Comparison
    replays: list[Replay]

    @property
    def taken(self) -> tuple[int, int]:
        """How many samples came back as they were sent, and how many there are."""
        return sum(not each.fault for each in self.replays), len(self.replays)

    @property
    def figures(self) -> dict[str, list[int]]:
        """What the landing page shows: pairs of met and demanded."""
        counted = {name: list(self.comparison.counted(kind)) for kind, name in COUNTED.items()}
        return {**counted, "samples": list(self.taken), "exempt": [len(self.comparison.exemptions())]}


def measure() -> list[Measured]:
    """Compare every API that has an official document; needs a database."""
    return [Measured(each, replays(each.router)) for each in comparisons()]


def files(measured: list[Measured]) -> dict[Path, str]:
    """Return what the generated files hold."""
    figures: dict[str, Any] = {each.comparison.router.api.key: each.figures for each in measured}
    rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in figures.items())
    return {REPORT: "\n".join(_page(measured)) + "\n", DATA: f"{{\n{rows}\n}}\n"}


def _page(measured: list[Measured]) -> Iterator[str]:
    yield INTRODUCTION
    yield "| API | Version | Operations | Attributes | Mandatory | Events | Samples |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for each in measured:
        api = each.comparison.router.api
        counts = [_share(*each.comparison.counted(kind)) for kind in COUNTED]
        title = f"[TMF{api.number} {api.title}](#{_anchor(f'TMF{api.number} {api.title}')})"
        yield f"| {title} | {api.version} | {' | '.join(counts)} | {_share(*each.taken)} |"
    everywhere = Counter(line for each in measured for line in each.comparison.exemptions().values() if not line[0])
    yield "\n## Exempt in any API\n"
    yield from _lines(everywhere)
    for each in measured:
        yield from _section(each)


def _section(measured: Measured) -> Iterator[str]:
    comparison = measured.comparison
    api = comparison.router.api
    yield f"\n## TMF{api.number} {api.title}"
    yield f"Version {api.version} at `{api.base_path}`: {', '.join(f'`{each}`' for each in comparison.router.collections)}."
    own = Counter(line for line in comparison.exemptions().values() if line[0])
    if own:
        yield "\nExempt:\n"
        yield from _lines(own)
    refused = [each for each in measured.replays if each.fault]
    if refused:
        yield "\nSamples that do not hold what their own specification demands, or need others to be there:\n"
        for each in refused:
            yield f"- `{each.name}`: {each.fault}."


def _lines(exemptions: Counter[Exemption]) -> Iterator[str]:
    for (_, rule, reason), count in sorted(exemptions.items(), key=lambda item: item[0][1]):
        yield f"- `{rule}`, {count} {'places' if count > 1 else 'place'}: {reason}."


def _share(met: int, demanded: int) -> str:
    return "–" if not demanded else f"{met} of {demanded}"


def _anchor(heading: str) -> str:
    return "".join(each for each in heading.lower().replace(" ", "-") if each.isalnum() or each in "-_")
