"""TMF656 Service Problem Management v4.0: REST API."""

from assurance.models import (
    ProblemAcknowledgement,
    ProblemGroup,
    ProblemUnacknowledgement,
    ProblemUngroup,
    ServiceProblem,
    ServiceProblemEventRecord,
)
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=656,
        title="Service Problem Management",
        version="4.0.0",
        base_path="/tmf-api/serviceProblemManagement/v4",
        description="What ails services, from the first alert to the resolution, and how problems hang together.",
    )
)


@router.resource("serviceProblem")
class ServiceProblemViewSet(ResourceViewSet):
    """Service problems."""

    model = ServiceProblem


@router.resource("serviceProblemEventRecord")
class ServiceProblemEventRecordViewSet(ResourceViewSet):
    """Records of what was announced about problems."""

    model = ServiceProblemEventRecord
    verbs = "LG"


# The standard has only POST for the tasks; being able to read one gives its `Location` a meaning.


@router.resource("problemAcknowledgement")
class ProblemAcknowledgementViewSet(ResourceViewSet):
    """Tasks that acknowledge problems."""

    model = ProblemAcknowledgement
    verbs = "LGC"


@router.resource("problemUnacknowledgement")
class ProblemUnacknowledgementViewSet(ResourceViewSet):
    """Tasks that take acknowledgements back."""

    model = ProblemUnacknowledgement
    verbs = "LGC"


@router.resource("problemGroup")
class ProblemGroupViewSet(ResourceViewSet):
    """Tasks that put problems under another."""

    model = ProblemGroup
    verbs = "LGC"


@router.resource("problemUngroup")
class ProblemUngroupViewSet(ResourceViewSet):
    """Tasks that take problems from under another."""

    model = ProblemUngroup
    verbs = "LGC"
