"""TMF666 Account Management v4.0: REST API."""

from party.models.account import (
    BillFormat,
    BillingAccount,
    BillingCycleSpecification,
    BillPresentationMedia,
    FinancialAccount,
    PartyAccount,
    SettlementAccount,
)
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=666,
        title="Account Management",
        version="4.0.0",
        base_path="/tmf-api/accountManagement/v4",
        description="Accounts of customers and partners, and how their bills are made.",
    )
)


@router.resource("partyAccount")
class PartyAccountViewSet(ResourceViewSet):
    """Party accounts."""

    model = PartyAccount


@router.resource("billingAccount")
class BillingAccountViewSet(ResourceViewSet):
    """Billing accounts."""

    model = BillingAccount


@router.resource("settlementAccount")
class SettlementAccountViewSet(ResourceViewSet):
    """Settlement accounts."""

    model = SettlementAccount


@router.resource("financialAccount")
class FinancialAccountViewSet(ResourceViewSet):
    """Financial accounts."""

    model = FinancialAccount


@router.resource("billingCycleSpecification")
class BillingCycleSpecificationViewSet(ResourceViewSet):
    """Billing cycles."""

    model = BillingCycleSpecification


@router.resource("billFormat")
class BillFormatViewSet(ResourceViewSet):
    """Bill formats."""

    model = BillFormat


@router.resource("billPresentationMedia")
class BillPresentationMediaViewSet(ResourceViewSet):
    """Bill presentation media."""

    model = BillPresentationMedia
