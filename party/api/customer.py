"""TMF629 Customer Management v4.0: REST API."""

from party.models.customer import Customer
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=629,
        title="Customer Management",
        version="4.0",
        base_path="/tmf-api/customerManagement/v4",
        description="Parties as customers: contacts, accounts, agreements, credit.",
    )
)


@router.resource("customer")
class CustomerViewSet(ResourceViewSet):
    """Customers."""

    model = Customer
