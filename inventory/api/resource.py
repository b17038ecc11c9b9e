"""TMF639 Resource Inventory Management v4.0: REST API."""

from inventory.models import Resource
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=639,
        title="Resource Inventory Management",
        version="4.0.0",
        base_path="/tmf-api/resourceInventoryManagement/v4",
        description="What services run on: equipment, numbers, ports, licences, with their states by X.731.",
    )
)


@router.resource("resource")
class ResourceInventoryViewSet(ResourceViewSet):
    """Resources of all kinds."""

    model = Resource
    mandatory = ("name",)


@router.resource("physicalResource")
class PhysicalResourceViewSet(ResourceViewSet):
    """Resources that can be touched: `@type` or `@baseType` is PhysicalResource."""

    model = Resource
    types = ("PhysicalResource",)
    mandatory = ("name",)


@router.resource("logicalResource")
class LogicalResourceViewSet(ResourceViewSet):
    """Resources that cannot be touched: `@type` or `@baseType` is LogicalResource. Their events are those of `resource`."""

    model = Resource
    verbs = "LGCPUD"
    types = ("LogicalResource",)
    events = ()
