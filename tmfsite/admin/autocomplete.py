"""The list behind reference inputs: entities of the target that the user may see, found by its admin's search."""

from types import SimpleNamespace
from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from tmfsite.admin.nested.references import target_model


class ReferenceAutocomplete(AutocompleteJsonView):
    """Answers `?target=catalog.category&term=…` with wire ids and names; of versioned entities with the latest."""

    admin_site: Any = None

    def process_request(self, request: HttpRequest) -> tuple[str, Any, Any, str]:
        model = target_model(request.GET.get("target"))
        if model is None or not hasattr(model, "uid") or not self.admin_site.is_registered(model):
            raise PermissionDenied
        source = SimpleNamespace(get_limit_choices_to=dict)
        return request.GET.get("term", ""), self.admin_site.get_model_admin(model), source, "uid"

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset()
        return found.filter(is_latest=True) if hasattr(found.model, "is_latest") else found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        lifecycle = getattr(obj, "lifecycle", None)
        state = getattr(obj, lifecycle.attribute, None) if lifecycle else None
        return {"id": obj.uid, "text": f"{obj} · {state}" if state else str(obj)}
