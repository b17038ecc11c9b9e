"""References that several noun modules use."""

from typing import ClassVar

from tmfsite.fields.values import Reference, RelatedParty, Text


class NamedParty(RelatedParty):
    """A related party whose name TMF651 and TMF666 demand."""

    name: Text


class AccountRef(Reference):
    """An account of any kind."""

    description: Text | None = None


class AgreementRef(Reference):
    """An agreement (TMF651)."""

    target: ClassVar = "party.agreement"


class AgreementSpecificationRef(Reference):
    """A template of agreements (TMF651)."""

    target: ClassVar = "party.agreementspecification"
    description: Text | None = None


class BillingAccountRef(Reference):
    """The account that is billed (TMF666)."""

    target: ClassVar = "party.billingaccount"


class PaymentMethodRef(Reference):
    """A means of payment, kept elsewhere."""


class ProductRef(Reference):
    """An installed product (TMF637)."""

    target: ClassVar = "inventory.product"
