"""TMF638 Service Inventory Management v4.0: models. TMF640 Service Activation publishes the same services."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from catalog.values.references import ServiceSpecificationRef
from inventory.values import service as values
from inventory.values.resource import ResourceRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.instants import format_instant
from tmfsite.fields.values import RelatedCharacteristic, RelatedParty, RelatedPlaceRefOrValue
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class Service(Resource):
    """A service that was designed, set up and runs: seen by a customer, or supporting one that is (TMF638, TMF640)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    category = text_field()
    service_type = text_field()
    state = text_field(max_length=60)
    is_service_enabled = models.BooleanField(null=True, blank=True)
    has_started = models.BooleanField(null=True, blank=True)
    start_mode = text_field(max_length=60)
    is_stateful = models.BooleanField(null=True, blank=True)
    is_bundle = models.BooleanField(null=True, blank=True)
    service_date = text_field(max_length=60)
    start_date = models.DateTimeField(null=True, blank=True)
    end_date = models.DateTimeField(null=True, blank=True)
    service_specification = ReferenceField("catalog.ServiceSpecification", value_type=ServiceSpecificationRef)
    service_characteristic = ValueField(RelatedCharacteristic, many=True)
    feature = ValueField(values.Feature, many=True)
    service_relationship = ValueField(values.ServiceRelationship, many=True)
    supporting_service = ReferenceField(
        "inventory.Service", many=True, value_type=values.ServiceRefOrValue, or_value=True
    )
    supporting_resource = ReferenceField("inventory.Resource", many=True, value_type=ResourceRef)
    service_order_item = ValueField(values.RelatedServiceOrderItem, many=True)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    related_entity = ReferenceField(many=True, value_type=values.RelatedEntityRefOrValue, or_value=True)
    place = ReferenceField(many=True, value_type=RelatedPlaceRefOrValue, or_value=True)
    note = ValueField(values.ServiceNote, many=True)

    lifecycle = Lifecycle(
        "state",
        initial="feasibilityChecked",
        moves={
            "feasibilityChecked": ("designed", "reserved", "inactive", "active", "terminated"),
            "designed": ("reserved", "inactive", "active", "terminated"),
            "reserved": ("designed", "inactive", "active", "terminated"),
            "inactive": ("active", "terminated"),
            "active": ("inactive", "terminated"),
            "terminated": ("active",),
        },
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [
            models.Index(fields=["name"]),
            models.Index(fields=["state", "id"]),
            models.Index(fields=["category"]),
        ]

    class Api(BaseApi):
        mandatory = ("state", "serviceSpecification")
        not_patchable = ("serviceDate",)
        words: ClassVar = {"startMode": ("0", "1", "2", "3", "4", "5", "6")}

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        active = self.lifecycle.same(self.state, "active")
        if before is None:
            self.service_date = format_instant(self.created) if self.service_date is None else self.service_date
            self.has_started = active if self.has_started is None else self.has_started
            self.is_service_enabled = active if self.is_service_enabled is None else self.is_service_enabled
        elif self.lifecycle.same(before["state"], self.state):
            return
        else:  # both follow the state, unless they were changed with it
            if self.has_started == before["has_started"]:
                self.has_started = active
            if self.is_service_enabled == before["is_service_enabled"]:
                self.is_service_enabled = active
        if active:
            self.start_date = self.start_date or self.last_update
        if self.lifecycle.same(self.state, "terminated"):
            self.end_date = self.end_date or self.last_update
        elif before is not None and self.end_date == before["end_date"]:
            self.end_date = None  # it is back in use
