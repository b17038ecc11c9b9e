"""TMF676 Payment Management: admin."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from party.models.payment import Payment, Refund
from party.values import payment as values
from tmfsite.admin.nested import describe
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.resources.attention import Attention

describe(
    values.PaymentItem,
    fields=("item", "totalAmount"),
    more=("amount", "taxAmount", "id"),
    labels={"item": "For", "totalAmount": "Total", "amount": "Without tax", "taxAmount": "Tax", "id": "Number"},
    title=("id",),
    item="item",
)
describe(
    values.PaymentMethodRefOrValue,
    fields=("id", "name", "@referredType"),
    more=("description", "isPreferred", "status", "statusDate", "account", "relatedParty", "validFor"),
    labels={
        "id": "ID", "@referredType": "Kind", "isPreferred": "Preferred", "statusDate": "Status since",
        "account": "Accounts", "relatedParty": "Party", "validFor": "Valid",
    },
    suggestions={"@referredType": ("BankCard", "BankAccountDebit", "Voucher", "Cash", "DigitalWallet")},
    item="means of payment",
    layout="cards",
)  # fmt: skip

_LABELS = {
    "status": "State", "status_date": "State since", "authorization_code": "Authorization code",
    "correlator_id": "Client's reference", "amount": "Without tax", "tax_amount": "Tax", "total_amount": "Total",
    "payment_method": "Means of payment", "payment_item": "For", "payment_date": "Date", "refund_date": "Date",
}  # fmt: skip
_AMOUNTS = ["total_amount", "amount", "tax_amount"]


class TransferAdmin(ResourceAdmin):
    """Payments and refunds: noted once, and never edited."""

    list_filter: Sequence[Any] = ("status",)
    search_fields = ("name", "description", "correlator_id", "authorization_code", "uid")
    attention = (Attention("denied or failed", {"status__in": "denied,failed"}, urgent=True, days=7),)
    labels: ClassVar[dict[str, str]] = _LABELS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Title")
    def title(self, transfer: Any) -> str:
        """Its name, or else its id."""
        return str(transfer)

    @display(description="Account")
    def of_account(self, transfer: Any) -> str:
        """Name of the account."""
        account = transfer.account or {}
        return str(account.get("name") or account.get("id") or "—")

    @display(description="Total")
    def total(self, transfer: Any) -> str:
        """Total amount: `19.90 EUR`."""
        return brief(transfer.total_amount) or "—"


@admin.register(Payment)
class PaymentAdmin(TransferAdmin):
    """Money that came in."""

    icon = "payments"
    sidebar_order = 10
    list_display = ("title", "state", "of_account", "total", "payment_date", "updated")
    tabs: ClassVar = {
        "Overview": [
            "name", "description", "account", "payer", *_AMOUNTS, ("payment_date", "status_date"),
            ("correlator_id", "authorization_code"),
        ],
        "For": ["payment_item"],
        "Means of payment": ["payment_method", "channel"],
    }  # fmt: skip


@admin.register(Refund)
class RefundAdmin(TransferAdmin):
    """Money that goes back."""

    icon = "currency_exchange"
    sidebar_order = 20
    list_display = ("title", "state", "of_account", "total", "refund_date", "updated")
    tabs: ClassVar = {
        "Overview": [
            "name", "description", "payment", "account", "requestor", *_AMOUNTS, ("refund_date", "status_date"),
            ("correlator_id", "authorization_code"),
        ],
        "Means of payment": ["payment_method", "channel"],
    }  # fmt: skip
