"""TMF628 Performance Management v4.0: REST API."""

from assurance.models import (
    MeasurementCollectionJob,
    OnDemandCollection,
    PerformanceIndicatorGroupSpecification,
    PerformanceIndicatorSpecification,
    TrackingRecord,
)
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=628,
        title="Performance Management",
        version="4.0.0",
        base_path="/tmf-api/performance/v4",
        description="Which indicators are measured on what, when, and where the files with the values are left.",
    )
)


@router.resource("measurementCollectionJob")
class MeasurementCollectionJobViewSet(ResourceViewSet):
    """Jobs that measure again and again."""

    model = MeasurementCollectionJob


@router.resource("onDemandCollection")
class OnDemandCollectionViewSet(ResourceViewSet):
    """Collections of the values of one period."""

    model = OnDemandCollection


@router.resource("performanceIndicatorGroupSpecification")
class PerformanceIndicatorGroupSpecificationViewSet(ResourceViewSet):
    """Groups of indicators."""

    model = PerformanceIndicatorGroupSpecification


@router.resource("performanceIndicatorSpecification")
class PerformanceIndicatorSpecificationViewSet(ResourceViewSet):
    """Indicators."""

    model = PerformanceIndicatorSpecification


@router.resource("trackingRecord")
class TrackingRecordViewSet(ResourceViewSet):
    """Records of what happened to collections."""

    model = TrackingRecord
    verbs = "LG"
