"""TMF633 Service Catalog Management: value types."""

from typing import ClassVar

from catalog.values.characteristic import CharacteristicSpecificationBase, CharacteristicValueSpecification
from tmfsite.fields.values import Extensible, LooseReference, Reference, Text, TimePeriod, Uri


class CharacteristicSpecificationRelationship(Extensible):
    """A tie to a characteristic of this or another specification."""

    characteristic_specification_id: Text | None = None
    name: Text | None = None
    parent_specification_href: Uri | None = None
    parent_specification_id: Text | None = None
    relationship_type: Text | None = None
    valid_for: TimePeriod | None = None


class CharacteristicSpecification(CharacteristicSpecificationBase):
    """A quality of a service: its type, how many values it takes and which are allowed."""

    char_spec_relationship: list[CharacteristicSpecificationRelationship] | None = None
    characteristic_value_specification: list[CharacteristicValueSpecification] | None = None


class ServiceSpecRelationship(LooseReference):
    """A tie to another service specification: what it relies on, replaces or excludes."""

    target: ClassVar = "catalog.servicespecification"
    relationship_type: Text
    role: Text | None = None
    valid_for: TimePeriod | None = None


class EntitySpecificationRelationship(LooseReference):
    """A tie to a specification of any other kind, such as a test specification."""

    relationship_type: Text
    role: Text | None = None
    association_spec: Reference | None = None
    valid_for: TimePeriod | None = None


class ServiceLevelSpecificationRef(Reference):
    """A service level specification (TMF657)."""

    target: ClassVar = "assurance.servicelevelspecification"
