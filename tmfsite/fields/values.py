"""Value types shared by the TMF Open APIs, and the two base classes every value type derives from.

A value type only *describes and checks* JSON: what a client sent is stored as sent (TMF630 part 7), so unknown
attributes, empty objects and number spelling survive.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from tmfsite.fields.instants import parse_instant
from tmfsite.fields.names import wire_name


def _instant(text: str) -> str:
    if text and parse_instant(text) is None:
        raise ValueError("must be an ISO 8601 date-time such as 2026-01-31T12:00:00Z")
    return text


# Wire kinds. JSON kinds are strict (TMF630 digest rule 53): "1" is no number, 1 is no text.
Text = Annotated[str, Strict()]
Uri = Annotated[str, Strict(), Field(json_schema_extra={"format": "uri"})]
Boolean = Annotated[bool, Strict()]
Integer = Annotated[int, Strict()]
Number = Annotated[float, Field(strict=True)]
DateTime = Annotated[str, Strict(), AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]


class Value(BaseModel):
    """A structured attribute value: camelCase on the wire, open for unknown attributes.

    `keys` names the models, by their labels, whose ids stand in attributes of another name than `id`, by the wire
    names of those: ``keys: ClassVar = {"productOrderId": "ordering.productorder"}``.
    """

    keys: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(alias_generator=wire_name, extra="allow", protected_namespaces=(), defer_build=True)


class Extensible(Value):
    """A value that may be sub-classed by the client (TMF630 part 7)."""

    at_base_type: Text | None = None
    at_schema_location: Uri | None = None
    at_type: Text | None = None


class Entity(Extensible):
    """A value with an identity of its own."""

    id: Text | None = None
    href: Uri | None = None


class Reference(Extensible):
    """A reference to a resource, of this suite or another (TMF630 part 1, `{id, href, name, @referredType}`)."""

    id: Text
    href: Uri | None = None
    name: Text | None = None
    at_referred_type: Text | None = None


class VersionedReference(Reference):
    """A reference that may name a version of its target."""

    version: Text | None = None


class LooseReference(Reference):
    """A reference whose `id` the standard does not demand, such as the relationship types of TMF620."""

    id: Text | None = None  # type: ignore[assignment]


class RelatedParty(Reference):
    """A party or party role and the part it plays."""

    role: Text | None = None
    # The schema of the standard demands it and its samples leave it out: documented as mandatory, not enforced.
    at_referred_type: Annotated[Text | None, Field(json_schema_extra={"demanded": True})] = None


class RelatedEntity(Reference):
    """An entity of any kind and the part it plays."""

    role: Text | None = None


class TimePeriod(Value):
    """A period; both ends are ISO 8601 date-times and may be absent."""

    start_date_time: DateTime | None = None
    end_date_time: DateTime | None = None


class Money(Value):
    """An amount of money; `unit` is an ISO 4217 code."""

    unit: Text | None = None
    value: Number | None = None


class Quantity(Value):
    """An amount in some unit."""

    amount: Number | None = None
    units: Text | None = None


class Duration(Value):
    """A length of time in whole units."""

    amount: Integer | None = None
    units: Text | None = None


class Note(Extensible):
    """A remark."""

    id: Text | None = None
    author: Text | None = None
    date: DateTime | None = None
    text: Text | None = None


class Characteristic(Extensible):
    """A named value of any JSON kind."""

    id: Text | None = None
    name: Text
    value: Any
    value_type: Text | None = None


class CharacteristicRelationship(Entity):
    """A tie to another characteristic."""

    relationship_type: Text | None = None


class RelatedCharacteristic(Characteristic):
    """A named value, with its ties to others."""

    characteristic_relationship: list[CharacteristicRelationship] | None = None


class RelatedPlaceRefOrValue(LooseReference):
    """A place, or a reference to one, and its part in the matter."""

    role: Text


class Attachment(Entity):
    """A document: embedded (`content` in base64) or found at `url`."""

    attachment_type: Text | None = None
    content: Annotated[Text, Field(json_schema_extra={"format": "base64"})] | None = None
    description: Text | None = None
    mime_type: Text | None = None
    name: Text | None = None
    url: Uri | None = None
    size: Quantity | None = None
    valid_for: TimePeriod | None = None


class AttachmentRefOrValue(Attachment):
    """An attachment, or a reference to one kept elsewhere."""

    at_referred_type: Text | None = None


class TargetSchema(Value):
    """The schema that instances of a specification follow."""

    at_base_type: Text | None = None
    at_schema_location: Uri
    at_type: Text
