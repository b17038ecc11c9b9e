"""TMF657 Service Quality Management v4.0: REST API."""

from assurance.models import ServiceLevelObjective, ServiceLevelSpecification
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=657,
        title="Service Quality Management",
        version="4.0.0",
        base_path="/tmf-api/serviceQualityManagement/v4",
        description="The figures that services have to reach, and the sets in which they are agreed.",
    )
)


@router.resource("serviceLevelObjective")
class ServiceLevelObjectiveViewSet(ResourceViewSet):
    """Service level objectives."""

    model = ServiceLevelObjective


@router.resource("serviceLevelSpecification")
class ServiceLevelSpecificationViewSet(ResourceViewSet):
    """Service level specifications."""

    model = ServiceLevelSpecification
