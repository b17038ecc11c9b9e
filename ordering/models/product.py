"""TMF622 Product Ordering Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from ordering.models.order import CancelOrder, Order
from ordering.services.capture_order import capture_order, follow_order
from ordering.services.fill_bundles import missing_parts, with_usual_parts
from ordering.services.price_order import Offer, offers_of, price_items, reprice_items, total
from ordering.values import product as values
from ordering.values.order import OrderNote
from party.values.billing import PaymentRef
from party.values.references import AgreementRef, BillingAccountRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class ProductOrder(Order):
    """What a customer orders from the catalog, to have, change or give up products (TMF622)."""

    priority = text_field(max_length=60)
    notification_contact = text_field()
    cancellation_date = models.DateTimeField(null=True, blank=True)
    cancellation_reason = text_field(max_length=1000)
    product_order_item = ValueField(values.ProductOrderItem, many=True)
    order_total_price = ValueField(values.OrderPrice, many=True)
    billing_account = ReferenceField("party.BillingAccount", value_type=BillingAccountRef)
    agreement = ReferenceField("party.Agreement", many=True, value_type=AgreementRef)
    payment = ReferenceField("party.Payment", many=True, value_type=PaymentRef)
    channel = ReferenceField(many=True, value_type=values.RelatedChannel)
    quote = ReferenceField(many=True, value_type=values.QuoteRef)
    product_offering_qualification = ReferenceField(many=True, value_type=values.ProductOfferingQualificationRef)
    note = ValueField(OrderNote, many=True)

    lifecycle = Lifecycle(
        "state",
        initial="acknowledged",
        moves={
            "acknowledged": ("inProgress", "pending", "rejected", "assessingCancellation", "cancelled"),
            "inProgress": ("pending", "held", "assessingCancellation", "completed", "failed", "partial"),
            "pending": ("inProgress", "assessingCancellation", "cancelled"),
            "held": ("inProgress", "assessingCancellation", "cancelled"),
            "assessingCancellation": ("pendingCancellation", "inProgress", "held", "pending"),
            "pendingCancellation": ("cancelled",),
            "rejected": (),
            "cancelled": (),
            "completed": (),
            "failed": (),
            "partial": (),
        },
        open=False,
    )
    items_field = "product_order_item"

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "id"]), models.Index(fields=["external_id"])]

    class Api(Order.Api):
        mandatory = ("productOrderItem",)
        defaults: ClassVar = {"priority": "4"}
        server_set = ("orderDate",)
        not_postable = ("state", "completionDate", "expectedCompletionDate")
        events = ("Create", "AttributeValueChange", "Delete", "StateChange", "InformationRequired")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if before is None:
            offers = self._fill_bundles()
        super().complete(before=before)
        if before is None:
            if self.is_in(str(self.lifecycle.initial)):
                self._price(offers)
        elif self.was_changeable(before) and self.has_other_items(before):
            self._reprice(before)

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        if before is None:
            capture_order(self)
        else:
            follow_order(self, before)

    def _fill_bundles(self) -> dict[str, Offer]:
        """Enter the usual parts of bundles that are ordered without naming parts, if orders are done here."""
        items = self.items or []
        offers = offers_of(items)
        if settings.TMF_ORCHESTRATION:
            offerings = {uid: offer.offering for uid, offer in offers.items()}
            if missing_parts(items, offerings):
                self.items = with_usual_parts(items, offerings)
                return offers_of(self.items)
        return offers

    def _price(self, offers: Mapping[str, Offer]) -> None:
        """Enter what the catalog says of a new order's price, as far as the client has not said it."""
        self.items = price_items(self.items or [], offers)
        if self.order_total_price is None:
            self.order_total_price = total(self.items) or None

    def _reprice(self, before: Mapping[str, Any]) -> None:
        """Let prices follow the items, where they are those of the catalog and not the client's."""
        old, items, old_total = before["product_order_item"] or [], self.items or [], before["order_total_price"]
        self.items = reprice_items(items, old, offers_of([*old, *items]))
        if self.order_total_price == old_total and (old_total or []) == total(old):
            self.order_total_price = total(self.items) or None


class CancelProductOrder(CancelOrder):
    """The request to cancel a product order (TMF622)."""

    product_order = ReferenceField("ordering.ProductOrder", value_type=values.ProductOrderRef)

    order_field = "product_order"

    class Meta(Resource.Meta):
        verbose_name = "cancellation of a product order"
        verbose_name_plural = "cancellations of product orders"
        indexes: ClassVar = [models.Index(fields=["state", "id"])]

    class Api(CancelOrder.Api):
        mandatory = ("productOrder",)
