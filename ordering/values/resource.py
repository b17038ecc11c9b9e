"""TMF652 Resource Ordering Management: value types."""

from typing import Annotated, ClassVar

from pydantic import Field

from catalog.values.references import ResourceSpecificationRef
from inventory.values.resource import ResourceRefOrValue
from ordering.values.order import AppointmentRef
from tmfsite.fields.values import AttachmentRefOrValue, Boolean, Extensible, Integer, Reference, Text

# The schema of the standard demands it and its samples leave it out: documented as mandatory, not enforced.
Demanded = Annotated[Text | None, Field(json_schema_extra={"demanded": True})]


class ResourceOrderRef(Reference):
    """A resource order."""

    target: ClassVar = "ordering.resourceorder"


class ExternalId(Extensible):
    """What the order is called elsewhere, and by whom."""

    id: Demanded = None
    owner: Demanded = None
    entity_type: Demanded = None


class OrderedAttachment(AttachmentRefOrValue):
    """A document about a resource, which is a reference unless `isRef` is false."""

    is_ref: Boolean | None = True


class OrderedResource(ResourceRefOrValue):
    """The resource that an item is about: as it is to be, or a reference to one that there is."""

    attachment: list[OrderedAttachment] | None = None  # type: ignore[assignment]


class ResourceOrderItemRef(Extensible):
    """An item of this or another resource order."""

    item_id: Text | None = None
    resource_order_id: Text | None = None
    resource_order_href: Text | None = None
    at_referred_type: Text | None = None


class ResourceOrderItemRelationship(Extensible):
    """A tie to another item, such as what it relies on."""

    relationship_type: Text | None = None
    order_item: ResourceOrderItemRef | None = None


class ResourceOrderItem(Extensible):
    """What is to be done with one resource, or with so many of a kind; the server keeps its state."""

    id: Text | None = None
    action: Text | None = None
    quantity: Integer | None = 1
    state: Text | None = None
    resource: OrderedResource | None = None
    resource_specification: ResourceSpecificationRef | None = None
    order_item_relationship: list[ResourceOrderItemRelationship] | None = None
    appointment: AppointmentRef | None = None
