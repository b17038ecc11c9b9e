"""Access tokens of an OpenID Connect provider."""

import json
import time
from typing import Any
from unittest.mock import patch

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import RequestFactory, override_settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tmfsite.events.http import HttpError, Response
from tmfsite.rest import authentication, oidc
from tmfsite.rest.authentication import CachedTokenAuthentication
from tmfsite.rest.errors import ApiError
from tmfsite.rest.principal import Principal

ISSUER = "https://login.example/realms/operator"

pytestmark = pytest.mark.usefixtures("provider")


class Provider:
    """Publishes keys and signs tokens with them."""

    def __init__(self) -> None:
        self.keys = {"one": ec.generate_private_key(ec.SECP256R1())}
        self.calls: list[str] = []
        self.down = False

    def fetch(self, url: str, **options: Any) -> Response:
        self.calls.append(url)
        if self.down:
            raise HttpError("no answer in time")
        documents = {
            f"{ISSUER}/.well-known/openid-configuration": {"jwks_uri": "https://login.example/keys"},
            "https://login.example/keys": {"keys": [self._public(kid) for kid in self.keys]},
        }
        return Response(200, {}, json.dumps(documents[url]).encode(), 0)

    def _public(self, kid: str) -> dict[str, Any]:
        key = jwt.algorithms.ECAlgorithm.to_jwk(self.keys[kid].public_key(), as_dict=True)
        return {**key, "kid": kid, "alg": "ES256", "use": "sig"}

    def token(self, kid: str = "one", **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": ["tmf"],
            "sub": "shop",
            "exp": now + 300,
            "iat": now,
            "scope": "openid tmf620:read",
        }
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(claims, self.keys[kid], "ES256", {"kid": kid})


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Any:
    provider = Provider()
    monkeypatch.setattr(oidc, "fetch", provider.fetch)
    monkeypatch.setattr(oidc, "_keys", {})
    monkeypatch.setattr(oidc, "_stale_at", float("-inf"))
    monkeypatch.setattr(oidc, "_next_try", float("-inf"))
    authentication.forget_tokens()
    with override_settings(TMF_OIDC_ISSUER=ISSUER, TMF_OIDC_AUDIENCE="tmf", TMF_OIDC_SCOPE_CLAIM="scope"):
        yield provider


def _authenticated(token: str) -> Principal:
    request = Request(RequestFactory().get("/", HTTP_AUTHORIZATION=f"Bearer {token}"))
    found = CachedTokenAuthentication().authenticate(request)
    assert found is not None
    return found[1]


def test_a_good_token_is_verified_once(provider: Provider) -> None:
    token = provider.token()
    principal = _authenticated(token)
    assert (principal.kind, principal.name, principal.scopes) == ("client", "oidc:shop", {"tmf620:read"})
    assert principal.may("tmf620", "read")
    assert not principal.may("tmf620", "write")
    with patch.object(oidc, "principal_of_jwt", side_effect=AssertionError):
        assert _authenticated(token) == principal


@pytest.mark.parametrize(
    ("claim", "scopes"),
    [
        ("tmf:all", {"all"}),
        ("all all:read profile", set()),
        (["tmf620:write", "tmf:all:read", 7], {"tmf620:write", "all:read"}),
        (None, set()),
        ({"tmf620": "read"}, set()),
    ],
)
def test_only_scopes_of_ours_count(provider: Provider, claim: Any, scopes: set[str]) -> None:
    assert _authenticated(provider.token(scope=claim)).scopes == scopes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "invalid"),
        ({"sub": None}, "invalid"),
        ({"aud": "other"}, "invalid"),
        ({"iss": "https://evil.example"}, "invalid"),
        ({"nbf": int(time.time()) + 3600}, "invalid"),
    ],
)
def test_claims_are_checked(provider: Provider, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(AuthenticationFailed) as refused:
        _authenticated(provider.token(**changes))
    assert refused.value.get_codes() == code


def test_forged_tokens(provider: Provider) -> None:
    good = provider.token()
    head, body, signature = good.split(".")
    stranger = Provider().token()
    unsigned = jwt.encode({"iss": ISSUER, "aud": "tmf", "sub": "x", "exp": 2**33}, None, "none", {"kid": "one"})
    shared = jwt.encode({"iss": ISSUER, "aud": "tmf", "sub": "x", "exp": 2**33}, "s" * 64, "HS256", {"kid": "one"})
    for token in (f"{head}.{body[:-4]}AAAA.{signature}", f"{head}.{body}.", stranger, unsigned, shared, "x", "a.b.c"):
        with pytest.raises(AuthenticationFailed):
            _authenticated(token)


def test_a_cached_token_ends_when_it_expires(provider: Provider) -> None:
    token = provider.token(exp=int(time.time()) - oidc.LEEWAY + 5)
    _authenticated(token)
    later = authentication.monotonic() + 6
    with (
        patch.object(authentication, "monotonic", return_value=later),
        patch.object(oidc, "principal_of_jwt", side_effect=AuthenticationFailed("", "expired")) as verified,
        pytest.raises(AuthenticationFailed),
    ):
        _authenticated(token)
    verified.assert_called_once()


def test_new_keys_are_fetched_but_not_for_every_stranger(provider: Provider) -> None:
    _authenticated(provider.token())
    assert len(provider.calls) == 2
    provider.keys["two"] = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(AuthenticationFailed):
        _authenticated(provider.token("two"))
    assert len(provider.calls) == 2
    with patch.object(oidc, "monotonic", return_value=oidc.monotonic() + oidc.KEYS_REST + 1):
        assert _authenticated(provider.token("two")).name == "oidc:shop"
    assert len(provider.calls) == 4


def test_when_the_provider_is_down_known_keys_go_on_working(provider: Provider) -> None:
    provider.down = True
    for _ in range(3):
        with pytest.raises(ApiError) as refused:
            _authenticated(provider.token())
        assert refused.value.status == 503
    assert len(provider.calls) == 1, "tried again only after a while"
    provider.down = False
    with patch.object(oidc, "monotonic", return_value=oidc.monotonic() + oidc.RETRY):
        _authenticated(provider.token())
    provider.down = True
    with patch.object(oidc, "monotonic", return_value=oidc.monotonic() + oidc.KEYS_LIVE + oidc.KEYS_REST):
        assert _authenticated(provider.token(sub="other")).name == "oidc:other"
    assert len(provider.calls) == 4


@pytest.mark.django_db
def test_our_own_tokens_go_on_working(provider: Provider) -> None:
    from tmfsite.rest.models import ApiClient

    _, token = ApiClient.issue("billing", ["all"])
    assert _authenticated(token).name == "billing"
    assert provider.calls == []
