"""TMF651 Agreement Management: value types."""

from typing import Any, ClassVar

from party.values.references import ProductRef
from tmfsite.fields.values import (
    Boolean,
    DateTime,
    Extensible,
    LooseReference,
    Reference,
    Text,
    TimePeriod,
    VersionedReference,
)


class AgreementAuthorization(Extensible):
    """The signature of one side."""

    date: DateTime | None = None
    signature_representation: Text | None = None
    state: Text | None = None


class ProductOfferingRef(Reference):
    """What is on sale under an agreement."""

    target: ClassVar = "catalog.productoffering"


class AgreementTermOrCondition(Extensible):
    """A clause."""

    id: Text | None = None
    description: Text | None = None
    valid_for: TimePeriod | None = None


class AgreementItem(Extensible):
    """What is agreed on: products or offerings, and the clauses that hold for them."""

    product: list[ProductRef] | None = None
    product_offering: list[ProductOfferingRef] | None = None
    term_or_condition: list[AgreementTermOrCondition] | None = None


class CategoryRef(VersionedReference):
    """A category of services (TMF633)."""

    target: ClassVar = "catalog.servicecategory"


class AgreementSpecCharacteristicValue(Extensible):
    """A value, or a range of values, that a characteristic may take."""

    default: Boolean | None = None
    value: Any = None
    value_type: Text | None = None
    value_from: Text | None = None
    value_to: Text | None = None
    unit_of_measure: Text | None = None
    valid_for: TimePeriod | None = None


class AgreementSpecCharacteristic(Extensible):
    """A quality of the agreements made from a specification."""

    name: Text | None = None
    description: Text | None = None
    value_type: Text | None = None
    configurable: Boolean | None = None
    spec_characteristic_value: list[AgreementSpecCharacteristicValue] | None = None
    valid_for: TimePeriod | None = None


class AgreementSpecificationRelationship(LooseReference):
    """A tie between specifications: substitution, dependency, exclusivity."""

    target: ClassVar = "party.agreementspecification"
    relationship_type: Text | None = None
    valid_for: TimePeriod | None = None
