"""TMF678 Customer Bill Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from party.models.billing import AppliedCustomerBillingRate, CustomerBill, CustomerBillOnDemand
from party.values import billing as values
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention, moment

describe(
    values.TaxItem,
    fields=("taxCategory", "taxRate", "taxAmount"),
    more=(),
    labels={"taxCategory": "Tax", "taxRate": "Rate in %", "taxAmount": "Amount"},
    suggestions={"taxCategory": ("VAT", "Sales tax", "Telecom tax")},
    widths={"taxCategory": 4, "taxRate": 2, "taxAmount": 6},
    title=("taxCategory",),
    item="tax",
    layout="table",
)
describe(
    values.AppliedPayment,
    fields=("payment", "appliedAmount"),
    more=(),
    labels={"appliedAmount": "Amount"},
    title=(),
    item="payment",
)
describe(values.BillRef, fields=("id",), more=("name",), item="bill")
describe(values.PaymentRef, fields=("id",), more=("name",), item="payment")
describe(values.FinancialAccountRef, fields=("id",), more=("name", "accountBalance"), item="ledger account")


def account_of(entity: Any) -> str:
    """Return the name of the billing account."""
    account = entity.billing_account or {}
    return str(account.get("name") or account.get("id") or "—")


class BillingAdmin(ResourceAdmin):
    """What the pages of billing have in common."""

    @display(description="Account")
    def account(self, entity: Any) -> str:
        """Name of the billing account."""
        return account_of(entity)


@admin.register(CustomerBill)
class CustomerBillAdmin(BillingAdmin):
    """Bills: once made they only change their state."""

    icon = "receipt_long"
    sidebar_order = 10
    list_display = ("bill_no", "state", "account", "due", "remaining", "bill_date", "payment_due_date", "updated")
    list_filter = ("state", "run_type", "category")
    search_fields = ("bill_no", "uid")
    attention = (
        Attention("on hold", {"state__exact": "onHold"}),
        Attention(
            "unpaid and overdue", {"state__in": "sent,partiallyPaid", "payment_due_date__lt": moment()}, urgent=True
        ),
    )
    suggestions: ClassVar[dict[str, Sequence[str]]] = {
        "run_type": ("onCycle", "offCycle"),
        "category": ("normal", "last"),
    }
    labels: ClassVar[dict[str, str]] = {
        "bill_no": "Number", "run_type": "Run", "bill_date": "Date", "next_bill_date": "Next bill",
        "payment_due_date": "Due on", "billing_period": "Period", "amount_due": "Due", "remaining_amount": "Still to pay",
        "tax_excluded_amount": "Without tax", "tax_included_amount": "With tax", "tax_item": "Taxes",
        "applied_payment": "Payments", "billing_account": "Billing account", "financial_account": "Ledger account",
        "payment_method": "Means of payment", "related_party": "Parties", "bill_document": "Documents",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            ("bill_no", "category", "run_type"), "billing_account", ("bill_date", "payment_due_date", "next_bill_date"),
            "billing_period", "amount_due", "remaining_amount",
        ],
        "Amounts": ["tax_excluded_amount", "tax_included_amount", "tax_item"],
        "Payments": ["applied_payment", "payment_method", "financial_account"],
        "Parties": ["related_party"],
        "Documents": ["bill_document"],
    }  # fmt: skip

    @display(description="Due")
    def due(self, bill: CustomerBill) -> str:
        """Amount due: `19.90 EUR`."""
        return brief(bill.amount_due) or "—"

    @display(description="Still to pay")
    def remaining(self, bill: CustomerBill) -> str:
        """Amount that is not paid yet."""
        return brief(bill.remaining_amount) or "—"


@admin.register(CustomerBillOnDemand)
class CustomerBillOnDemandAdmin(BillingAdmin):
    """Requests to bill an account now; the worker works them."""

    icon = "request_quote"
    sidebar_order = 20
    dashboard = False
    attention = (Attention("refused or failed", {"state__in": "rejected,terminatedWithError"}, urgent=True, days=7),)
    list_display = ("title", "state", "account", "bill", "updated")
    list_filter = ("state",)
    labels: ClassVar[dict[str, str]] = {
        "billing_account": "Billing account",
        "customer_bill": "Bill",
        "related_party": "Asked by",
    }
    tabs: ClassVar = {"Overview": ["name", "description", "billing_account", "related_party", "customer_bill"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Request")
    def title(self, order: CustomerBillOnDemand) -> str:
        """Its name, or when it was made."""
        return order.name or f"{order.created:%d %b %Y %H:%M}"

    @display(description="Bill")
    def bill(self, order: CustomerBillOnDemand) -> str:
        """Number of the bill that was made."""
        bill = order.customer_bill or {}
        return str(bill.get("name") or bill.get("id") or "—")


@admin.register(AppliedCustomerBillingRate)
class AppliedCustomerBillingRateAdmin(BillingAdmin):
    """Charges and credits."""

    icon = "price_check"
    sidebar_order = 30
    list_display = ("name", "type", "account", "amount", "billed", "date", "updated")
    list_filter = ("is_billed", "type")
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"type": ("recurring", "one time", "usage", "credit")}
    labels: ClassVar[dict[str, str]] = {
        "type": "Kind", "is_billed": "In a bill", "period_coverage": "Period", "tax_excluded_amount": "Without tax",
        "tax_included_amount": "With tax", "applied_tax": "Taxes", "billing_account": "Billing account",
        "characteristic": "Characteristics",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": ["name", "description", ("type", "date"), "billing_account", "product", "period_coverage"],
        "Amounts": ["tax_excluded_amount", "tax_included_amount", "applied_tax"],
        "Bill": ["is_billed", "bill"],
        "Characteristics": ["characteristic"],
    }

    @display(description="Amount")
    def amount(self, rate: AppliedCustomerBillingRate) -> str:
        """Amount with tax, or else without."""
        return brief(rate.tax_included_amount or rate.tax_excluded_amount) or "—"

    @display(description="In a bill", boolean=True, ordering="is_billed")
    def billed(self, rate: AppliedCustomerBillingRate) -> bool:
        """Whether a bill holds it."""
        return bool(rate.is_billed)
