"""TMF637 Product Inventory Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from catalog.values.references import ProductOfferingRef, ProductSpecificationRef
from inventory.values import product as values
from inventory.values.service import ServiceRef
from party.values.references import BillingAccountRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Characteristic, RelatedParty, RelatedPlaceRefOrValue
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class Product(Resource):
    """What a customer has: an offering that was ordered, configured and delivered (TMF637)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    status = text_field(max_length=60)
    is_bundle = models.BooleanField(null=True, blank=True)
    is_customer_visible = models.BooleanField(null=True, blank=True)
    product_serial_number = text_field(verbose_name="serial number")
    order_date = models.DateTimeField(null=True, blank=True)
    start_date = models.DateTimeField(null=True, blank=True)
    termination_date = models.DateTimeField(null=True, blank=True)
    product_offering = ReferenceField("catalog.ProductOffering", value_type=ProductOfferingRef)
    product_specification = ReferenceField("catalog.ProductSpecification", value_type=ProductSpecificationRef)
    product_characteristic = ValueField(Characteristic, many=True)
    product = ReferenceField("inventory.Product", many=True, value_type=values.ProductRefOrValue, or_value=True)
    product_relationship = ValueField(values.ProductRelationship, many=True)
    realizing_service = ReferenceField("inventory.Service", many=True, value_type=ServiceRef)
    realizing_resource = ReferenceField("inventory.Resource", many=True, value_type=values.RealizingResourceRef)
    product_order_item = ValueField(values.RelatedProductOrderItem, many=True)
    product_price = ValueField(values.ProductPrice, many=True)
    product_term = ValueField(values.ProductTerm, many=True)
    billing_account = ReferenceField("party.BillingAccount", value_type=BillingAccountRef)
    agreement = ReferenceField("party.Agreement", many=True, value_type=values.AgreementItemRef)
    related_party = ReferenceField(many=True, value_type=RelatedParty)
    place = ReferenceField(many=True, value_type=RelatedPlaceRefOrValue, or_value=True)

    lifecycle = Lifecycle(
        "status",
        initial="created",
        moves={
            "created": ("pendingActive", "active"),
            "pendingActive": ("active", "cancelled", "aborted"),
            "active": ("suspended", "pendingTerminate", "terminated"),
            "suspended": ("active", "pendingTerminate", "terminated"),
            "pendingTerminate": ("terminated",),
            "cancelled": (),
            "aborted": (),
            "terminated": (),
        },
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [
            models.Index(fields=["name"]),
            models.Index(fields=["status", "id"]),
            models.Index(fields=["product_serial_number"]),
        ]

    class Api(BaseApi):
        mandatory = ("status",)
        events = ("Create", "AttributeValueChange", "StateChange", "Batch", "Delete")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if self.status is not None and self.lifecycle.same(self.status, "aborted"):
            self.status = "aborted"  # the standard spells it with a blank at the end
        entered = before is None or not self.lifecycle.same(before["status"], self.status)
        if entered and self.lifecycle.same(self.status, "active") and self.start_date is None:
            self.start_date = self.last_update
        if entered and self.lifecycle.same(self.status, "terminated") and self.termination_date is None:
            self.termination_date = self.last_update
