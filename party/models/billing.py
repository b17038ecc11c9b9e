"""TMF678 Customer Bill Management v4.0: models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models, transaction

from party.values import billing as values
from party.values.references import BillingAccountRef, PaymentMethodRef, ProductRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import AttachmentRefOrValue, Characteristic, Money, TimePeriod
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class CustomerBill(Resource):
    """What a customer is asked to pay for a period; made by the billing run, never by clients (TMF678)."""

    bill_no = text_field()
    category = text_field()
    run_type = text_field(max_length=60)
    state = text_field(max_length=60)
    bill_date = models.DateTimeField(null=True, blank=True)
    next_bill_date = models.DateTimeField(null=True, blank=True)
    payment_due_date = models.DateTimeField(null=True, blank=True)
    billing_period = ValueField(TimePeriod)
    amount_due = ValueField(Money)
    remaining_amount = ValueField(Money)
    tax_excluded_amount = ValueField(Money)
    tax_included_amount = ValueField(Money)
    tax_item = ValueField(values.TaxItem, many=True)
    applied_payment = ValueField(values.AppliedPayment, many=True)
    billing_account = ReferenceField("party.BillingAccount", value_type=BillingAccountRef)
    financial_account = ReferenceField("party.FinancialAccount", value_type=values.FinancialAccountRef)
    payment_method = ReferenceField(value_type=PaymentMethodRef)
    related_party = ReferenceField(many=True, value_type=values.RelatedPartyRef)
    bill_document = ValueField(AttachmentRefOrValue, many=True)

    lifecycle = Lifecycle(
        "state",
        initial="new",
        moves={
            "new": ("validated", "onHold"),
            "onHold": ("new", "validated"),
            "validated": ("sent", "onHold"),
            "sent": ("partiallyPaid", "settled"),
            "partiallyPaid": ("settled",),
            "settled": (),
        },
        open=False,
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["bill_no"]), models.Index(fields=["state", "id"])]

    class Api(Resource.Api):
        server_set = ("lastUpdate",)
        not_patchable = (
            "billNo", "category", "runType", "billDate", "nextBillDate", "paymentDueDate", "billingPeriod", "amountDue",
            "remainingAmount", "taxExcludedAmount", "taxIncludedAmount", "taxItem", "appliedPayment", "billingAccount",
            "financialAccount", "paymentMethod", "relatedParty", "billDocument",
        )  # fmt: skip
        defaults: ClassVar = {"runType": "onCycle"}
        wire: ClassVar = {"last_update": "lastUpdate"}
        events = ("Create", "StateChange")  # v4 names none, v5 does

    def __str__(self) -> str:
        return self.bill_no or self.uid


class CustomerBillOnDemand(Resource):
    """The request to bill an account now; a worker makes the bill, see `services.make_bill` (TMF678)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    state = text_field(max_length=60)
    billing_account = ReferenceField("party.BillingAccount", value_type=BillingAccountRef)
    customer_bill = ReferenceField("party.CustomerBill", value_type=values.BillRef)
    related_party = ReferenceField(value_type=values.RelatedPartyRef)

    lifecycle = Lifecycle(
        "state",
        initial="inProgress",
        moves={
            "inProgress": ("done", "rejected", "terminatedWithError"),
            "done": (),
            "rejected": (),
            "terminatedWithError": (),
        },
        open=False,
    )

    class Meta(Resource.Meta):
        verbose_name = "bill on demand"
        verbose_name_plural = "bills on demand"
        indexes: ClassVar = [models.Index(fields=["state", "id"])]

    class Api(Resource.Api):
        server_set = ("state", "lastUpdate", "customerBill")
        wire: ClassVar = {"last_update": "lastUpdate"}
        events = ("Create", "StateChange")  # v4 names none, v5 does

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        if before is None:
            from party.tasks import wake_workers  # the task imports the models

            transaction.on_commit(wake_workers)


class AppliedCustomerBillingRate(Resource):
    """A rated charge or credit that goes, or has gone, into a bill; made by rating, never by clients (TMF678)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    type = text_field()
    date = models.DateTimeField(null=True, blank=True)
    is_billed = models.BooleanField(null=True, blank=True)
    period_coverage = ValueField(TimePeriod)
    tax_excluded_amount = ValueField(Money)
    tax_included_amount = ValueField(Money)
    applied_tax = ValueField(values.AppliedBillingTaxRate, many=True)
    billing_account = ReferenceField("party.BillingAccount", value_type=BillingAccountRef)
    bill = ReferenceField("party.CustomerBill", value_type=values.BillRef)
    product = ReferenceField("inventory.Product", value_type=ProductRef)
    characteristic = ValueField(Characteristic, many=True)

    class Meta(Resource.Meta):
        verbose_name = "billing rate"

    class Api(Resource.Api):
        events = ()
