"""Bills on demand: the charges of an account that are in no bill yet become one (TMF678)."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from party.models.account import BillingAccount
from party.models.billing import AppliedCustomerBillingRate, CustomerBill, CustomerBillOnDemand
from tmfsite import operations
from tmfsite.fields import json
from tmfsite.fields.instants import format_instant, now
from tmfsite.fields.json import Document, RawFloat
from tmfsite.operations import SYSTEM
from tmfsite.resources.errors import ResourceError, Stale
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of
from tmfsite.wire import href_of

log = logging.getLogger(__name__)


class _RefusedError(Exception):
    """There is nothing to make a bill of."""


class _UnfitError(Exception):
    """The charges do not fit into one bill."""


def make_due_bills() -> int:
    """Work every bill on demand that waits; return how many."""
    number = 0
    for order in CustomerBillOnDemand.objects.filter(state="inProgress").order_by("id"):
        make_bill(order=order)
        number += 1
    return number


def make_bill(*, order: CustomerBillOnDemand) -> None:
    """Make the bill that `order` asks for and note the outcome in it; what another worker has worked stays as it is."""
    try:
        with transaction.atomic():
            bill = _bill(order)
            order.customer_bill = _reference(bill)
            order.state = "done"
            operations.save(order, actor=SYSTEM, reason=f"bill {bill.bill_no} is made")
    except Stale:
        log.info("bill on demand %s was worked by another worker", order.uid)
    except _RefusedError as error:
        operations.transition(order, "rejected", actor=SYSTEM, reason=str(error))
    except (_UnfitError, ResourceError) as error:
        log.warning("bill on demand %s failed: %s", order.uid, error)
        order.customer_bill = None
        operations.transition(order, "terminatedWithError", actor=SYSTEM, reason=str(error))


def _bill(order: CustomerBillOnDemand) -> CustomerBill:
    uid = (order.billing_account or {}).get("id")
    if not uid:
        raise _RefusedError("no billing account is named")
    rates = _open_rates(uid)
    if not rates:
        raise _RefusedError("the account has no charges that are in no bill yet")
    account = BillingAccount.objects.filter(uid=uid).first()
    moment = now()
    bill = operations.create(CustomerBill, _document(order, rates, account, moment), actor=SYSTEM).instance
    for rate in rates:
        rate.is_billed, rate.bill = True, _reference(bill)
        operations.save(rate, actor=SYSTEM)
    return bill


def _open_rates(account_uid: str) -> list[AppliedCustomerBillingRate]:
    links = Link.objects.filter(
        source_type_id=schema_of(AppliedCustomerBillingRate).content_type_id(),
        path="billingAccount",
        target_uid=account_uid,
    )
    rates = AppliedCustomerBillingRate.objects.filter(pk__in=links.values("source_id"))
    return [rate for rate in rates.order_by("id") if not rate.is_billed and rate.bill is None]


def _document(
    order: CustomerBillOnDemand,
    rates: list[AppliedCustomerBillingRate],
    account: BillingAccount | None,
    moment: datetime,
) -> Document:
    included = _sum(rate.tax_included_amount or rate.tax_excluded_amount for rate in rates)
    parties = [order.related_party] if order.related_party else (account.related_party if account else None)
    document: Document = {
        "billNo": f"{moment:%Y%m%d}-{order.uid[:8]}",
        "category": "normal",
        "runType": "offCycle",
        "billDate": format_instant(moment),
        "billingAccount": order.billing_account,
        "billingPeriod": _period(rates),
        "taxExcludedAmount": _sum(rate.tax_excluded_amount or rate.tax_included_amount for rate in rates),
        "taxIncludedAmount": included,
        "amountDue": included,
        "remainingAmount": included,
        "taxItem": _taxes(rates),
        "relatedParty": parties,
    }
    if account is not None:
        document["financialAccount"] = _without_balance(account.financial_account)
        document["paymentMethod"] = account.default_payment_method
        cycle = (account.bill_structure or {}).get("cycleSpecification") or {}
        if isinstance(days := cycle.get("paymentDueDateOffset"), int):
            document["paymentDueDate"] = format_instant(moment + timedelta(days=days))
    return {name: value for name, value in document.items() if value not in (None, [], {})}


def _sum(amounts: Iterable[Document | None]) -> Document:
    """Return the sum of amounts of money, exact to the last digit; raises `_UnfitError` if currencies differ."""
    held = [amount for amount in amounts if amount]
    units = {amount.get("unit") for amount in held}
    if len(units) > 1:
        raise _UnfitError(f"the charges are in several currencies: {', '.join(sorted(map(str, units)))}")
    total = sum((Decimal(json.dumps(amount.get("value") or 0)) for amount in held), Decimal(0))
    value = {"value": RawFloat(f"{total:f}")}
    return {"unit": unit, **value} if (unit := next(iter(units), None)) else value


def _taxes(rates: list[AppliedCustomerBillingRate]) -> list[Document]:
    """Return the taxes of the charges, added up by category and rate."""
    found: dict[tuple[Any, Any], list[Document]] = {}
    for rate in rates:
        for tax in rate.applied_tax or ():
            found.setdefault((tax.get("taxCategory"), tax.get("taxRate")), []).append(tax)
    return [
        {
            **{name: taxes[0][name] for name in ("taxCategory", "taxRate") if name in taxes[0]},
            "taxAmount": _sum(tax.get("taxAmount") for tax in taxes),
        }
        for taxes in found.values()
    ]


def _period(rates: list[AppliedCustomerBillingRate]) -> Document:
    periods = [rate.period_coverage or {} for rate in rates]
    starts = [period["startDateTime"] for period in periods if period.get("startDateTime")]
    ends = [period["endDateTime"] for period in periods if period.get("endDateTime")]
    first = {"startDateTime": min(starts)} if starts else {}
    return {**first, **({"endDateTime": max(ends)} if ends else {})}


def _without_balance(reference: Document | None) -> Document | None:
    """Return the reference of an account to its ledger account as bills hold it, where balances are a list."""
    return reference and {name: value for name, value in reference.items() if name != "accountBalance"}


def _reference(bill: CustomerBill) -> Document:
    return {"id": bill.uid, "href": href_of(bill), "name": bill.bill_no, "@referredType": "CustomerBill"}
