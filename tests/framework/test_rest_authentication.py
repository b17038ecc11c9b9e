"""Bearer tokens, sessions, scopes, permissions and groups."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import models
from django.http import HttpResponse
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client, RequestFactory, override_settings
from rest_framework.request import Request
from rest_framework.views import APIView

from tmfsite.fields.instants import now
from tmfsite.resources.registry import OpenApi, Publication
from tmfsite.rest import authentication, permissions, throttling
from tmfsite.rest.authentication import AdminSessionAuthentication, CachedTokenAuthentication
from tmfsite.rest.errors import exception_handler
from tmfsite.rest.models import ApiClient, token_hash
from tmfsite.rest.permissions import ApiScope
from tmfsite.rest.principal import Principal
from tmfsite.rest.throttling import ClientThrottle

API = OpenApi(number=999, title="Test", version="4.0.0", base_path="/tmf-api/test/v4")


class Protected(APIView):
    """Tells who called."""

    publication = Publication(API, "group", Group, "LGCPD")
    authentication_classes = (CachedTokenAuthentication, AdminSessionAuthentication)
    permission_classes = (ApiScope,)
    throttle_classes = (ClientThrottle,)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def get(self, request: Request) -> HttpResponse:
        principal = request.auth
        actor = principal.actor("r-1")
        return HttpResponse(f"{actor.kind} {actor.name} {actor.user_id} {actor.request_id}")

    post = patch = put = delete = get


_view = Protected.as_view()


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    authentication.forget_tokens()
    authentication._used.clear()
    throttling._counts.clear()


def _call(token: str | None = None, method: str = "GET", **headers: str) -> HttpResponse:
    if token is not None:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return _view(RequestFactory().generic(method, "/", **headers))  # type: ignore[no-any-return]


def _code(response: HttpResponse) -> str:
    return f"{response.status_code} {json.loads(response.content)['code']}"


def _issue(*scopes: str, **options: Any) -> str:
    return ApiClient.issue("billing", scopes or ("all",), **options)[1]


# --- tokens -------------------------------------------------------------------------------------------------


def test_no_credentials(db: None) -> None:
    response = _call()
    assert _code(response) == "401 40"
    assert response["WWW-Authenticate"] == 'Bearer realm="tmf-api"'
    assert _code(_call(HTTP_AUTHORIZATION="Basic YTpi")) == "401 40"


@pytest.mark.parametrize("token", ["tmf_wrong", "", "x y", "tmf_" + "é" * 10])
def test_a_wrong_token(db: None, token: str) -> None:
    response = _call(token)
    assert _code(response) == "401 41"
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_a_good_token(db: None) -> None:
    token = _issue()
    assert token.startswith("tmf_")
    assert _call(token).content == b"client billing None r-1"
    assert _call(HTTP_AUTHORIZATION=f"bearer {token}").status_code == 200


def test_only_a_hash_of_the_token_is_stored(db: None) -> None:
    client, token = ApiClient.issue("billing", ["all"])
    stored = ApiClient.objects.values().get()
    assert stored["token_hash"] == client.token_hash == token_hash(token)
    assert token not in str(stored)
    assert token.startswith(stored["token_hint"].rstrip("…"))


def test_a_token_is_looked_up_once(db: None, django_assert_num_queries: Any) -> None:
    token = _issue()
    with django_assert_num_queries(1):
        _call(token)
        _call(token)


def test_a_token_is_looked_up_again_after_a_while(db: None, django_assert_num_queries: Any) -> None:
    token = _issue()
    _call(token)
    later = authentication.monotonic() + settings.TMF_TOKEN_CACHE_SECONDS + 1
    with patch.object(authentication, "monotonic", return_value=later), django_assert_num_queries(1):
        assert _call(token).status_code == 200


def test_a_revoked_token_stops_working_at_once(db: None) -> None:
    client, token = ApiClient.issue("billing", ["all"])
    assert _call(token).status_code == 200
    client.revoke()
    assert _code(_call(token)) == "401 41"


def test_a_deleted_client_stops_working_at_once(db: None) -> None:
    client, token = ApiClient.issue("billing", ["all"])
    assert _call(token).status_code == 200
    client.delete()
    assert _code(_call(token)) == "401 41"


def test_an_expired_token_is_told_so_although_it_was_cached(db: None) -> None:
    token = _issue(expires_at=now() + timedelta(seconds=10))
    assert _call(token).status_code == 200
    later = now() + timedelta(seconds=11)
    with (
        patch.object(authentication, "monotonic", return_value=authentication.monotonic() + 11),
        patch("tmfsite.rest.models.now", return_value=later),
    ):
        assert _code(_call(token)) == "401 42"


def test_the_last_use_is_noted_after_the_response_and_not_more_than_once_a_minute(
    db: None, django_assert_num_queries: Any
) -> None:
    token = _issue()
    _call(token)
    assert ApiClient.objects.get().last_used_at is None
    authentication._note_use()
    used = ApiClient.objects.get().last_used_at
    assert used is not None
    authentication.forget_tokens()
    _call(token)
    with django_assert_num_queries(0):
        authentication._note_use()


# --- scopes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "reads", "writes", "released_only"),
    [
        (["all"], True, True, False),
        (["all:read"], True, False, False),
        (["all:read-released"], True, False, True),
        (["tmf999:write"], True, True, False),
        (["tmf999:read"], True, False, False),
        (["tmf999:read-released"], True, False, True),
        (["tmf999:read-released", "tmf999:read"], True, False, False),
        (["tmf620:write", "tmf621:read"], False, False, True),
    ],
)
def test_scopes(db: None, scopes: list[str], reads: bool, writes: bool, released_only: bool) -> None:
    client, token = ApiClient.issue("billing", scopes)
    assert (_call(token).status_code == 200) is reads
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        response = _call(token, method)
        assert response.status_code == 200 if writes else _code(response) == "403 50"
    principal = Principal("client", "billing", client_id=client.pk, scopes=frozenset(scopes))
    assert principal.released_only("tmf999") is released_only
    assert (principal.may("tmf999", "read"), principal.may("tmf999", "write")) == (reads, writes)


# --- sessions -----------------------------------------------------------------------------------------------


def _logged_in(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}


def _user(*codenames: str, **attributes: Any) -> User:
    user = User.objects.create_user("mia", **attributes)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_a_user_may_what_the_model_permissions_say(db: None) -> None:
    user = _user("view_group", "change_group")
    cookie = _logged_in(user)
    assert _call(**cookie).content == f"user mia {user.pk} r-1".encode()
    with patch.object(AdminSessionAuthentication, "enforce_csrf"):
        statuses = {method: _call(method=method, **cookie).status_code for method in ("POST", "PATCH", "DELETE")}
    assert statuses == {"POST": 403, "PATCH": 200, "DELETE": 403}


def test_a_user_without_permission(db: None) -> None:
    assert _code(_call(**_logged_in(_user()))) == "403 50"


def test_a_user_who_writes_needs_a_csrf_token(db: None) -> None:
    cookie = _logged_in(_user(is_superuser=True))
    assert _code(_call(method="POST", **cookie)) == "403 50"
    secret = _get_new_csrf_string()
    cookie["HTTP_COOKIE"] += f"; {settings.CSRF_COOKIE_NAME}={secret}"
    assert _code(_call(method="POST", **cookie)) == "403 50"
    assert _call(method="POST", HTTP_X_CSRFTOKEN=secret, **cookie).status_code == 200


def test_a_user_who_is_gone(db: None) -> None:
    user = _user("view_group")
    cookie = _logged_in(user)
    user.is_active = False
    user.save()
    assert _code(_call(**cookie)) == "401 40"
    user.delete()
    assert _code(_call(**cookie)) == "401 40"


def test_a_forged_session(db: None) -> None:
    assert _code(_call(HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=abc")) == "401 40"


def test_users_see_unreleased_versions_and_own_subscriptions_apart_from_clients(db: None) -> None:
    user = _user()
    principal = authentication.principal_of_user(user)
    assert not principal.released_only("tmf999")
    assert principal.owner == "user:mia"
    assert Principal("client", "mia").owner == "mia"


# --- throttling ---------------------------------------------------------------------------------------------


@override_settings(TMF_READS_PER_MINUTE=2, TMF_WRITES_PER_MINUTE=1, TMF_THROTTLE_REDIS_URL="")
def test_a_client_that_asks_too_often_is_told_when_to_come_back(db: None) -> None:
    token, other = _issue(), _issue()
    with patch.object(throttling, "time", return_value=1_000_010.0):
        assert [_call(token).status_code for _ in range(3)] == [200, 200, 429]
        assert [_call(token, "POST").status_code for _ in range(2)] == [200, 429]
        assert _call(other).status_code == 200
        response = _call(token)
    assert _code(response) == "429 53"
    assert response["X-Rate-Limit-Limit"] == "2"
    assert response["X-Rate-Limit-Remaining"] == "0"
    assert response["X-Rate-Limit-Reset"] == "1000020"
    assert response["Retry-After"] == "10"
    with patch.object(throttling, "time", return_value=1_000_020.0):
        assert _call(token).status_code == 200


@override_settings(TMF_READS_PER_MINUTE=2, TMF_THROTTLE_REDIS_URL="")
def test_a_client_may_have_a_rate_of_its_own(db: None) -> None:
    slow, unlimited = _issue(rate=1), _issue(rate=0)
    with patch.object(throttling, "time", return_value=2_000_000.0):
        assert [_call(slow).status_code for _ in range(2)] == [200, 429]
        assert {_call(unlimited).status_code for _ in range(9)} == {200}


class _Pipeline:
    def __init__(self, counts: dict[str, int]) -> None:
        self.counts, self.results = counts, [0]

    def __enter__(self) -> "_Pipeline":
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def incr(self, name: str) -> None:
        self.counts[name] = self.results[0] = self.counts.get(name, 0) + 1

    def expire(self, name: str, seconds: int) -> None:
        assert seconds == 120

    def execute(self) -> list[int]:
        return self.results


class _Redis:
    def __init__(self, error: Exception | None = None) -> None:
        self.counts: dict[str, int] = {}
        self.error = error

    def pipeline(self, *, transaction: bool) -> _Pipeline:
        if self.error is not None:
            raise self.error
        return _Pipeline(self.counts)


@override_settings(TMF_READS_PER_MINUTE=2)
def test_processes_can_count_together(db: None) -> None:
    token, redis = _issue(), _Redis()
    with (
        patch.object(throttling, "_shared", return_value=redis),
        patch.object(throttling, "time", return_value=60.0),
    ):
        statuses = []
        for _ in range(3):
            throttling._counts.clear()  # as in another process
            statuses.append(_call(token).status_code)
    assert statuses == [200, 200, 429]
    assert list(redis.counts.values()) == [3]


@override_settings(TMF_READS_PER_MINUTE=2)
def test_without_redis_each_process_counts_for_itself(db: None) -> None:
    token, redis = _issue(), _Redis(throttling.RedisError("down"))
    with (
        patch.object(throttling, "_shared", return_value=redis),
        patch.object(throttling, "time", return_value=60.0),
    ):
        assert [_call(token).status_code for _ in range(3)] == [200, 200, 429]


# --- groups -------------------------------------------------------------------------------------------------


def _granted(group: str, app: str) -> set[str]:
    found = Permission.objects.filter(group__name=group, content_type__app_label=app)
    return set(found.values_list("codename", flat=True))


def test_the_groups_are_seeded_with_permissions_by_app(db: None) -> None:
    assert set(permissions.GROUPS) <= set(Group.objects.values_list("name", flat=True))
    catalog = apps.get_app_config("catalog")
    names = [str(model._meta.model_name) for model in catalog.get_models()]
    assert _granted("Product manager", "catalog") == {
        f"{verb}_{name}" for name in names for verb in ("view", "add", "change", "delete")
    }
    assert _granted("API reader", "catalog") == {f"view_{name}" for name in names}
    assert "view_change" in _granted("Auditor", "audit")
    assert "view_apiclient" in _granted("Auditor", "rest")
    assert not _granted("API reader", "rest")


def test_what_an_administrator_took_from_a_group_stays_taken(db: None) -> None:
    group = Group.objects.get(name="Auditor")
    group.permissions.remove(Permission.objects.get(codename="view_apiclient"))
    call_command("migrate", verbosity=0)
    assert "view_apiclient" not in _granted("Auditor", "rest")


def test_the_permissions_of_a_new_model_are_granted(db: None) -> None:
    rest = apps.get_app_config("rest")
    permissions.note_permissions(rest)
    permissions._granted["rest"] -= {"view_apiclient"}  # as if the model came with this migration
    Group.objects.get(name="Auditor").permissions.clear()
    permissions.seed_groups(rest)
    assert _granted("Auditor", "rest") == {"view_apiclient"}


def test_a_rule_for_a_module_goes_before_that_for_its_app() -> None:
    def model(name: str, module: str) -> type[models.Model]:
        meta = type("_meta", (), {"model_name": name})
        return type(name, (), {"__module__": module, "_meta": meta})

    class Party:
        label = "party"

        def get_models(self) -> list[type[models.Model]]:
            return [model("payment", "party.models.payment"), model("individual", "party.models.party")]

    rules = permissions._rules_for("party", permissions.GROUPS["Billing"])
    assert permissions._verbs(Party(), rules) == {  # type: ignore[arg-type]
        "payment": permissions.MANAGE,
        "individual": permissions.VIEW,
    }
