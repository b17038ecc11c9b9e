"""TMF678 Customer Bill Management: value types."""

from typing import ClassVar

from party.values.account import AccountBalance
from tmfsite.fields.values import Extensible, Money, Number, Reference, RelatedEntity, Text


class BillRef(Reference):
    """A customer bill."""

    target: ClassVar = "party.customerbill"


class RelatedPartyRef(RelatedEntity):
    """A party and the part it plays; its kind need not be said."""


class PaymentRef(Reference):
    """A payment (TMF676)."""

    target: ClassVar = "party.payment"


class AppliedPayment(Extensible):
    """What of a payment went to a bill."""

    applied_amount: Money | None = None
    payment: PaymentRef | None = None


class FinancialAccountRef(Reference):
    """The account in the ledger, and what stands on it."""

    target: ClassVar = "party.financialaccount"
    account_balance: list[AccountBalance] | None = None


class TaxItem(Extensible):
    """A tax on a whole bill: its rate in percent and its amount."""

    tax_category: Text | None = None
    tax_rate: Number | None = None
    tax_amount: Money | None = None


class AppliedBillingTaxRate(TaxItem):
    """A tax on one charge."""
