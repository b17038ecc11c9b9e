"""TMF633 Service Catalog Management v4.0: REST API."""

from catalog.models import (
    ServiceCandidate,
    ServiceCatalog,
    ServiceCategory,
    ServiceExportJob,
    ServiceImportJob,
    ServiceSpecification,
)
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=633,
        title="Service Catalog Management",
        version="4.0.0",
        base_path="/tmf-api/serviceCatalogManagement/v4",
        description="Which services there are: catalogs, categories, candidates and the specifications behind them.",
    )
)


@router.resource("serviceCatalog")
class ServiceCatalogViewSet(ResourceViewSet):
    """Service catalogs."""

    model = ServiceCatalog


@router.resource("serviceCategory")
class ServiceCategoryViewSet(ResourceViewSet):
    """Service categories."""

    model = ServiceCategory


@router.resource("serviceCandidate")
class ServiceCandidateViewSet(ResourceViewSet):
    """Service candidates."""

    model = ServiceCandidate


@router.resource("serviceSpecification")
class ServiceSpecificationViewSet(ResourceViewSet):
    """Service specifications."""

    model = ServiceSpecification


@router.resource("importJob")
class ServiceImportJobViewSet(ResourceViewSet):
    """Import jobs."""

    model = ServiceImportJob
    verbs = "LGCD"


@router.resource("exportJob")
class ServiceExportJobViewSet(ResourceViewSet):
    """Export jobs."""

    model = ServiceExportJob
    verbs = "LGCD"
