"""TMF638 Service Inventory and TMF640 Service Activation: value types."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from catalog.values.product import ConstraintRef
from catalog.values.references import ServiceSpecificationRef
from inventory.values.resource import DemandedText, ResourceRef
from tmfsite.fields.values import (
    Boolean,
    DateTime,
    Entity,
    Extensible,
    LooseReference,
    Note,
    Reference,
    RelatedCharacteristic,
    RelatedParty,
    RelatedPlaceRefOrValue,
    Text,
    TimePeriod,
)

SERVICE_STATES: Final = ("feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated")
ITEM_ACTIONS: Final = ("add", "modify", "delete", "noChange")

ServiceState = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(SERVICE_STATES)})]
ItemAction = Annotated[Text, Field(json_schema_extra={"x-extensible-enum": list(ITEM_ACTIONS)})]


class ServiceRef(Reference):
    """A service of the inventory (TMF638)."""

    target: ClassVar = "inventory.service"


class FeatureTimePeriod(TimePeriod, Extensible):
    """When two features belong together."""


class FeatureRelationship(Extensible):
    """A tie to another feature."""

    id: Text | None = None
    name: Text
    relationship_type: Text
    valid_for: FeatureTimePeriod | None = None


class Feature(Extensible):
    """A capability that a service has or may be given, and its settings."""

    id: DemandedText = None  # by TMF638, which shares its services with TMF640
    name: Text
    is_bundle: Boolean | None = None
    is_enabled: Boolean | None = None
    constraint: list[ConstraintRef] | None = None
    feature_characteristic: list[RelatedCharacteristic]
    feature_relationship: list[FeatureRelationship] | None = None


class ServiceNote(Note):
    """A remark on a service; of the two APIs that show it only TMF638 demands all of it."""

    author: DemandedText = None
    date: Annotated[DateTime | None, Field(json_schema_extra={"demanded": True})] = None
    text: DemandedText = None


class RelatedEntityRefOrValue(LooseReference):
    """Any entity, or a reference to one, and its part in the matter."""

    role: Text


class RelatedServiceOrderItem(Entity):
    """The item of a service order that made or changed a service."""

    keys: ClassVar = {"serviceOrderId": "ordering.serviceorder"}

    item_id: DemandedText = None
    item_action: ItemAction | None = None
    role: Text | None = None
    service_order_id: DemandedText = None
    service_order_href: Text | None = None
    at_referred_type: Text | None = None


class ServiceRelationship(Entity):
    """A tie to another service.

    TMF640 and the samples of TMF638 write the name of its characteristics with a capital.
    """

    relationship_type: Text
    service: "Annotated[ServiceRefOrValue | None, Field(json_schema_extra={'demanded': True})]" = None
    service_relationship_characteristic: list[RelatedCharacteristic] | None = None
    capital_characteristic: list[RelatedCharacteristic] | None = Field(
        default=None, alias="ServiceRelationshipCharacteristic"
    )


class ServiceValue(Extensible):
    """What a service that is held in another entity, such as an order item, tells of itself."""

    category: Text | None = None
    description: Text | None = None
    name: Text | None = None
    service_type: Text | None = None
    state: ServiceState | None = None
    is_bundle: Boolean | None = None
    is_service_enabled: Boolean | None = None
    is_stateful: Boolean | None = None
    has_started: Boolean | None = None
    start_mode: Text | None = None
    service_date: Text | None = None
    start_date: DateTime | None = None
    end_date: DateTime | None = None
    feature: list[Feature] | None = None
    note: list[ServiceNote] | None = None
    place: list[RelatedPlaceRefOrValue] | None = None
    related_entity: list[RelatedEntityRefOrValue] | None = None
    related_party: list[RelatedParty] | None = None
    service_characteristic: list[RelatedCharacteristic] | None = None
    service_order_item: list[RelatedServiceOrderItem] | None = None
    service_relationship: list[ServiceRelationship] | None = None
    service_specification: ServiceSpecificationRef | None = None
    supporting_resource: list[ResourceRef] | None = None
    supporting_service: "list[ServiceRefOrValue] | None" = None


class ServiceRefOrValue(ServiceValue, LooseReference):
    """A service, whole or by reference."""

    target: ClassVar = "inventory.service"
    id: DemandedText = None


ServiceRelationship.model_rebuild()
ServiceValue.model_rebuild()
ServiceRefOrValue.model_rebuild()
