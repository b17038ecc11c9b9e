"""Refunds must not exceed the payment that they give back (TMF676)."""

from decimal import Decimal
from typing import Any

from party.models.payment import Payment, Refund
from tmfsite.fields import json
from tmfsite.resources.errors import Conflict, Invalid
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of

_FAILED = ("denied", "failed")


def limit_refund(*, refund: Refund) -> None:
    """Check a new refund against its payment, if that is kept here; call it in the transaction that stores the refund.

    Raises `Conflict` when the money is not here or not enough of it is left, `Invalid` when currencies differ.
    """
    uid = (refund.payment or {}).get("id")
    # The lock makes refunds of one payment wait for each other; SQLite has one writer at a time anyway.
    payment = Payment.objects.select_for_update().filter(uid=uid).first() if uid else None
    if payment is None:
        return
    if not payment.is_captured:
        raise Conflict(f"payment {uid} is {payment.status}: there is nothing to give back")
    currency, other = ((each.total_amount or {}).get("unit") for each in (payment, refund))
    if currency and other and currency != other:
        raise Invalid(f"totalAmount: payment {uid} was in {currency}", path="totalAmount.unit")
    left = _amount(payment) - sum(map(_amount, _refunds_of(payment)))
    if _amount(refund) > left:
        raise Conflict(f"of payment {uid} only {left} {currency or ''} is left to be given back".replace("  ", " "))


def _refunds_of(payment: Payment) -> Any:
    links = Link.objects.filter(
        source_type_id=schema_of(Refund).content_type_id(), path="payment", target_uid=payment.uid
    )
    return Refund.objects.filter(pk__in=links.values("source_id")).exclude(status__in=_FAILED)


def _amount(transfer: Payment | Refund) -> Decimal:
    return Decimal(json.dumps((transfer.total_amount or {}).get("value") or 0))  # as it was spelled
