"""TMF642 Alarm Management v4.0: REST API."""

from assurance.models import AckAlarms, Alarm, ClearAlarms, CommentAlarms, GroupAlarms, UnAckAlarms, UnGroupAlarms
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

router = ApiRouter(
    OpenApi(
        number=642,
        title="Alarm Management",
        version="4.0.0",
        base_path="/tmf-api/alarm/v4",
        description="Faults that systems noticed, and the tasks that acknowledge, clear, comment and group them.",
    )
)


@router.resource("alarm")
class AlarmViewSet(ResourceViewSet):
    """Alarms."""

    model = Alarm


@router.resource("ackAlarms")
class AckAlarmsViewSet(ResourceViewSet):
    """Tasks that acknowledge alarms."""

    model = AckAlarms
    verbs = "LGC"


@router.resource("unAckAlarms")
class UnAckAlarmsViewSet(ResourceViewSet):
    """Tasks that take acknowledgements back."""

    model = UnAckAlarms
    verbs = "LGC"


@router.resource("clearAlarms")
class ClearAlarmsViewSet(ResourceViewSet):
    """Tasks that clear alarms."""

    model = ClearAlarms
    verbs = "LGC"


@router.resource("commentAlarms")
class CommentAlarmsViewSet(ResourceViewSet):
    """Tasks that comment alarms."""

    model = CommentAlarms
    verbs = "LGC"


@router.resource("groupAlarms")
class GroupAlarmsViewSet(ResourceViewSet):
    """Tasks that put alarms under another."""

    model = GroupAlarms
    verbs = "LGC"


@router.resource("unGroupAlarms")
class UnGroupAlarmsViewSet(ResourceViewSet):
    """Tasks that take alarms from under another."""

    model = UnGroupAlarms
    verbs = "LGC"
