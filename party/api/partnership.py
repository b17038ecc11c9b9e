"""TMF668 Partnership Management v4.0: REST API."""

from party.models.partnership import Partnership, PartnershipSpecification
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=668,
        title="Partnership Management",
        version="4.0",
        base_path="/tmf-api/partnershipManagement/v4",
        description="Partnerships, their partners, and the roles that a kind of partnership has.",
    )
)


@router.resource("partnershipSpecification")
class PartnershipSpecificationViewSet(ResourceViewSet):
    """Partnership specifications."""

    model = PartnershipSpecification


@router.resource("partnership")
class PartnershipViewSet(ResourceViewSet):
    """Partnerships."""

    model = Partnership
