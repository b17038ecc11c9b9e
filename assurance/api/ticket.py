"""TMF621 Trouble Ticket Management v4.0: REST API."""

from assurance.models import TroubleTicket
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=621,
        title="Trouble Ticket Management",
        version="4.0.0",
        base_path="/tmf-api/troubleTicket/v4",
        description="Tickets about trouble with products, services and resources, from report to resolution.",
    )
)


@router.resource("troubleTicket")
class TroubleTicketViewSet(ResourceViewSet):
    """Trouble tickets."""

    model = TroubleTicket
