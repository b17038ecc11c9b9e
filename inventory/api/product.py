"""TMF637 Product Inventory Management v4.0: REST API."""

from inventory.models import Product
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=637,
        title="Product Inventory Management",
        version="4.0.0",
        base_path="/tmf-api/productInventory/v4",
        description="What customers have: their products, with prices, terms and what realises them.",
    )
)


@router.resource("product")
class ProductViewSet(ResourceViewSet):
    """Products of customers."""

    model = Product
