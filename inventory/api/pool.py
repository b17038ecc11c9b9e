"""TMF685 Resource Pool Management v1.0: REST API."""

from inventory.models import AvailabilityCheck, Extract, Push, Reservation, ResourcePool
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=685,
        title="Resource Pool Management",
        version="1.0",
        base_path="/tmf-api/resourcePoolManagement/v1",
        aliases=("/tmf-api/resourcePoolManagement/v4",),
        description="Pools of resources that can stand in for each other, and reservations of what is free in them.",
    )
)


@router.resource("resourcePool")
class ResourcePoolViewSet(ResourceViewSet):
    """Pools of resources."""

    model = ResourcePool


@router.resource("reservation")
class ReservationViewSet(ResourceViewSet):
    """Reservations of resources from pools."""

    model = Reservation
    verbs = "LGCP"


@router.resource("availabilityCheck")
class AvailabilityCheckViewSet(ResourceViewSet):
    """Tasks that tell what is free."""

    model = AvailabilityCheck
    verbs = "LGC"


@router.resource("push")
class PushViewSet(ResourceViewSet):
    """Tasks that put resources into a pool."""

    model = Push
    verbs = "LGC"


@router.resource("extract")
class ExtractViewSet(ResourceViewSet):
    """Tasks that take resources out of a pool."""

    model = Extract
    verbs = "LGC"
