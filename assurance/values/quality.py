"""TMF657 Service Quality Management: value types."""

from typing import ClassVar

from pydantic import Field

from assurance.values.references import RelatedEntity
from tmfsite.fields.values import Extensible, Reference, Text, TimePeriod


class ServiceLevelSpecConsequence(Extensible):
    """What follows when the objective is missed."""

    prescribed_action: Text | None = None
    valid_for: TimePeriod | None = None


class ServiceLevelSpecParameter(Extensible):
    """The indicator that is measured, and on what."""

    name: Text | None = None
    parameter_type: Text | None = None
    service_parm_category: Text | None = None
    service_parm_perspective: Text | None = None
    transformation_algorithm_of_kqi: Text | None = Field(None, alias="transformationAlgorithmOfKQI")
    related_entity: list[RelatedEntity] | None = None
    valid_for: TimePeriod | None = None


class ServiceLevelObjectiveRef(Reference):
    """An objective that a specification consists of."""

    target: ClassVar = "assurance.servicelevelobjective"
