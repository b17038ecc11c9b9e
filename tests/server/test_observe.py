"""Request ids, logs, metrics, health and the content policy."""

import json
import logging
import sys

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from tmfsite.server import health, metrics
from tmfsite.server.logs import JsonFormatter, TextFormatter, request_id


@pytest.fixture(autouse=True)
def fresh_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_latest", (-health._SECONDS, {}))


def test_a_fair_request_id_is_kept(client: Client) -> None:
    assert client.get("/livez", headers={"X-Request-ID": "trace-1/2:3"})["X-Request-ID"] == "trace-1/2:3"


@pytest.mark.parametrize("given", ["", "two words", "a\tb", "x" * 129, "é"])
def test_any_other_request_id_is_replaced(client: Client, given: str) -> None:
    made = client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.getLogger("tmfsite.test").makeRecord(
        "tmfsite.test", logging.INFO, "f", 1, message, (), None, extra=extra
    )


def test_json_lines_carry_the_request_id_and_extras() -> None:
    token = request_id.set("r-1")
    try:
        line = json.loads(JsonFormatter().format(record("done", hub=7)))
    finally:
        request_id.reset(token)
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "tmfsite.test", "message": "done", "request_id": "r-1", "hub": 7}


def test_json_lines_hold_the_exception_in_one_line() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        failed = logging.LogRecord("x", logging.ERROR, "f", 1, "bad %s", ("luck",), sys.exc_info())
    text = JsonFormatter().format(failed)
    assert "\n" not in text
    assert json.loads(text)["message"] == "bad luck"
    assert "ValueError: no" in json.loads(text)["exception"]


def test_text_lines_end_with_the_request_id() -> None:
    token = request_id.set("r-2")
    try:
        assert TextFormatter().format(record("done")).endswith("INFO    tmfsite.test: done [r-2]")
    finally:
        request_id.reset(token)


def test_probes_may_use_any_host_name(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["tmf.example.com"]
    assert client.get("/livez", headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_behind_tls_apis_are_redirected_and_probes_are_not(settings) -> None:
    settings.ALLOWED_HOSTS = ["tmf.example.com"]
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    settings.SECURE_REDIRECT_EXEMPT = ["^livez$"]
    call = Client()  # the middleware reads the settings when it is made
    assert call.get("/livez", headers={"Host": "127.0.0.1"}).status_code == 200
    path = "/tmf-api/productCatalogManagement/v4/category"
    moved = call.get(path, headers={"Host": "tmf.example.com"})
    assert (moved.status_code, moved["Location"]) == (301, f"https://tmf.example.com{path}")
    answer = call.get(path, headers={"Host": "tmf.example.com"}, secure=True)
    assert answer.status_code == 401
    assert answer["Strict-Transport-Security"].startswith("max-age=60")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_livez_needs_no_database(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_when_all_is_well(client: Client) -> None:
    response = client.get("/readyz")
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok", "migrations": "ok"}
    assert response.status_code == 200


@pytest.mark.django_db
def test_readyz_names_what_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    monkeypatch.setattr(connection, "close", lambda: None)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "unreachable"


@pytest.mark.django_db
def test_readyz_is_looked_up_once_in_a_while(client: Client, django_assert_num_queries) -> None:
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")


@pytest.mark.django_db
def test_metrics_count_requests_by_api(client: Client) -> None:
    path = "/tmf-api/productCatalogManagement/v4/productOffering"
    labels = {"api": "tmf620", "method": "GET", "status": "401"}
    before = metrics.REQUESTS.labels(**labels)._sum.get()
    client.get(path)
    assert metrics.REQUESTS.labels(**labels)._sum.get() > before
    text = client.get("/metrics").content.decode()
    assert 'tmf_http_request_seconds_count{api="tmf620",method="GET",status="401"}' in text
    assert "tmf_events_waiting 0.0" in text


@pytest.mark.django_db
def test_metrics_ask_for_their_token(client: Client, settings) -> None:
    settings.TMF_METRICS_TOKEN = "s3cret"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_metrics_are_closed_in_production_without_a_token(client: Client, settings) -> None:
    settings.TMF_MODE = "production"
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_only_the_admin_may_evaluate_expressions(client: Client) -> None:
    admin = client.get(reverse("admin:login"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in admin
    page = client.get("/nothing-here")["Content-Security-Policy"]
    assert "unsafe" not in page
    assert "default-src 'self'" in page


@pytest.mark.django_db
def test_an_api_request_passes_page_middleware_only_with_a_cookie(client: Client, admin_user) -> None:
    path = "/tmf-api/productCatalogManagement/v4/productOffering"
    without = client.get(path)
    assert without.status_code == 401
    assert without["X-Request-ID"]
    assert "X-Frame-Options" not in without
    client.force_login(admin_user)
    response = client.get(path)
    assert response.status_code == 200
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_an_unknown_route_of_an_api_answers_json(client: Client) -> None:
    response = client.get("/tmf-api/nothing/v4/here")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json")
