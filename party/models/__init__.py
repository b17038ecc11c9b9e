"""Models of parties and of what is agreed with them, one module per noun."""

from party.models.account import (
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillPresentationMedia,
    FinancialAccount,
    PartyAccount,
    SettlementAccount,
)
from party.models.agreement import Agreement, AgreementSpecification
from party.models.billing import AppliedCustomerBillingRate, CustomerBill, CustomerBillOnDemand
from party.models.customer import Customer
from party.models.partnership import Partnership, PartnershipSpecification
from party.models.party import Individual, Organization
from party.models.payment import Payment, Refund
from party.models.role import PartyRole

__all__ = [
    "Agreement",
    "AgreementSpecification",
    "AppliedCustomerBillingRate",
    "BillFormat",
    "BillPresentationMedia",
    "BillingAccount",
    "BillingCycleSpecification",
    "Customer",
    "CustomerBill",
    "CustomerBillOnDemand",
    "FinancialAccount",
    "Individual",
    "Organization",
    "Partnership",
    "PartnershipSpecification",
    "PartyAccount",
    "PartyRole",
    "Payment",
    "Refund",
    "SettlementAccount",
]
