"""TMF634 Resource Catalog Management v4.1: REST API."""

from catalog.models import (
    ResourceCandidate,
    ResourceCatalog,
    ResourceCategory,
    ResourceExportJob,
    ResourceImportJob,
    ResourceSpecification,
)
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=634,
        title="Resource Catalog Management",
        version="4.1.0",
        base_path="/tmf-api/resourceCatalog/v4",
        description="Which resources there are: catalogs, categories, candidates and the specifications behind them.",
    )
)


@router.resource("resourceCatalog")
class ResourceCatalogViewSet(ResourceViewSet):
    """Resource catalogs."""

    model = ResourceCatalog


@router.resource("resourceCategory")
class ResourceCategoryViewSet(ResourceViewSet):
    """Resource categories."""

    model = ResourceCategory


@router.resource("resourceCandidate")
class ResourceCandidateViewSet(ResourceViewSet):
    """Resource candidates."""

    model = ResourceCandidate


@router.resource("resourceSpecification")
class ResourceSpecificationViewSet(ResourceViewSet):
    """Resource specifications."""

    model = ResourceSpecification


@router.resource("importJob")
class ResourceImportJobViewSet(ResourceViewSet):
    """Import jobs."""

    model = ResourceImportJob
    verbs = "LGCD"


@router.resource("exportJob")
class ResourceExportJobViewSet(ResourceViewSet):
    """Export jobs."""

    model = ResourceExportJob
    verbs = "LGCD"
