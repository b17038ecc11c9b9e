"""Health and figures, for those who watch the processes."""

from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from tmfsite.server.health import readiness
from tmfsite.server.metrics import exposition


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process runs."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when requests can be served, else 503, with the state of each thing that is needed."""
    found = readiness()
    ready = all(state == "ok" for state in found.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", **found}, status=200 if ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures, to those who know TMF_METRICS_TOKEN; without one set, embedded mode answers anybody."""
    token = settings.TMF_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token and settings.TMF_MODE == "production":
        return HttpResponse("Set TMF_METRICS_TOKEN to open this page.\n", status=404, content_type="text/plain")
    if token and not compare_digest(given.encode(), token.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)
