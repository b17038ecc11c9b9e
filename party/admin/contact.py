"""How the values that several party APIs share look in the admin."""

from party.values import contact, references
from tmfsite.admin.nested import describe

describe(
    contact.ContactMedium,
    fields=("mediumType", "preferred", "characteristic"),
    more=("validFor",),
    labels={"mediumType": "Kind", "characteristic": "Address", "validFor": "Valid"},
    suggestions={"mediumType": ("email", "phone", "mobile", "postalAddress", "fax", "socialNetwork")},
    widths={"mediumType": 8, "preferred": 4},
    title=("mediumType",),
    item="way of contact",
)
describe(
    contact.MediumCharacteristic,
    fields=("emailAddress", "phoneNumber", "street1", "street2", "postCode", "city", "stateOrProvince", "country"),
    more=("contactType", "faxNumber", "socialNetworkId"),
    labels={
        "emailAddress": "Email", "phoneNumber": "Phone", "street1": "Street", "street2": "Further line",
        "postCode": "Post code", "stateOrProvince": "State or province", "contactType": "Use", "faxNumber": "Fax",
        "socialNetworkId": "Social network",
    },
    suggestions={"contactType": ("home", "work", "billing", "delivery")},
    widths={"emailAddress": 6, "phoneNumber": 6, "street1": 6, "street2": 6, "postCode": 3, "city": 3,
            "stateOrProvince": 3, "country": 3},
    item="address",
)  # fmt: skip
describe(
    contact.CreditProfile,
    fields=("creditProfileDate", "creditScore", "creditRiskRating", "validFor"),
    more=(),
    labels={"creditProfileDate": "Date", "creditScore": "Score", "creditRiskRating": "Risk", "validFor": "Valid"},
    widths={"creditProfileDate": 6, "creditScore": 3, "creditRiskRating": 3},
    title=("creditProfileDate",),
    item="credit profile",
)
describe(
    references.AccountRef,
    fields=("id", "name", "@referredType"),
    more=("description",),
    labels={"@referredType": "Kind of account"},
    suggestions={"@referredType": ("BillingAccount", "PartyAccount", "SettlementAccount", "FinancialAccount")},
    item="account",
)
describe(references.AgreementRef, fields=("id",), more=("name",), item="agreement")
describe(references.AgreementSpecificationRef, fields=("id",), more=("name", "description"), item="template")
describe(references.BillingAccountRef, fields=("id",), more=("name",), item="billing account")
describe(references.ProductRef, fields=("id",), more=("name",), item="product")
describe(
    references.PaymentMethodRef,
    fields=("id", "name", "@referredType"),
    more=(),
    labels={"@referredType": "Kind"},
    suggestions={"@referredType": ("BankCard", "BankAccountDebit", "Voucher", "Cash", "DigitalWallet")},
    item="means of payment",
)
