"""TMF639 Resource Inventory Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from inventory.values import resource as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import AttachmentRefOrValue, Note, RelatedCharacteristic, RelatedParty
from tmfsite.resources import models as base
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import text_field
from tmfsite.resources.schema import Api as BaseApi


def _any_move(states: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    return {state: tuple(other for other in states if other != state) for state in states}


class Resource(base.Resource):
    """A thing that services run on: equipment that can be touched, or a number, a port, a licence (TMF639).

    One model for all kinds; `@type` or `@baseType` tell whether it is a `PhysicalResource` or a `LogicalResource`.
    `resourcePool` is the pool it was pushed into. Not on the wire: `held_by` names the reservation or the order item
    that has it. `stock_of` is the specification whose stock it belongs to, None for what was made for one need and is
    given to nobody else. See `services.reserve_resources`.
    """

    name = text_field()
    description = models.TextField(null=True, blank=True)
    category = text_field()
    value = text_field(max_length=1000)
    serial_number = text_field()
    version_number = text_field()
    resource_version = text_field()
    power_state = text_field(max_length=60)
    manufacture_date = models.DateTimeField(null=True, blank=True)
    start_operating_date = models.DateTimeField(null=True, blank=True)
    end_operating_date = models.DateTimeField(null=True, blank=True)
    administrative_state = text_field(max_length=60)
    operational_state = text_field(max_length=60)
    usage_state = text_field(max_length=60)
    resource_status = text_field(max_length=60)
    resource_specification = ReferenceField("catalog.ResourceSpecification", value_type=values.ResourceSpecificationRef)
    resource_characteristic = ValueField(RelatedCharacteristic, many=True)
    resource_relationship = ReferenceField("inventory.Resource", many=True, value_type=values.ResourceRelationship)
    resource_pool = ReferenceField("inventory.ResourcePool")
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    place = ReferenceField(value_type=values.ResourcePlace, or_value=True)
    note = ValueField(Note, many=True)
    attachment = ValueField(AttachmentRefOrValue, many=True)
    at_referred_type = text_field(verbose_name="@referredType")
    held_by = models.CharField(max_length=255, null=True, blank=True, editable=False)
    stock_of = models.CharField(max_length=255, null=True, blank=True, editable=False)

    # Four states that know nothing of each other (X.731).
    status = Lifecycle("resource_status", initial=None, moves=_any_move(values.RESOURCE_STATUSES))
    administration = Lifecycle(
        "administrative_state",
        initial=None,
        moves={"locked": ("unlocked",), "unlocked": ("locked", "shutdown"), "shutdown": ("locked", "unlocked")},
        aliases={"unlock": "unlocked"},
    )
    operation = Lifecycle("operational_state", initial=None, moves=_any_move(values.OPERATIONAL_STATES))
    usage = Lifecycle("usage_state", initial=None, moves=_any_move(values.USAGE_STATES))

    class Meta(base.Resource.Meta):
        indexes: ClassVar = [
            models.Index(fields=["name"]),
            models.Index(fields=["value"]),
            models.Index(fields=["at_type", "id"]),
            models.Index(fields=["resource_status", "id"]),
            models.Index(fields=["held_by"], condition=models.Q(held_by__isnull=False), name="inventory_resource_held"),
            models.Index(fields=["stock_of", "held_by", "id"], name="inventory_resource_stock"),
        ]

    class Api(BaseApi):
        server_set = ("resourcePool",)
        hidden = ("held_by", "stock_of")

    def __str__(self) -> str:
        return str(self.name or self.value or self.uid)

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None and self.held_by is not None:
            self.stock_of = None
        elif before is None or before["stock_of"] is not None:
            kind = (self.resource_specification or {}).get("id")
            self.stock_of = kind[:255] if isinstance(kind, str) else ""
