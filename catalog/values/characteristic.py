"""Characteristics that specifications declare, and features that bundle them: what TMF620, TMF633 and TMF634 share."""

from typing import Any

from catalog.values.references import ConstraintRef
from tmfsite.fields.values import Boolean, Entity, Extensible, Integer, Number, Text, TimePeriod, Uri


class CharacteristicValueSpecification(Extensible):
    """A value, or a range of values, that a characteristic may take."""

    is_default: Boolean | None = None
    range_interval: Text | None = None
    regex: Text | None = None
    unit_of_measure: Text | None = None
    value_from: Number | None = None
    value_to: Number | None = None
    value_type: Text | None = None
    value: Any = None
    valid_for: TimePeriod | None = None


class CharacteristicSpecificationBase(Extensible):
    """A quality: its type and how many values it takes; each API has its own names for the values and ties of it."""

    id: Text | None = None
    name: Text | None = None
    description: Text | None = None
    value_type: Text | None = None
    configurable: Boolean | None = None
    extensible: Boolean | None = None
    is_unique: Boolean | None = None
    min_cardinality: Integer | None = None
    max_cardinality: Integer | None = None
    regex: Text | None = None
    valid_for: TimePeriod | None = None
    at_value_schema_location: Text | None = None


class ValueTranslation(Extensible):
    """What a value is called further down."""

    given: Any = None
    used: Any = None


class CharacteristicMapping(Extensible):
    """Where a characteristic of a service or resource gets its value from, when not from one of the same name.

    `source` names the characteristic above whose value is taken, as `translation` says; `value` is a fixed one, or what
    applies when nothing is known of the source.
    """

    characteristic: Text
    source: Text | None = None
    translation: list[ValueTranslation] | None = None
    value: Any = None


class FeatureSpecificationCharacteristicRelationship(Entity):
    """A tie to a characteristic of this or another feature."""

    characteristic_id: Text | None = None
    feature_id: Text | None = None
    name: Text | None = None
    relationship_type: Text | None = None
    resource_specification_href: Uri | None = None
    resource_specification_id: Text | None = None
    valid_for: TimePeriod | None = None


class FeatureSpecificationCharacteristic(CharacteristicSpecificationBase):
    """A quality of a feature."""

    name: Text
    feature_spec_char_relationship: list[FeatureSpecificationCharacteristicRelationship] | None = None
    feature_spec_characteristic_value: list[CharacteristicValueSpecification] | None = None


class FeatureSpecificationRelationship(Entity):
    """A tie to another feature, of this or another specification."""

    feature_id: Text | None = None
    name: Text
    parent_specification_href: Uri | None = None
    parent_specification_id: Text | None = None
    relationship_type: Text
    valid_for: TimePeriod | None = None


class FeatureSpecification(Entity):
    """An ability that a service or resource may have, switched on or off as a whole."""

    is_bundle: Boolean | None = None
    is_enabled: Boolean | None = None
    name: Text | None = None
    version: Text | None = None
    constraint: list[ConstraintRef] | None = None
    feature_spec_characteristic: list[FeatureSpecificationCharacteristic] | None = None
    feature_spec_relationship: list[FeatureSpecificationRelationship] | None = None
    valid_for: TimePeriod | None = None
