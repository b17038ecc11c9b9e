"""TMF666 Account Management: value types."""

from typing import Annotated, ClassVar

from pydantic import Field

from party.values.contact import ContactMedium
from party.values.references import AccountRef, NamedParty, PaymentMethodRef
from tmfsite.fields.values import Boolean, Extensible, Integer, LooseReference, Money, Reference, Text, TimePeriod

# The schema of the standard demands it, with a default, and its samples leave it out.
IsRef = Annotated[Boolean, Field(json_schema_extra={"demanded": True})]


class AccountBalance(Extensible):
    """What stands on an account, by kind of balance."""

    balance_type: Text
    amount: Money
    valid_for: TimePeriod


class AccountRelationship(Extensible):
    """The tie of an account to another one."""

    relationship_type: Text
    account: AccountRef | None = None
    valid_for: TimePeriod


class BillingCycleSpecificationRefOrValue(LooseReference):
    """When an account is billed: a reference, which it is unless `isRef` is false, or the rhythm itself."""

    target: ClassVar = "party.billingcyclespecification"
    name: Text
    is_ref: IsRef = True
    description: Text | None = None
    billing_period: Text | None = None
    frequency: Text | None = None
    date_shift: Integer | None = None
    billing_date_shift: Integer | None = None
    charge_date_offset: Integer | None = None
    credit_date_offset: Integer | None = None
    mailing_date_offset: Integer | None = None
    payment_due_date_offset: Integer | None = None
    valid_for: TimePeriod | None = None


class BillFormatRefOrValue(LooseReference):
    """How detailed a bill is: a reference, which it is unless `isRef` is false, or the format itself."""

    target: ClassVar = "party.billformat"
    name: Text
    is_ref: IsRef = True
    description: Text | None = None


class BillPresentationMediaRefOrValue(LooseReference):
    """On what a bill is delivered: a reference, which it is unless `isRef` is false, or the medium itself."""

    target: ClassVar = "party.billpresentationmedia"
    name: Text
    is_ref: IsRef = True
    description: Text | None = None


class BillStructure(Extensible):
    """When, how detailed and on what an account is billed."""

    cycle_specification: BillingCycleSpecificationRefOrValue | None = None
    format: BillFormatRefOrValue | None = None
    presentation_media: list[BillPresentationMediaRefOrValue] | None = None


class Contact(Extensible):
    """Whom to talk to about an account."""

    contact_name: Text | None = None
    contact_type: Text
    party_role_type: Text | None = None
    contact_medium: list[ContactMedium] | None = None
    related_party: NamedParty | None = None
    valid_for: TimePeriod


class FinancialAccountRef(Reference):
    """The account in the ledger, and what stands on it."""

    target: ClassVar = "party.financialaccount"
    account_balance: AccountBalance | None = None


class PaymentPlan(Extensible):
    """How a debt is paid off."""

    plan_type: Text | None = None
    status: Text | None = None
    priority: Integer | None = None
    number_of_payments: Integer | None = None
    payment_frequency: Text | None = None
    payment_method: PaymentMethodRef | None = None
    total_amount: Money | None = None
    valid_for: TimePeriod | None = None


class AccountTaxExemption(Extensible):
    """The proof that an account is not charged certain taxes."""

    certificate_number: Text | None = None
    issuing_jurisdiction: Text
    reason: Text | None = None
    valid_for: TimePeriod
