"""TMF640 Service Activation and Configuration v4.0: REST API over the services of TMF638."""

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from inventory.api.service import ServiceViewSet
from inventory.models import Monitor
from inventory.services.carry_out_requests import KEPT_HEADERS, accept
from tmfsite.fields import json
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.body import read_document, read_patch
from tmfsite.rest.errors import CONTENT_TYPE
from tmfsite.rest.negotiation import prefers
from tmfsite.rest.openapi.components import headers
from tmfsite.rest.openapi.schemas import reference
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet
from tmfsite.wire import document_of, href_of, public_root

router = ApiRouter(
    OpenApi(
        number=640,
        title="Service Activation and Configuration",
        version="4.0.0",
        base_path="/tmf-api/ServiceActivationAndConfiguration/v4",
        description=(
            "Sets up, changes and ends services, at once or, with `Prefer: respond-async`, later: "
            "the answer is then 202 with a monitor that shows how it went."
        ),
    )
)


@router.resource("service")
class ServiceActivationViewSet(ServiceViewSet):
    """Services, to be activated and configured."""

    @classmethod
    def described(cls, action: str, operation: dict[str, Any]) -> dict[str, Any]:
        if action not in ("create", "partial_update", "destroy"):
            return operation
        prefer = {
            "name": "Prefer",
            "in": "header",
            "description": "`respond-async`: do it later and answer with a monitor.",
            "schema": {"type": "string"},
        }
        accepted = {
            "description": "It is done later; the monitor shows how it went.",
            "headers": headers("Location"),
            "content": {"application/json": {"schema": reference("Monitor")}},
        }
        return {
            **operation,
            "parameters": [*operation.get("parameters", ()), prefer],
            "responses": {**operation["responses"], "202": accepted},
        }

    def create(self, request: Request) -> HttpResponse:
        """Answer POST: 201, or 202 with a monitor to those who prefer not to wait (TMF630 rule 69)."""
        if not prefers(request, "respond-async"):
            return super().create(request)
        read_document(request._request)
        return self._accepted(request)

    def partial_update(self, request: Request, uid: str) -> HttpResponse:
        """Answer PATCH, at once or later."""
        if not prefers(request, "respond-async"):
            return super().partial_update(request, uid)
        read_patch(request._request)
        return self._accepted(request)

    def destroy(self, request: Request, uid: str) -> HttpResponse:
        """Answer DELETE, at once or later."""
        if not prefers(request, "respond-async"):
            return super().destroy(request, uid)
        return self._accepted(request)

    def _accepted(self, request: Request) -> HttpResponse:
        http = request._request
        monitor = accept(
            method=http.method or "",
            to=http.build_absolute_uri(http.path),
            body=http.body.decode(),
            headers={name: http.headers.get(name, "") for name in KEPT_HEADERS},
            actor=self._actor(request),
            root=public_root.get(),
        )
        told = {"Location": href_of(monitor), "Preference-Applied": "respond-async"}
        return HttpResponse(json.dump_bytes(document_of(monitor)), status=202, content_type=CONTENT_TYPE, headers=told)


@router.resource("monitor")
class MonitorViewSet(ResourceViewSet):
    """Requests that are carried out later, and what came of them."""

    model = Monitor
    verbs = "LG"
