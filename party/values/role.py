"""TMF669 Party Role Management, and TMF629 Customer Management, whose value types are the same."""

from party.values import contact
from tmfsite.fields.values import DateTime, LooseReference, Text, TimePeriod


class AccountRef(LooseReference):
    """An account of any kind; named, but not necessarily identified."""

    name: Text
    description: Text | None = None


class ContactMedium(contact.ContactMedium):
    """A way to reach the one who plays the role."""

    medium_type: Text
    characteristic: contact.MediumCharacteristic


class CreditProfile(contact.CreditProfile):
    """An assessment of creditworthiness, with its date and how long it holds."""

    credit_profile_date: DateTime
    valid_for: TimePeriod
