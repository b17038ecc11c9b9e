"""TMF620 Product Catalog Management v4.1: REST API."""

from catalog.models import (
    Catalog,
    Category,
    ExportJob,
    ImportJob,
    ProductOffering,
    ProductOfferingPrice,
    ProductSpecification,
)
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=620,
        title="Product Catalog Management",
        version="4.1.0",
        base_path="/tmf-api/productCatalogManagement/v4",
        description="What is on sale: catalogs, categories, offerings, prices and the specifications behind them.",
    )
)


@router.resource("catalog")
class CatalogViewSet(ResourceViewSet):
    """Catalogs."""

    model = Catalog


@router.resource("category")
class CategoryViewSet(ResourceViewSet):
    """Categories."""

    model = Category


@router.resource("productOffering")
class ProductOfferingViewSet(ResourceViewSet):
    """Product offerings."""

    model = ProductOffering


@router.resource("productOfferingPrice")
class ProductOfferingPriceViewSet(ResourceViewSet):
    """Product offering prices."""

    model = ProductOfferingPrice


@router.resource("productSpecification")
class ProductSpecificationViewSet(ResourceViewSet):
    """Product specifications."""

    model = ProductSpecification


@router.resource("importJob")
class ImportJobViewSet(ResourceViewSet):
    """Import jobs."""

    model = ImportJob
    verbs = "LGCD"


@router.resource("exportJob")
class ExportJobViewSet(ResourceViewSet):
    """Export jobs."""

    model = ExportJob
    verbs = "LGCD"
