"""TMF666 Account Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from party.models.account import (
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillPresentationMedia,
    FinancialAccount,
    PartyAccount,
    SettlementAccount,
)
from party.values import account as values
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.resource import ResourceAdmin

describe(
    values.AccountBalance,
    fields=("balanceType", "amount", "validFor"),
    more=(),
    labels={"balanceType": "Kind", "validFor": "Valid"},
    suggestions={"balanceType": ("ReceivableBalance", "DepositBalance", "DisputedBalance")},
    widths={"balanceType": 4, "amount": 8},
    title=("balanceType",),
    item="balance",
)
describe(
    values.AccountRelationship,
    fields=("relationshipType", "account", "validFor"),
    more=(),
    labels={"relationshipType": "Kind", "validFor": "Valid"},
    suggestions={"relationshipType": ("contains", "isContainedIn", "paysFor", "isPaidBy")},
    title=("relationshipType",),
    item="related account",
)
describe(
    values.BillStructure,
    fields=("cycleSpecification", "format", "presentationMedia"),
    more=(),
    labels={"cycleSpecification": "When", "format": "How detailed", "presentationMedia": "On what"},
    item="bill",
)
describe(
    values.BillingCycleSpecificationRefOrValue,
    fields=("id", "name"),
    labels={"isRef": "Kept as an entry of its own", "validFor": "Valid"},
    item="billing cycle",
)
for _kind, _noun in ((values.BillFormatRefOrValue, "bill format"), (values.BillPresentationMediaRefOrValue, "medium")):
    describe(
        _kind,
        fields=("id", "name"),
        more=("description", "isRef"),
        labels={"isRef": "Kept as an entry of its own"},
        item=_noun,
    )
describe(
    values.Contact,
    fields=("contactType", "contactName", "relatedParty", "contactMedium", "validFor"),
    more=("partyRoleType",),
    labels={
        "contactType": "Kind", "contactName": "Name", "relatedParty": "Party", "contactMedium": "Reached at",
        "validFor": "Valid", "partyRoleType": "Role",
    },
    suggestions={"contactType": ("primary", "secondary", "billing", "technical")},
    title=("contactName", "contactType"),
    item="contact",
)  # fmt: skip
describe(
    values.PaymentPlan,
    fields=("planType", "status", "numberOfPayments", "paymentFrequency", "totalAmount", "paymentMethod"),
    more=("priority", "validFor"),
    labels={
        "planType": "Kind", "numberOfPayments": "Payments", "paymentFrequency": "How often", "totalAmount": "Total",
        "paymentMethod": "Means of payment", "validFor": "Valid",
    },
    widths={"planType": 3, "status": 3, "numberOfPayments": 3, "paymentFrequency": 3},
    title=("planType", "status"),
    item="payment plan",
)  # fmt: skip
describe(
    values.AccountTaxExemption,
    fields=("issuingJurisdiction", "certificateNumber", "reason", "validFor"),
    more=(),
    labels={"issuingJurisdiction": "Jurisdiction", "certificateNumber": "Certificate", "validFor": "Valid"},
    title=("issuingJurisdiction",),
    item="tax exemption",
)
describe(values.FinancialAccountRef, fields=("id",), more=("name", "accountBalance"), item="ledger account")


class AccountAdmin(ResourceAdmin):
    """What all accounts have in common."""

    list_display: Sequence[Any] = ("name", "state", "account_type", "owner", "balance", "updated")
    list_filter: Sequence[Any] = ("state", "account_type")
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "account_type": ("Residential", "Business", "Wholesale"),
        "payment_status": ("due", "paid", "in arrears"),
    }
    labels: ClassVar[dict[str, str]] = {
        "account_type": "Kind of account", "credit_limit": "Credit limit", "account_balance": "Balances",
        "account_relationship": "Related accounts", "contact": "Contacts", "related_party": "Parties",
        "tax_exemption": "Tax exemptions", "bill_structure": "Bills", "payment_status": "Payments are",
        "default_payment_method": "Means of payment", "financial_account": "Ledger account", "payment_plan": "Payment plans",
    }  # fmt: skip

    @display(description="Owner")
    def owner(self, account: Any) -> str:
        """Name of the first party."""
        party = (account.related_party or [{}])[0]
        return str(party.get("name") or party.get("id") or "—")

    @display(description="Balance")
    def balance(self, account: Any) -> str:
        """The first balance: `19.90 EUR`."""
        return brief((account.account_balance or [{}])[0].get("amount")) or "—"


class ChargedAccountAdmin(AccountAdmin):
    """What the accounts have in common that collect charges."""

    list_display = ("name", "state", "payment_status", "account_type", "owner", "balance", "updated")
    list_filter = ("state", "payment_status", "account_type")
    tabs: ClassVar = {
        "Overview": ["name", "description", ("account_type", "payment_status"), "credit_limit", "account_balance"],
        "Parties": ["related_party", "contact"],
        "Bills": ["bill_structure"],
        "Payment": ["default_payment_method", "payment_plan", "tax_exemption"],
        "Accounts": ["financial_account", "account_relationship"],
    }


@admin.register(BillingAccount)
class BillingAccountAdmin(ChargedAccountAdmin):
    """Accounts for which bills are made."""

    icon = "account_balance_wallet"
    sidebar_order = 10


@admin.register(PartyAccount)
class PartyAccountAdmin(ChargedAccountAdmin):
    """What parties owe and are owed."""

    icon = "assignment_ind"
    sidebar_order = 20


@admin.register(SettlementAccount)
class SettlementAccountAdmin(ChargedAccountAdmin):
    """Accounts for sharing revenue with partners."""

    dashboard = False
    icon = "handshake"
    sidebar_order = 30


@admin.register(FinancialAccount)
class FinancialAccountAdmin(AccountAdmin):
    """Accounts in the ledger."""

    dashboard = False
    icon = "account_balance"
    sidebar_order = 40
    tabs: ClassVar = {
        "Overview": ["name", "description", "account_type", "credit_limit", "account_balance"],
        "Parties": ["related_party", "contact"],
        "Accounts": ["account_relationship", "tax_exemption"],
    }


@admin.register(BillingCycleSpecification)
class BillingCycleSpecificationAdmin(ResourceAdmin):
    """When accounts are billed."""

    dashboard = False
    icon = "event_repeat"
    sidebar_order = 50
    list_display = ("name", "frequency", "billing_period", "payment_due_date_offset", "updated")
    list_filter = ("frequency",)
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "frequency": ("monthly", "quarterly", "yearly"),
        "billing_period": ("month", "quarter", "year"),
    }
    labels: ClassVar[dict[str, str]] = {
        "billing_date_shift": "Billing day", "charge_date_offset": "Charges count until", "valid_for": "Valid",
        "credit_date_offset": "Credits count until", "mailing_date_offset": "Mailed after",
        "payment_due_date_offset": "Due after",
    }  # fmt: skip
    helps: ClassVar[dict[str, str]] = {
        "billing_date_shift": "Days from the start of the period.",
        "payment_due_date_offset": "Days from the date of the bill.",
    }
    tabs: ClassVar = {
        "Overview": [
            "name", "description", ("frequency", "billing_period"), ("billing_date_shift", "mailing_date_offset"),
            ("charge_date_offset", "credit_date_offset"), "payment_due_date_offset", "valid_for",
        ],
    }  # fmt: skip


class NamedAdmin(ResourceAdmin):
    """Entries with just a name and a description."""

    list_display = ("name", "description", "updated")
    tabs: ClassVar = {"Overview": ["name", "description"]}
    dashboard = False


@admin.register(BillFormat)
class BillFormatAdmin(NamedAdmin):
    """How detailed bills are."""

    icon = "receipt"
    sidebar_order = 60


@admin.register(BillPresentationMedia)
class BillPresentationMediaAdmin(NamedAdmin):
    """On what bills are delivered."""

    icon = "mail"
    sidebar_order = 70
