"""TMF622 Product Ordering Management v4.0: REST API."""

from ordering.models import CancelProductOrder, ProductOrder
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=622,
        title="Product Ordering Management",
        version="4.0.0",
        base_path="/tmf-api/productOrderingManagement/v4",
        description="Orders of products, from what a customer asks for to what was done, and their cancellation.",
    )
)


@router.resource("productOrder")
class ProductOrderViewSet(ResourceViewSet):
    """Product orders."""

    model = ProductOrder


@router.resource("cancelProductOrder")
class CancelProductOrderViewSet(ResourceViewSet):
    """Requests to cancel product orders."""

    model = CancelProductOrder
    verbs = "LGC"
