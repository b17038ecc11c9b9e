"""TMF657 Service Quality Management: admin."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from assurance.models import ServiceLevelObjective, ServiceLevelSpecification
from assurance.values import quality as values
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin

describe(values.ServiceLevelObjectiveRef, fields=("id",), item="objective")
describe(
    values.ServiceLevelSpecConsequence,
    fields=("prescribedAction", "validFor"),
    labels={"prescribedAction": "Action", "validFor": "Valid"},
    item="consequence",
)
describe(
    values.ServiceLevelSpecParameter,
    fields=("name", "parameterType", "serviceParmCategory", "serviceParmPerspective", "relatedEntity"),
    more=("transformationAlgorithmOfKQI", "validFor"),
    labels={
        "name": "Indicator", "parameterType": "Type", "serviceParmCategory": "Category",
        "serviceParmPerspective": "Perspective", "relatedEntity": "Measured on", "validFor": "Valid",
        "transformationAlgorithmOfKQI": "Calculation",
    },
    choices={"parameterType": [("KPI", "KPI"), ("KQI", "KQI")]},
    item="indicator",
)  # fmt: skip


@admin.register(ServiceLevelObjective)
class ServiceLevelObjectiveAdmin(ResourceAdmin):
    """Figures that services have to reach."""

    icon = "target"
    sidebar_order = 10
    list_display = ("__str__", "indicator", "goal", "tolerance_target", "grace_times", "updated")
    labels: ClassVar[dict[str, str]] = {
        "conformance_target": "Target", "conformance_comparator": "Comparison", "threshold_target": "Warning at",
        "tolerance_target": "Tolerance", "grace_times": "Misses allowed", "conformance_period": "Measured in",
        "tolerance_period": "Tolerated in", "valid_for": "Valid", "service_level_objective_parameter": "Indicator",
        "service_level_objective_consequence": "Consequences",
    }  # fmt: skip
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"conformance_comparator": (">", ">=", "=", "<=", "<")}
    tabs: ClassVar = {
        "Overview": [
            "name", ("conformance_comparator", "conformance_target"),
            ("threshold_target", "tolerance_target", "grace_times"), "conformance_period", "tolerance_period", "valid_for",
        ],
        "Indicator": ["service_level_objective_parameter"],
        "Consequences": ["service_level_objective_consequence"],
    }  # fmt: skip

    @display(description="Indicator")
    def indicator(self, objective: ServiceLevelObjective) -> str:
        """What is measured."""
        return str((objective.service_level_objective_parameter or {}).get("name") or "—")

    @display(description="Goal")
    def goal(self, objective: ServiceLevelObjective) -> str:
        """Comparison and target: `> 32`."""
        return f"{objective.conformance_comparator or ''} {objective.conformance_target or ''}".strip() or "—"


@admin.register(ServiceLevelSpecification)
class ServiceLevelSpecificationAdmin(ResourceAdmin):
    """Sets of objectives."""

    dashboard = False
    icon = "checklist"
    sidebar_order = 20
    list_display = ("name", "description", "objectives", "updated")
    search_fields = ("name", "description", "uid")
    labels: ClassVar[dict[str, str]] = {"related_service_level_objective": "Objectives", "valid_for": "Valid"}
    tabs: ClassVar = {"Overview": ["name", "description", "related_service_level_objective", "valid_for"]}

    @display(description="Objectives")
    def objectives(self, specification: ServiceLevelSpecification) -> int:
        """How many."""
        return len(specification.related_service_level_objective or [])
