"""TMF668 Partnership Management: value types."""

from party.values.contact import ContactMedium, CreditProfile
from party.values.references import AccountRef, AgreementRef, AgreementSpecificationRef, PaymentMethodRef
from tmfsite.fields.values import Boolean, Characteristic, Entity, Extensible, RelatedParty, Text, TimePeriod


class PartnershipRoleSpecification(Extensible):
    """A role that a partnership has, and the agreements its player has to make."""

    name: Text
    description: Text | None = None
    requires_billing: Boolean | None = None
    requires_settlement: Boolean | None = None
    agreement_specification: list[AgreementSpecificationRef] | None = None


class Partner(Entity):
    """A party in one of the roles of a partnership."""

    name: Text
    engaged_party: RelatedParty
    status: Text | None = None
    status_reason: Text | None = None
    account: list[AccountRef] | None = None
    agreement: list[AgreementRef] | None = None
    characteristic: list[Characteristic] | None = None
    contact_medium: list[ContactMedium] | None = None
    credit_profile: list[CreditProfile] | None = None
    payment_method: list[PaymentMethodRef] | None = None
    related_party: list[RelatedParty] | None = None
    valid_for: TimePeriod | None = None
