"""TMF638 Service Inventory Management v4.0: REST API."""

from inventory.models import Service
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=638,
        title="Service Inventory Management",
        version="4.0.0",
        base_path="/tmf-api/serviceInventory/v4",
        description="Services that were designed, set up and run, and what they rest on.",
    )
)


@router.resource("service")
class ServiceViewSet(ResourceViewSet):
    """Services, seen by customers or supporting others."""

    model = Service
