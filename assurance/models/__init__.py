"""Models of assurance, one module per noun."""

from assurance.models.alarm import AckAlarms, Alarm, ClearAlarms, CommentAlarms, GroupAlarms, UnAckAlarms, UnGroupAlarms
from assurance.models.performance import (
    MeasurementCollectionJob,
    OnDemandCollection,
    PerformanceIndicatorGroupSpecification,
    PerformanceIndicatorSpecification,
    TrackingRecord,
)
from assurance.models.problem import (
    ProblemAcknowledgement,
    ProblemGroup,
    ProblemUnacknowledgement,
    ProblemUngroup,
    ServiceProblem,
    ServiceProblemEventRecord,
)
from assurance.models.quality import ServiceLevelObjective, ServiceLevelSpecification
from assurance.models.ticket import TroubleTicket

__all__ = [
    "AckAlarms",
    "Alarm",
    "ClearAlarms",
    "CommentAlarms",
    "GroupAlarms",
    "MeasurementCollectionJob",
    "OnDemandCollection",
    "PerformanceIndicatorGroupSpecification",
    "PerformanceIndicatorSpecification",
    "ProblemAcknowledgement",
    "ProblemGroup",
    "ProblemUnacknowledgement",
    "ProblemUngroup",
    "ServiceLevelObjective",
    "ServiceLevelSpecification",
    "ServiceProblem",
    "ServiceProblemEventRecord",
    "TrackingRecord",
    "TroubleTicket",
    "UnAckAlarms",
    "UnGroupAlarms",
]
