"""TMF669 Party Role Management v4.0: REST API."""

from party.models.role import PartyRole
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=669,
        title="Party Role Management",
        version="4.0",
        base_path="/tmf-api/partyRoleManagement/v4",
        description="The parts that parties play: supplier, reseller, content provider.",
    )
)


@router.resource("partyRole")
class PartyRoleViewSet(ResourceViewSet):
    """Party roles."""

    model = PartyRole
