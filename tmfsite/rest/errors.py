"""Errors as TMF630 wants them: one JSON body for every 4xx and 5xx, with the codes of part 1.

`ApiError` is the form every failure takes at the edge. Inner layers raise what they know
(`tmfsite.resources.errors`, `QueryError`, Django's and DRF's own exceptions); `as_api_error` is the one table
that says what each becomes.
"""

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core import exceptions as django_errors
from django.core.signals import got_request_exception
from django.db import DataError, IntegrityError, OperationalError
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from rest_framework import exceptions as drf_errors

from tmfsite.fields import wire_name
from tmfsite.fields.json import dump_bytes
from tmfsite.query.errors import QueryError
from tmfsite.resources.errors import Conflict, Invalid, NotFound, Stale, UnresolvedReference
from tmfsite.rest.patch import PARSERS, UnsupportedPatch

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/json;charset=utf-8"

# Below these paths every answer is JSON, that of an unknown route included.
API_ROOTS = ("/tmf-api/", "/payment/")

REASONS = {
    "1": "Internal error",
    "2": "Unprocessable entity",
    "20": "Invalid URL parameter value",
    "21": "Missing body",
    "22": "Invalid body",
    "23": "Missing body field",
    "24": "Invalid body field",
    "25": "Missing header",
    "26": "Invalid header value",
    "27": "Missing query-string parameter",
    "28": "Invalid query-string parameter value",
    "40": "Missing credentials",
    "41": "Invalid credentials",
    "42": "Expired credentials",
    "50": "Access denied",
    "51": "Forbidden requester",
    "52": "Forbidden user",
    "53": "Too many requests",
    "60": "Resource not found",
    "61": "Method not allowed",
}

_CREDENTIAL_CODES = {"not_authenticated": "40", "expired": "42"}


class ApiError(Exception):
    """A failure with its HTTP status, TMF code and headers; `message` is meant for the client."""

    def __init__(self, status: int, code: str, message: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def error_response(
    status: int,
    code: str = "",
    reason: str = "",
    message: str = "",
    *,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return the error body of TMF630 part 1; where it defines no code, the status is the code."""
    code = code or str(status)
    body = {
        "code": code,
        "reason": reason or REASONS.get(code) or HTTPStatus(status).phrase,
        "message": message.encode(errors="replace").decode(),
        "status": str(status),
        "@type": "Error",
    }
    if not message:
        del body["message"]
    return HttpResponse(dump_bytes(body), status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer for an exception in a DRF view (`REST_FRAMEWORK["EXCEPTION_HANDLER"]`)."""
    request = context.get("request")
    error = as_api_error(exc) or _unhandled(exc, getattr(request, "_request", request))
    headers = dict(error.headers)
    view = context.get("view")
    if error.status == 405 and view is not None:
        headers.setdefault("Allow", ", ".join(view.allowed_methods))
    return error_response(error.status, error.code, message=error.message, headers=headers)


def as_api_error(exc: Exception) -> ApiError | None:
    """Return what the client gets to see of an exception; None for one that nobody foresaw."""
    match exc:
        case ApiError():
            return exc
        case UnresolvedReference():
            return ApiError(422, "2", _located(exc.path, exc.message))
        case Invalid():
            return ApiError(400, exc.code, _located(exc.path, exc.message))
        case NotFound():
            return ApiError(404, "60", exc.message)
        case Conflict():
            return ApiError(409, exc.code, exc.message)
        case Stale():
            return ApiError(412, "412", exc.message)
        case QueryError():
            return ApiError(400, "28", str(exc))
        case UnsupportedPatch():
            accepted = {"Accept-Patch": ", ".join(PARSERS)}
            return ApiError(415, "415", f"a patch is one of {', '.join(PARSERS)}", headers=accepted)
        case drf_errors.APIException():
            return _drf_error(exc)
        case _:
            return _django_error(exc)


def _located(path: str, message: str) -> str:
    return f"{path}: {message}" if path and path not in message else message


def _drf_error(exc: drf_errors.APIException) -> ApiError:
    match exc:
        case drf_errors.NotAuthenticated() | drf_errors.AuthenticationFailed():
            code = _CREDENTIAL_CODES.get(str(exc.get_codes()), "41")
            challenge = getattr(exc, "auth_header", "Bearer")
            if code != "40":
                challenge += f'{"," if " " in challenge else ""} error="invalid_token"'
            return ApiError(401, code, str(exc.detail), headers={"WWW-Authenticate": challenge})
        case drf_errors.PermissionDenied():
            return ApiError(403, "50", str(exc.detail))
        case drf_errors.NotFound():
            return ApiError(404, "60", str(exc.detail))
        case drf_errors.MethodNotAllowed():
            return ApiError(405, "61", str(exc.detail))
        case drf_errors.ParseError():
            return ApiError(400, "22", str(exc.detail))
        case drf_errors.ValidationError():
            return ApiError(400, "24", "; ".join(_flat(exc.detail)))
        case drf_errors.Throttled():
            headers = {"Retry-After": str(math.ceil(exc.wait))} if exc.wait else {}
            return ApiError(429, "53", str(exc.detail), headers=headers)
        case _:
            return ApiError(exc.status_code, str(exc.status_code), str(exc.detail))


def _django_error(exc: Exception) -> ApiError | None:
    match exc:
        case Http404() | django_errors.ObjectDoesNotExist():
            return ApiError(404, "60", "there is nothing at this address")
        case django_errors.PermissionDenied():
            return ApiError(403, "50", "the action is not permitted")
        case django_errors.ValidationError():
            return ApiError(400, "24", "; ".join(_validation_messages(exc)))
        case django_errors.RequestDataTooBig():
            return ApiError(413, "413", "the body is too large")
        case django_errors.BadRequest() | django_errors.SuspiciousOperation():
            return ApiError(400, "22", "the request cannot be processed")
        case ProtectedError() | RestrictedError():
            return ApiError(409, "409", "others still refer to it")
        case IntegrityError():
            return ApiError(409, "409", "it contradicts what is stored")
        case DataError():
            return ApiError(400, "24", "a value is too large for its attribute")
        case OperationalError():
            logger.error("The database is not available", exc_info=exc)
            return ApiError(503, "503", "try again later", headers={"Retry-After": "1"})
        case _:
            return None


def _flat(detail: Any, path: str = "") -> list[str]:
    if isinstance(detail, dict):
        return [
            line for name, child in detail.items() for line in _flat(child, f"{path}.{name}" if path else str(name))
        ]
    if isinstance(detail, list):
        return [line for child in detail for line in _flat(child, path)]
    return [_located(path, str(detail))]


def _validation_messages(exc: django_errors.ValidationError) -> list[str]:
    if not hasattr(exc, "error_dict"):
        return list(exc.messages)
    return [
        message if name == django_errors.NON_FIELD_ERRORS else f"{wire_name(name)}: {message}"
        for name, messages in exc.message_dict.items()
        for message in messages
    ]


def _unhandled(exc: Exception, request: HttpRequest | None) -> ApiError:
    """Log an exception nobody foresaw and return a 500 that tells nothing but where to look it up."""
    request_id = getattr(request, "request_id", "") or ""
    logger.error("Unhandled exception", exc_info=exc, extra={"request_id": request_id})
    # Django's test client and error trackers listen to this signal.
    got_request_exception.send(sender=None, request=request)
    return ApiError(
        500, "1", f"the request failed; it is logged as {request_id}" if request_id else "the request failed"
    )


# --- what fails outside DRF views: handler400 .. handler500 and the catch-all route of `tmfsite.urls` -------


def unknown_route(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Answer for a path below an API root that no API has."""
    return error_response(404, "60", message="there is nothing at this address")


unknown_route.csrf_exempt = True  # type: ignore[attr-defined]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for handler400: a JSON body below the API roots, Django's page elsewhere."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    error = as_api_error(exception) or ApiError(400, "22", "the request cannot be processed")
    return error_response(error.status, error.code, message=error.message)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for handler403."""
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    return error_response(403, "50", message="the action is not permitted")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for handler404."""
    return unknown_route(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for handler500; Django has logged the exception."""
    return (
        error_response(500, "1", message="the request failed") if _is_api(request) else defaults.server_error(request)
    )


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API_ROOTS)
