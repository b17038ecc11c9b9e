"""How the admin shows a value type: a few declarative options, found through the type's bases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tmfsite.fields import values
from tmfsite.fields.names import words

IDENTITY = ("@type", "@baseType", "@schemaLocation", "@referredType", "@valueSchemaLocation", "href")


@dataclass(frozen=True)
class NestedOptions:
    """The layout of one value type; attributes are named as on the wire.

    fields: shown at once, in this order; empty means all that are not technical. more: shown behind "More"; None
    means the rest of the declared ones. labels, help, choices (closed), suggestions (open) and multiline say how a
    cell looks; widths are columns of a twelve-column grid. title: attributes that name a row. item: the noun of a
    row. layout: `cards` or `table`. collapsed: cards start closed.
    """

    fields: Sequence[str] = ()
    more: Sequence[str] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    help: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    suggestions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    multiline: Sequence[str] = ("description", "text")
    widths: Mapping[str, int] = field(default_factory=dict)
    title: Sequence[str] = ("name", "id")
    item: str = "entry"
    layout: str = "cards"
    collapsed: bool = False

    def label(self, wire: str) -> str:
        """Return the label of an attribute."""
        return self.labels.get(wire) or words(wire)


_options: dict[type, NestedOptions] = {}


def describe(value_type: type, **options: Any) -> None:
    """Say how a value type is shown; options not given are those of its bases."""
    _options[value_type] = replace(options_of(value_type), **options)


def options_of(value_type: type) -> NestedOptions:
    """Return the options of a value type, or of its nearest described base."""
    for base in value_type.__mro__:
        if base in _options:
            return _options[base]
    return NestedOptions()


def shown_names(value_type: type[values.Value], wires: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of a value type's attributes show at once and which behind "More", in order."""
    options = options_of(value_type)
    first = [wire for wire in options.fields or wires if wire in wires and (options.fields or wire not in IDENTITY)]
    rest = wires if options.more is None else options.more
    return first, [wire for wire in rest if wire in wires and wire not in first]


describe(
    values.TimePeriod,
    labels={"startDateTime": "From", "endDateTime": "Until"},
    title=("startDateTime", "endDateTime"),
    item="period",
)
describe(
    values.Money,
    fields=("value", "unit"),
    labels={"value": "Amount", "unit": "Currency"},
    suggestions={"unit": ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN")},
    item="amount",
)
describe(
    values.Quantity,
    fields=("amount", "units"),
    labels={"units": "Unit"},
    suggestions={"units": ("GB", "MB", "Mbit/s", "minute", "SMS", "piece")},
    item="quantity",
)
describe(
    values.Duration,
    fields=("amount", "units"),
    labels={"units": "Unit"},
    suggestions={"units": ("day", "week", "month", "year")},
    item="duration",
)
describe(values.Reference, fields=("id", "name"), labels={"id": "ID"}, item="reference", layout="table")
describe(
    values.RelatedParty,
    fields=("id", "name", "role", "@referredType"),
    labels={"id": "ID", "@referredType": "Kind of party"},
    suggestions={
        "@referredType": ("Organization", "Individual"),
        "role": ("Owner", "Reviewer", "Supplier", "Partner"),
    },
    item="party",
)
describe(values.RelatedEntity, fields=("id", "name", "role"), item="related entity")
describe(values.RelatedPlaceRefOrValue, fields=("id", "name", "role"), more=(), item="place")
describe(values.Note, fields=("text", "author", "date"), title=("text",), item="note")
describe(values.Characteristic, fields=("name", "value", "valueType"), item="characteristic", layout="table")
describe(
    values.RelatedCharacteristic,
    fields=("name", "value", "valueType"),
    more=("id", "characteristicRelationship"),
    labels={"valueType": "Type", "characteristicRelationship": "Related characteristics", "id": "ID"},
    item="characteristic",
    layout="table",
)
describe(
    values.Attachment,
    fields=("name", "url", "attachmentType", "mimeType", "description"),
    labels={"url": "Link", "attachmentType": "Kind", "mimeType": "File type"},
    suggestions={
        "mimeType": ("application/pdf", "image/png", "image/jpeg", "image/svg+xml", "text/html"),
        "attachmentType": ("Picture", "Document", "Brochure", "Terms"),
    },
    widths={"url": 8, "name": 4},
    item="attachment",
)
describe(
    values.TargetSchema,
    fields=("@type", "@schemaLocation"),
    labels={"@type": "Type", "@schemaLocation": "Schema location"},
    item="schema",
)
