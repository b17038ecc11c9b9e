"""TMF652 Resource Ordering Management v4.0: REST API."""

from ordering.models import CancelResourceOrder, ResourceOrder
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=652,
        title="Resource Ordering Management",
        version="4.0.0",
        base_path="/tmf-api/resourceOrderingManagement/v4",
        description="Orders of resources, and their cancellation.",
    )
)


@router.resource("resourceOrder")
class ResourceOrderViewSet(ResourceViewSet):
    """Resource orders."""

    model = ResourceOrder


@router.resource("cancelResourceOrder")
class CancelResourceOrderViewSet(ResourceViewSet):
    """Requests to cancel resource orders."""

    model = CancelResourceOrder
    verbs = "LGC"
