"""TMF678 Customer Bill Management v4.0: REST API."""

from party.models.billing import AppliedCustomerBillingRate, CustomerBill, CustomerBillOnDemand
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=678,
        title="Customer Bill Management",
        version="4.0.0",
        base_path="/tmf-api/customerBillManagement/v4",
        description="Bills, the charges in them, and bills on demand.",
    )
)


@router.resource("customerBill")
class CustomerBillViewSet(ResourceViewSet):
    """Customer bills."""

    model = CustomerBill
    verbs = "LGP"


@router.resource("customerBillOnDemand")
class CustomerBillOnDemandViewSet(ResourceViewSet):
    """Requests to bill an account now."""

    model = CustomerBillOnDemand
    verbs = "LGC"


@router.resource("appliedCustomerBillingRate")
class AppliedCustomerBillingRateViewSet(ResourceViewSet):
    """Charges and credits."""

    model = AppliedCustomerBillingRate
    verbs = "LG"
