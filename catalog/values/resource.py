"""TMF634 Resource Catalog Management: value types."""

from typing import Annotated, ClassVar

from pydantic import Field

from catalog.values.characteristic import CharacteristicSpecificationBase, CharacteristicValueSpecification
from tmfsite.fields.values import (
    Boolean,
    Entity,
    Extensible,
    Integer,
    LooseReference,
    Reference,
    Text,
    TimePeriod,
    Uri,
    VersionedReference,
)


class ResourceSpecificationCharacteristicRelationship(Extensible):
    """A tie to a characteristic of this or another specification."""

    characteristic_specification_id: Text | None = None
    name: Text | None = None
    relationship_type: Text | None = None
    resource_specification_href: Uri | None = None
    resource_specification_id: Text | None = None
    valid_for: TimePeriod | None = None


class ResourceSpecificationCharacteristic(CharacteristicSpecificationBase):
    """A quality of a resource: its type, how many values it takes and which are allowed."""

    resource_spec_char_relationship: list[ResourceSpecificationCharacteristicRelationship] | None = None
    resource_spec_characteristic_value: list[CharacteristicValueSpecification] | None = None


class ResourceSpecificationRelationship(LooseReference):
    """A tie to another resource specification, and how many of its resources belong to one of these."""

    target: ClassVar = "catalog.resourcespecification"
    relationship_type: Text | None = None
    role: Text | None = None
    default_quantity: Integer | None = None
    minimum_quantity: Integer | None = None
    maximum_quantity: Integer | None = None
    characteristic: list[ResourceSpecificationCharacteristic] | None = None
    valid_for: TimePeriod | None = None


class ConnectionPointSpecificationRef(VersionedReference):
    """The specification of a connection point of a resource function."""

    target: ClassVar = "catalog.resourcespecification"


class EndpointSpecificationRef(Reference):
    """A resource specification at one end of a connection."""

    target: ClassVar = "catalog.resourcespecification"
    is_root: Annotated[Boolean | None, Field(json_schema_extra={"default": True})] = None
    role: Text | None = None
    connection_point_specification: ConnectionPointSpecificationRef | None = None


class ConnectionSpecification(Entity):
    """A connection between the parts of a resource function."""

    association_type: Text
    name: Text | None = None
    endpoint_specification: list[EndpointSpecificationRef]


class ResourceGraphSpecificationRelationship(Entity):
    """A tie to another graph."""

    relationship_type: Text | None = None
    resource_graph: Reference | None = None


class ResourceGraphSpecification(Entity):
    """How the parts of a resource function are connected."""

    description: Text | None = None
    name: Text | None = None
    connection_specification: list[ConnectionSpecification]
    graph_specification_relationship: list[ResourceGraphSpecificationRelationship] | None = None
