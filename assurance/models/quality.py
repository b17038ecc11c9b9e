"""TMF657 Service Quality Management v4.0: models."""

from django.db import models

from assurance.values import quality as values
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.fields.values import TimePeriod
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class ServiceLevelObjective(Resource):
    """A figure that a service has to reach, and what follows when it does not (TMF657)."""

    name = text_field()
    conformance_target = text_field()
    conformance_comparator = text_field()
    threshold_target = text_field()
    tolerance_target = text_field()
    grace_times = text_field()
    service_level_objective_parameter = ValueField(values.ServiceLevelSpecParameter)
    service_level_objective_consequence = ValueField(values.ServiceLevelSpecConsequence, many=True)
    conformance_period = ValueField(TimePeriod)
    tolerance_period = ValueField(TimePeriod)
    valid_for = ValueField(TimePeriod)

    class Api(BaseApi):
        mandatory = ("conformanceComparator", "conformanceTarget", "serviceLevelObjectiveParameter")
        not_patchable = ("validFor",)
        events = ("Create", "AttributeValueChange", "Delete")


class ServiceLevelSpecification(Resource):
    """A set of objectives that are agreed together (TMF657)."""

    name = text_field()
    description = models.TextField(null=True, blank=True)
    related_service_level_objective = ReferenceField(
        "assurance.ServiceLevelObjective", many=True, value_type=values.ServiceLevelObjectiveRef
    )
    valid_for = ValueField(TimePeriod)

    class Api(BaseApi):
        mandatory = ("name", "relatedServiceLevelObjective")
        not_patchable = ("validFor",)
        events = ("Create", "AttributeValueChange", "Delete")
