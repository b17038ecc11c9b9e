"""TMF676 Payment Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from party.values import payment as values
from party.values.billing import PaymentRef
from party.values.references import AccountRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Money, RelatedParty
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class MoneyTransfer(Resource):
    """What payments and refunds have in common; their status is the server's (TMF676).

    Where no payment gateway is connected a transfer is done when it is noted, else it waits for authorization.
    """

    name = text_field()
    description = models.TextField(null=True, blank=True)
    status = text_field(max_length=60)
    status_date = models.DateTimeField(null=True, blank=True)
    authorization_code = text_field()
    correlator_id = text_field()
    account = ReferenceField(value_type=AccountRef)
    amount = ValueField(Money)
    tax_amount = ValueField(Money)
    total_amount = ValueField(Money)
    payment_method = ReferenceField(value_type=values.PaymentMethodRefOrValue, or_value=True)
    channel = ReferenceField()

    class Meta(Resource.Meta):
        abstract = True
        indexes: ClassVar = [models.Index(fields=["status", "id"]), models.Index(fields=["correlator_id"])]

    class Api(Resource.Api):
        mandatory = ("account", "paymentMethod", "totalAmount")
        server_set: ClassVar[tuple[str, ...]] = ("status", "statusDate")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        if self.status is None:
            self.status = "pendingAuthorization" if settings.TMF_PAYMENT_GATEWAY else "done"
        if before is None:
            self.status_date = self.status_date or self.created
        elif before["status"] != self.status:
            self.status_date = self.last_update


class Payment(MoneyTransfer):
    """Money that came in for bills, orders or other entities (TMF676)."""

    payment_date = models.DateTimeField(null=True, blank=True)
    payer = ReferenceField(value_type=RelatedParty)
    payment_item = ValueField(values.PaymentItem, many=True)

    lifecycle = Lifecycle(
        "status",
        initial=None,
        moves={
            "pendingAuthorization": ("authorized", "denied", "failed", "canceled"),
            "authorized": ("captured", "canceled", "failed"),
            "captured": ("done", "failed"),
            "done": (),
            "denied": (),
            "failed": (),
            "canceled": (),
        },
    )

    class Meta(MoneyTransfer.Meta):
        pass

    class Api(MoneyTransfer.Api):
        server_set = (*MoneyTransfer.Api.server_set, "paymentDate")

    @property
    def is_captured(self) -> bool:
        """Tell whether the money is here."""
        return self.status in ("captured", "done")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        super().complete(before=before)
        if before is None and self.payment_date is None:
            self.payment_date = self.created


class Refund(MoneyTransfer):
    """Money that goes back (TMF676)."""

    refund_date = models.DateTimeField(null=True, blank=True)
    requestor = ReferenceField(value_type=RelatedParty)
    payment = ReferenceField("party.Payment", value_type=PaymentRef)

    lifecycle = Lifecycle(
        "status",
        initial=None,
        moves={
            "pendingAuthorization": ("authorized", "denied", "failed"),
            "authorized": ("done", "denied", "failed"),
            "done": (),
            "denied": (),
            "failed": (),
        },
    )

    class Meta(MoneyTransfer.Meta):
        pass

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        if before is None:
            from party.services.limit_refund import limit_refund

            limit_refund(refund=self)
