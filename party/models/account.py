"""TMF666 Account Management v4.0: models."""

from typing import ClassVar

from django.db import models

from party.values import account as values
from party.values.references import NamedParty, PaymentMethodRef
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import Money, TimePeriod
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field


class Account(Resource):
    """What the accounts of TMF666 have in common."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    account_type = text_field()
    state = text_field(max_length=60)
    credit_limit = ValueField(Money)
    account_balance = ValueField(values.AccountBalance, many=True)
    account_relationship = ValueField(values.AccountRelationship, many=True)
    contact = ValueField(values.Contact, many=True)
    related_party = ReferenceField(many=True, value_type=NamedParty)
    tax_exemption = ValueField(values.AccountTaxExemption, many=True)

    lifecycle = Lifecycle(
        "state",
        initial="Active",
        moves={
            "Inactive": ("Active",),
            "Active": ("Suspended", "Closed"),
            "Suspended": ("Active", "Closed"),
            "Closed": (),
        },
    )

    class Meta(Resource.Meta):
        abstract = True
        indexes: ClassVar = [models.Index(fields=["name"]), models.Index(fields=["state", "id"])]

    class Api(Resource.Api):
        mandatory: ClassVar[tuple[str, ...]] = ("name",)
        server_set = ("lastModified",)
        wire: ClassVar = {"last_update": "lastModified"}


class ChargedAccount(Account):
    """An account on which charges are collected and then billed or settled."""

    payment_status = text_field(max_length=60)
    bill_structure = ValueField(values.BillStructure)
    default_payment_method = ReferenceField(value_type=PaymentMethodRef)
    financial_account = ReferenceField("party.FinancialAccount", value_type=values.FinancialAccountRef)
    payment_plan = ValueField(values.PaymentPlan, many=True)

    class Meta(Account.Meta):
        abstract = True

    class Api(Account.Api):
        mandatory = ("name", "relatedParty")
        not_patchable = ("accountBalance",)
        events = ("AttributeValueChange", "StateChange")


class PartyAccount(ChargedAccount):
    """An account of a party, for what it owes and is owed (TMF666)."""

    class Meta(ChargedAccount.Meta):
        pass


class BillingAccount(ChargedAccount):
    """An account of a customer for which bills are made (TMF666)."""

    class Meta(ChargedAccount.Meta):
        pass


class SettlementAccount(ChargedAccount):
    """An account of a partner with which revenue is shared (TMF666)."""

    class Meta(ChargedAccount.Meta):
        pass


class FinancialAccount(Account):
    """An account in the ledger, which keeps the balance of others (TMF666)."""

    class Meta(Account.Meta):
        pass


class BillingCycleSpecification(Resource):
    """When accounts are billed, and what then follows after how many days (TMF666)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    billing_period = text_field()
    frequency = text_field()
    billing_date_shift = models.IntegerField(null=True, blank=True)
    charge_date_offset = models.IntegerField(null=True, blank=True)
    credit_date_offset = models.IntegerField(null=True, blank=True)
    mailing_date_offset = models.IntegerField(null=True, blank=True)
    payment_due_date_offset = models.IntegerField(null=True, blank=True)
    valid_for = ValueField(TimePeriod)

    class Api(Resource.Api):
        mandatory = ("name",)
        events = ()


class BillFormat(Resource):
    """How detailed a bill is (TMF666)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)

    class Api(Resource.Api):
        mandatory = ("name",)
        events = ()


class BillPresentationMedia(Resource):
    """On what a bill is delivered: paper, electronic mail, web page (TMF666)."""

    name = text_field(null=False, blank=False)
    description = models.TextField(null=True, blank=True)

    class Meta(Resource.Meta):
        verbose_name_plural = "bill presentation media"

    class Api(Resource.Api):
        mandatory = ("name",)
        events = ()
