"""History of a resource: who changed what, and back to an earlier state."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from tmfsite import operations
from tmfsite.admin import difference
from tmfsite.admin.actor import actor_of
from tmfsite.audit.models import Change
from tmfsite.fields.json import Document
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.schema import schema_of
from tmfsite.wire.encode import document_of

PAGE = 50
ICONS = {"create": "add_circle", "update": "edit", "delete": "delete", "transition": "swap_horiz", "restore": "restore"}


def changes_of(entity: Any) -> QuerySet[Change]:
    """Return the changes of a resource, newest first."""
    own = schema_of(type(entity)).content_type_id()
    return Change.objects.filter(resource_type_id=own, resource_id=entity.pk).order_by("-id")


def document_at(entity: Any, change: Change) -> Document:
    """Return the representation that a change left, by undoing those after it."""
    document = document_of(entity)
    for later in changes_of(entity).filter(id__gt=change.pk):
        for wire, pair in later.changes.items():
            if wire:
                document[wire] = pair[0]
    return {wire: value for wire, value in document.items() if value is not None}


def restored(model: type[models.Model], present: Mapping[str, Any], wanted: Mapping[str, Any]) -> Document:
    """Return an earlier representation as a client could send it now: state and server-set attributes stay."""
    schema = schema_of(model)
    states = {schema.by_field[name].wire for name in schema.state_attributes if name in schema.by_field}
    fixed = states | {wire for wire, each in schema.attributes.items() if each.server_set or not each.patchable}
    fixed |= {"href", "version"}
    kept = {wire: value for wire, value in present.items() if wire in fixed}
    return {**{wire: value for wire, value in wanted.items() if wire not in fixed}, **kept}


class HistoryPages:
    """The history page of a resource and the restoring of an earlier state."""

    model: type[models.Model]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        entity = self.entity_or_404(request, object_id, "view")  # type: ignore[attr-defined]
        page = Paginator(changes_of(entity), PAGE).get_page(request.GET.get("p"))
        newest = changes_of(entity).values_list("pk", flat=True).first()
        may = self.has_change_permission(request, entity)  # type: ignore[attr-defined]
        entries = [
            {
                "change": change,
                "icon": ICONS.get(change.action, "edit"),
                "lines": self.lines(change.changes),
                "restorable": may and change.pk != newest,
            }
            for change in page
        ]
        context = {
            **self.page_context(request, entity, "History"),  # type: ignore[attr-defined]
            "entries": entries,
            "page": page,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "tmfadmin/history.html", context)

    def lines(self, changes: Mapping[str, Any]) -> list[difference.Line]:
        """Return readable differences."""
        return difference.lines(self.model, changes, self.label_of_wire)  # type: ignore[attr-defined]

    def restore_view(self, request: HttpRequest, object_id: str, change_id: int) -> HttpResponseBase:
        """Go back to the state that a change left: POST."""
        return require_POST(self._restore)(request, object_id, change_id)

    def _restore(self, request: HttpRequest, object_id: str, change_id: int) -> HttpResponseBase:
        entity = self.entity_or_404(request, object_id, "change")  # type: ignore[attr-defined]
        change = changes_of(entity).filter(pk=change_id).first()
        if change is None:
            raise Http404
        wanted = document_at(entity, change)
        try:
            outcome = operations.update(
                type(entity),
                entity.uid,
                lambda present: restored(type(entity), present, wanted),
                actor=actor_of(request, f"Restored revision {change.revision}"),
                version=getattr(entity, "version", None),
            )
        except ResourceError as refusal:
            messages.error(request, f"Revision {change.revision} cannot be restored: {refusal.message}")
            return redirect(self.change_url(entity, "history"))  # type: ignore[attr-defined]
        if outcome.changed:
            messages.success(request, f"Revision {change.revision} is restored; its lifecycle state was left as it is.")
        else:
            messages.info(request, "Nothing to restore: the entry is as it was then.")
        return redirect(self.change_url(entity))  # type: ignore[attr-defined]
