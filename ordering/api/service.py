"""TMF641 Service Ordering Management v4.1: REST API."""

from ordering.models import CancelServiceOrder, ServiceOrder
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=641,
        title="Service Ordering Management",
        version="4.1.0",
        base_path="/tmf-api/serviceOrdering/v4",
        description="Orders of services, with milestones and warnings on the way, and their cancellation.",
    )
)


@router.resource("serviceOrder")
class ServiceOrderViewSet(ResourceViewSet):
    """Service orders."""

    model = ServiceOrder


@router.resource("cancelServiceOrder")
class CancelServiceOrderViewSet(ResourceViewSet):
    """Requests to cancel service orders."""

    model = CancelServiceOrder
    verbs = "LGC"
