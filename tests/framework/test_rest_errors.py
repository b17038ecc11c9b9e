"""Every failure has the error body of TMF630 part 1."""

import json
import logging
from typing import Any

import pytest
from django.core import exceptions as django_errors
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from rest_framework import exceptions as drf_errors
from rest_framework.request import Request
from rest_framework.views import APIView

from tmfsite.query.errors import QueryError
from tmfsite.resources.errors import Conflict, Invalid, NotFound, Stale, UnresolvedReference
from tmfsite.rest import errors
from tmfsite.rest.authentication import CachedTokenAuthentication
from tmfsite.rest.errors import ApiError, error_response, exception_handler
from tmfsite.rest.patch import UnsupportedPatch


class Failing(APIView):
    """Raises what the test wants."""

    authentication_classes = (CachedTokenAuthentication,)
    permission_classes = ()
    failure: Exception | None = None

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get(self, request: Request) -> HttpResponse:
        assert self.failure is not None
        raise self.failure


def _failed(failure: Exception, method: str = "GET") -> HttpResponse:
    request = RequestFactory().generic(method, "/tmf-api/x/v4/y")
    request.request_id = "r-1"  # type: ignore[attr-defined]
    return Failing.as_view(failure=failure)(request)  # type: ignore[no-any-return]


def _body(response: HttpResponse) -> dict[str, str]:
    assert response["Content-Type"] == "application/json;charset=utf-8"
    body = json.loads(response.content)
    assert (body["status"], body["@type"]) == (str(response.status_code), "Error")
    assert body["code"]
    assert body["reason"]
    return body  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("failure", "status", "code", "message"),
    [
        (Invalid("is required", code="23", path="name"), 400, "23", "name: is required"),
        (Invalid("name is required", code="23", path="name"), 400, "23", "name is required"),
        (
            UnresolvedReference("no such resource 1", path="category"),
            422,
            "2",
            "category: no such resource 1",
        ),
        (NotFound("Category 1 does not exist"), 404, "60", "Category 1 does not exist"),
        (Conflict("not so"), 409, "409", "not so"),
        (Conflict("cannot move", code="stateTransition"), 409, "stateTransition", "cannot move"),
        (Stale("at revision 3"), 412, "412", "at revision 3"),
        (QueryError("unknown operator", "filter", 7), 400, "28", "filter: unknown operator (at position 7)"),
        (ApiError(406, "406", "only JSON"), 406, "406", "only JSON"),
        (drf_errors.PermissionDenied("no"), 403, "50", "no"),
        (drf_errors.NotFound("gone"), 404, "60", "gone"),
        (drf_errors.ParseError("bad"), 400, "22", "bad"),
        (drf_errors.NotAcceptable("no"), 406, "406", "no"),
        (drf_errors.UnsupportedMediaType("a/b"), 415, "415", 'Unsupported media type "a/b" in request.'),
        (drf_errors.ValidationError({"a": {"b": ["x", "y"]}}), 400, "24", "a.b: x; a.b: y"),
        (Http404(), 404, "60", "there is nothing at this address"),
        (django_errors.PermissionDenied(), 403, "50", None),
        (django_errors.ValidationError({"valid_for": ["x"], "__all__": ["y"]}), 400, "24", "validFor: x; y"),
        (django_errors.ValidationError("z"), 400, "24", "z"),
        (django_errors.RequestDataTooBig("2.5 MB"), 413, "413", "the body is too large"),
        (django_errors.SuspiciousOperation("secret"), 400, "22", "the request cannot be processed"),
        (IntegrityError("DETAIL: Key (email)=(a@b)"), 409, "409", "it contradicts what is stored"),
        (OperationalError("SELECT 1"), 503, "503", "try again later"),
        (Invalid("text \ud800"), 400, "24", "text ?"),
    ],
)
def test_each_failure_has_its_status_and_code(failure: Exception, status: int, code: str, message: str | None) -> None:
    response = _failed(failure)
    body = _body(response)
    assert (response.status_code, body["code"]) == (status, code)
    assert message is None or body["message"] == message


def test_what_nobody_foresaw_is_logged_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "tmfsite.rest.errors"):
        response = _failed(ZeroDivisionError("SELECT secret FROM person"))
    assert response.status_code == 500
    assert _body(response) == {
        "code": "1",
        "reason": "Internal error",
        "message": "the request failed; it is logged as r-1",
        "status": "500",
        "@type": "Error",
    }
    [record] = caplog.records
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert record.request_id == "r-1"  # type: ignore[attr-defined]


def test_a_method_the_resource_lacks() -> None:
    response = _failed(NotFound(""), "DELETE")
    assert (response.status_code, _body(response)["code"]) == (405, "61")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("failure", "code", "challenge"),
    [
        (drf_errors.NotAuthenticated(), "40", 'Bearer realm="tmf-api"'),
        (
            drf_errors.AuthenticationFailed("bad", "invalid"),
            "41",
            'Bearer realm="tmf-api", error="invalid_token"',
        ),
        (
            drf_errors.AuthenticationFailed("old", "expired"),
            "42",
            'Bearer realm="tmf-api", error="invalid_token"',
        ),
    ],
)
def test_missing_invalid_and_expired_credentials(failure: Exception, code: str, challenge: str) -> None:
    response = _failed(failure)
    assert (response.status_code, _body(response)["code"]) == (401, code)
    assert response["WWW-Authenticate"] == challenge


def test_a_throttled_request_says_when_to_come_back() -> None:
    response = _failed(drf_errors.Throttled(wait=2.1))
    assert (response.status_code, _body(response)["code"], response["Retry-After"]) == (429, "53", "3")


def test_an_unsupported_patch_says_what_is_supported() -> None:
    response = _failed(UnsupportedPatch("text/plain"))
    assert (response.status_code, _body(response)["code"]) == (415, "415")
    assert "application/json-patch+json" in response["Accept-Patch"]


def test_a_response_without_message() -> None:
    response = error_response(501)
    assert _body(response) == {"code": "501", "reason": "Not Implemented", "status": "501", "@type": "Error"}


@pytest.mark.parametrize("path", ["/tmf-api/nothing/v4/here", "/tmf-api/", "/payment/v4/none", "/tmf-api/x/%FF"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@override_settings(DEBUG=False)
def test_unknown_routes(path: str, method: str, client: Any) -> None:
    response = client.generic(method, path)
    assert (response.status_code, _body(response)["code"]) == (404, "60")


def test_handlers_outside_views() -> None:
    api, page = RequestFactory().get("/tmf-api/x"), RequestFactory().get("/x")

    def answers(request: HttpRequest) -> list[HttpResponse]:
        return [
            errors.bad_request(request, django_errors.RequestDataTooBig()),
            errors.bad_request(request, django_errors.DisallowedHost("evil")),
            errors.permission_denied(request, django_errors.PermissionDenied()),
            errors.page_not_found(request, Http404()),
            errors.server_error(request),
        ]

    assert [(_body(answer)["status"], _body(answer)["code"]) for answer in answers(api)] == [
        ("413", "413"),
        ("400", "22"),
        ("403", "50"),
        ("404", "60"),
        ("500", "1"),
    ]
    assert [answer.status_code for answer in answers(page)] == [400, 400, 403, 404, 500]
    assert {answer["Content-Type"].partition(";")[0] for answer in answers(page)} == {"text/html"}
