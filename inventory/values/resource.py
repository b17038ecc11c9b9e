"""TMF639 Resource Inventory Management: value types."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from catalog.values.references import ResourceSpecificationRef as CatalogSpecificationRef
from tmfsite.fields.values import (
    AttachmentRefOrValue,
    DateTime,
    Extensible,
    LooseReference,
    Note,
    Reference,
    RelatedCharacteristic,
    RelatedParty,
    RelatedPlaceRefOrValue,
    Text,
    Uri,
)

ADMINISTRATIVE_STATES: Final = ("locked", "unlocked", "shutdown")
OPERATIONAL_STATES: Final = ("enable", "disable")
USAGE_STATES: Final = ("idle", "active", "busy")
RESOURCE_STATUSES: Final = ("standby", "alarm", "available", "reserved", "unknown", "suspended")

AdministrativeState = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(ADMINISTRATIVE_STATES)})]
OperationalState = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(OPERATIONAL_STATES)})]
UsageState = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(USAGE_STATES)})]
ResourceStatus = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(RESOURCE_STATUSES)})]

# The schema of the standard demands them and its samples leave them out: documented as mandatory, not enforced.
DemandedText = Annotated[Text | None, Field(json_schema_extra={"demanded": True})]
DemandedUri = Annotated[Uri | None, Field(json_schema_extra={"demanded": True})]


class ResourceRef(Reference):
    """A resource of the inventory (TMF639)."""

    target: ClassVar = "inventory.resource"


class ResourceSpecificationRef(CatalogSpecificationRef):
    """What a resource is an instance of (TMF634)."""

    href: DemandedUri = None


class ResourcePlace(RelatedPlaceRefOrValue):
    """Where a resource is."""

    id: DemandedText = None  # type: ignore[assignment]
    href: DemandedUri = None
    role: DemandedText = None  # type: ignore[assignment]


class ResourceRelationship(LooseReference):
    """A tie to another resource, such as what it contains or connects; the samples name it in `resource`."""

    target: ClassVar = "inventory.resource"
    relationship_type: Text | None = None
    resource: ResourceRef | None = None
    resource_relationship_characteristic: list[RelatedCharacteristic] | None = None


class ResourceValue(Extensible):
    """What a resource that is held in another entity, such as an order item, tells of itself."""

    category: Text | None = None
    description: Text | None = None
    name: Text | None = None
    resource_version: Text | None = None
    start_operating_date: DateTime | None = None
    end_operating_date: DateTime | None = None
    administrative_state: AdministrativeState | None = None
    operational_state: OperationalState | None = None
    usage_state: UsageState | None = None
    resource_status: ResourceStatus | None = None
    attachment: list[AttachmentRefOrValue] | None = None
    note: list[Note] | None = None
    place: ResourcePlace | None = None
    related_party: list[RelatedParty] | None = None
    resource_characteristic: list[RelatedCharacteristic] | None = None
    resource_relationship: list[ResourceRelationship] | None = None
    resource_specification: ResourceSpecificationRef | None = None


class ResourceRefOrValue(ResourceValue, LooseReference):
    """A resource, whole or by reference."""

    target: ClassVar = "inventory.resource"
    id: DemandedText = None
    href: DemandedUri = None
