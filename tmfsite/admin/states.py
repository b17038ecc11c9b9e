"""Lifecycle states in the admin: badge colours, and the move from the bar above a form."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tmfsite import operations
from tmfsite.admin.actor import actor_of
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.schema import schema_of

_COLOURS = {
    "success": (
        "active",
        "launched",
        "succeeded",
        "completed",
        "approved",
        "validated",
        "done",
        "settled",
        "resolved",
        "cleared",
        "available",
        "captured",
    ),
    "danger": (
        "rejected",
        "failed",
        "cancelled",
        "terminated",
        "aborted",
        "denied",
        "inerror",
        "alarm",
        "terminatedwitherror",
    ),
    "warning": (
        "intest",
        "pending",
        "pendingactive",
        "pendingterminate",
        "partial",
        "running",
        "held",
        "onhold",
        "raised",
        "updated",
        "suspended",
        "inprogress",
        "retired",
        "assessingcancellation",
        "pendingcancellation",
    ),
    "info": ("indesign", "feasibilitychecked", "created", "acknowledged", "designed", "reserved", "accepted"),
}
_BY_STATE = {state: colour for colour, states in _COLOURS.items() for state in states}


def colour_of(state: str | None) -> str:
    """Return the badge colour of a state, empty for a neutral one."""
    return _BY_STATE.get((state or "").replace(" ", "").replace("_", "").casefold(), "")


class StatePages:
    """The lifecycle bar of a resource, and the view behind its buttons."""

    model: type[models.Model]

    def lifecycle_bars(self, request: HttpRequest, entity: models.Model) -> list[dict[str, Any]]:
        """Return what the bar shows for every lifecycle of an entity: label, state, colour, moves."""
        return [
            {
                "attribute": lifecycle.attribute,
                "label": self.label_of(lifecycle.attribute),  # type: ignore[attr-defined]
                "state": getattr(entity, lifecycle.attribute) or "none",
                "colour": colour_of(getattr(entity, lifecycle.attribute)),
                "moves": self._moves(request, entity, lifecycle),
            }
            for lifecycle in schema_of(self.model).lifecycles
        ]

    def _moves(self, request: HttpRequest, entity: models.Model, lifecycle: Lifecycle) -> list[dict[str, str]]:
        attribute = schema_of(self.model).by_field.get(lifecycle.attribute)
        may = self.has_change_permission(request, entity)  # type: ignore[attr-defined]
        if not may or attribute is None or attribute.server_set:
            return []
        return [
            {"state": state, "colour": colour_of(state)}
            for state in lifecycle.targets(getattr(entity, lifecycle.attribute))
        ]

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Move an entity to another state: POST `attribute`, `to` and `reason`."""
        return require_POST(self._move)(request, object_id)

    def _move(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        entity: Any = self.entity_or_404(request, object_id, "change")  # type: ignore[attr-defined]
        offered = {
            bar["attribute"]: [move["state"] for move in bar["moves"]] for bar in self.lifecycle_bars(request, entity)
        }
        attribute, to = request.POST.get("attribute", ""), request.POST.get("to", "")
        reason = request.POST.get("reason", "").strip()[:500]
        if to not in offered.get(attribute, []):
            messages.error(
                request, f"“{entity}” cannot move to {to or 'no state'} any more: it is {_state(entity, attribute)}."
            )
            return redirect(self.change_url(entity))  # type: ignore[attr-defined]
        try:
            operations.transition(entity, to, actor=actor_of(request, reason), reason=reason, attribute=attribute)
        except ResourceError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, f"“{entity}” is now {to}.")
        return redirect(self.change_url(entity))  # type: ignore[attr-defined]


def _state(entity: models.Model, attribute: str) -> str:
    return str(getattr(entity, attribute, None) or "without a state")
