"""TMF651 Agreement Management v4.0: REST API."""

from party.models.agreement import Agreement, AgreementSpecification
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=651,
        title="Agreement Management",
        version="4.0.0",
        base_path="/tmf-api/agreementManagement/v4",
        description="Agreements between parties, and the templates they are made from.",
    )
)


@router.resource("agreement")
class AgreementViewSet(ResourceViewSet):
    """Agreements."""

    model = Agreement


@router.resource("agreementSpecification")
class AgreementSpecificationViewSet(ResourceViewSet):
    """Agreement specifications."""

    model = AgreementSpecification
