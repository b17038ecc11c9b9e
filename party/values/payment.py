"""TMF676 Payment Management: value types."""

from party.values.references import AccountRef
from tmfsite.fields.values import (
    Boolean,
    DateTime,
    Extensible,
    LooseReference,
    Money,
    Reference,
    RelatedParty,
    Text,
    TimePeriod,
)


class PaymentItem(Extensible):
    """What of a payment is for one bill, order or other entity."""

    id: Text | None = None
    item: Reference
    amount: Money | None = None
    tax_amount: Money | None = None
    total_amount: Money | None = None


class PaymentMethodRefOrValue(LooseReference):
    """A means of payment: a reference to one kept elsewhere, or what one has to know of it."""

    description: Text | None = None
    is_preferred: Boolean | None = None
    status: Text | None = None
    status_date: DateTime | None = None
    account: list[AccountRef] | None = None
    related_party: RelatedParty | None = None
    valid_for: TimePeriod | None = None
