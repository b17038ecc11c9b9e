"""Versions of an entity: the list, a new one, and the difference between two."""

import re
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from tmfsite import operations
from tmfsite.admin import difference
from tmfsite.admin.actor import actor_of
from tmfsite.admin.states import colour_of
from tmfsite.resources.errors import ResourceError
from tmfsite.resources.schema import schema_of
from tmfsite.wire.encode import document_of


def next_version(version: str | None) -> str:
    """Return the version after this one: the last number counts up, `1.9` becomes `1.10`."""
    head, number, tail = re.fullmatch(r"(.*?)(\d*)(\D*)", version or "", re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{head}{int(number) + 1}{tail}" if number else f"{version or '1'}.1"


def versions_of(entity: Any) -> list[Any]:
    """Return all versions of a versioned entity, newest first; of others nothing."""
    if not schema_of(type(entity)).versioned:
        return []
    return list(type(entity)._default_manager.filter(uid=entity.uid).order_by("-id"))


class VersionPages:
    """The versions page of a resource, the comparison, and the making of a new version."""

    model: type[models.Model]

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """List the versions; `?with=<key>` compares another version with this one."""
        entity = self.entity_or_404(request, object_id, "view")  # type: ignore[attr-defined]
        versions = versions_of(entity)
        other = next((each for each in versions if str(each.pk) == request.GET.get("with")), None)
        if other is None:
            other = next((each for each in versions if each.pk < entity.pk), None)
        found: list[difference.Line] = []
        if other is not None and other.pk != entity.pk:
            label = self.label_of_wire  # type: ignore[attr-defined]
            found = difference.between(self.model, document_of(other), document_of(entity), label)
        context = {
            **self.page_context(request, entity, "Versions"),  # type: ignore[attr-defined]
            "versions": [
                {
                    "entity": each,
                    "url": self.change_url(each),  # type: ignore[attr-defined]
                    "state": (state := self._state(each)),
                    "colour": colour_of(state),
                }
                for each in versions
            ],
            "other": other,
            "lines": found,
            "next": next_version(max(versions, key=lambda each: each.is_latest).version) if versions else "",
            "may_add": self.has_add_permission(request),  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "tmfadmin/versions.html", context)

    def _state(self, entity: Any) -> str | None:
        lifecycles = schema_of(self.model).lifecycles
        return getattr(entity, lifecycles[0].attribute) if lifecycles else None

    def new_version_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Copy an entity as its next version, at the start of the lifecycle: POST `version`."""
        return require_POST(self._new_version)(request, object_id)

    def _new_version(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        entity: Any = self.entity_or_404(request, object_id, "add")  # type: ignore[attr-defined]
        schema = schema_of(self.model)
        left_out = (
            {schema.by_field[name].wire for name in schema.state_attributes} | set(schema.api.server_set) | {"href"}
        )
        version = request.POST.get("version", "").strip()[:100] or next_version(entity.version)
        document = {wire: value for wire, value in document_of(entity).items() if wire not in left_out}
        reason = f"New version of {entity.version}"
        try:
            outcome = operations.create(self.model, {**document, "version": version}, actor=actor_of(request, reason))  # type: ignore[type-var]
        except ResourceError as refusal:
            messages.error(request, refusal.message)
            return redirect(self.change_url(entity, "versions"))  # type: ignore[attr-defined]
        messages.success(request, f"Version {version} is made from version {entity.version}.")
        return redirect(self.change_url(outcome.instance))  # type: ignore[attr-defined]
