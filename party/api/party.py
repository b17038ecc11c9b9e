"""TMF632 Party Management v4.0: REST API."""

from party.models.party import Individual, Organization
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=632,
        title="Party Management",
        version="4.0.0",
        base_path="/tmf-api/party/v4",
        description="Persons and organizations: names, contacts, identification, ratings.",
    )
)


@router.resource("individual")
class IndividualViewSet(ResourceViewSet):
    """Persons."""

    model = Individual


@router.resource("organization")
class OrganizationViewSet(ResourceViewSet):
    """Organizations."""

    model = Organization
