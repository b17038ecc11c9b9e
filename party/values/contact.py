"""How a party is reached and how creditworthy it is: shared by TMF632, TMF629, TMF666, TMF668 and TMF669."""

from tmfsite.fields.values import Boolean, DateTime, Extensible, Integer, Text, TimePeriod


class MediumCharacteristic(Extensible):
    """An address, number or account; which of these depends on the kind of medium."""

    contact_type: Text | None = None
    email_address: Text | None = None
    phone_number: Text | None = None
    fax_number: Text | None = None
    social_network_id: Text | None = None
    street1: Text | None = None
    street2: Text | None = None
    post_code: Text | None = None
    city: Text | None = None
    state_or_province: Text | None = None
    country: Text | None = None


class ContactMedium(Extensible):
    """A way to reach a party."""

    medium_type: Text | None = None
    preferred: Boolean | None = None
    characteristic: MediumCharacteristic | None = None
    valid_for: TimePeriod | None = None


class CreditProfile(Extensible):
    """An assessment of creditworthiness."""

    credit_profile_date: DateTime | None = None
    credit_risk_rating: Integer | None = None
    credit_score: Integer | None = None
    valid_for: TimePeriod | None = None
