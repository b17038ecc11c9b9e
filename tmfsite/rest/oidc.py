"""Access tokens of an OpenID Connect provider, verified by its published keys (RFC 7519, RFC 9068).

Off unless `TMF_OIDC_ISSUER` is set. A scope of the provider counts when it is one of ours: `tmf620:read`, or
`tmf:all` and `tmf:all:read` for all APIs.
"""

import logging
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any

import jwt
from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed

from tmfsite.events.http import HttpError, fetch
from tmfsite.fields import json
from tmfsite.rest.errors import ApiError
from tmfsite.rest.models import is_scope
from tmfsite.rest.principal import Principal

logger = logging.getLogger(__name__)

# Only what verifies with a public key: a shared secret would have to be kept here.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 30

# Seconds for which keys are good; after a try, until the next one; and after a failed first one. An unknown key may
# be a new one, but a flood of forged tokens must not become a flood of requests.
KEYS_LIVE = 3600.0
KEYS_REST = 60.0
RETRY = 5.0

_lock = Lock()
_keys: dict[str, jwt.PyJWK] = {}
_stale_at = float("-inf")
_next_try = float("-inf")


def principal_of_jwt(token: str) -> tuple[Principal, datetime]:
    """Return who an access token stands for and when it ends.

    Raises `AuthenticationFailed` with the code `expired` or `invalid`, `ApiError` 503 when the keys of the provider
    cannot be had.
    """
    try:
        key = _key(str(jwt.get_unverified_header(token).get("kid", "")))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=settings.TMF_OIDC_ISSUER,
            audience=settings.TMF_OIDC_AUDIENCE,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError:
        raise AuthenticationFailed("the token has expired", "expired") from None
    except jwt.PyJWTError:
        raise AuthenticationFailed("the token is not valid", "invalid") from None
    # The prefix keeps apart whom the provider names and whom the admin named.
    principal = Principal("client", f"oidc:{claims['sub']}"[:150], scopes=_scopes(claims))
    return principal, datetime.fromtimestamp(claims["exp"] + LEEWAY, UTC)


def _scopes(claims: dict[str, Any]) -> frozenset[str]:
    given = claims.get(settings.TMF_OIDC_SCOPE_CLAIM) or ()
    names = given.split() if isinstance(given, str) else given if isinstance(given, list) else ()
    scopes = {str(name).removeprefix("tmf:") for name in names if name not in ("all", "all:read", "all:read-released")}
    return frozenset(filter(is_scope, scopes))


def _key(kid: str) -> jwt.PyJWK:
    if kid not in _keys or monotonic() >= _stale_at:
        with _lock:
            if monotonic() >= _next_try:
                _refresh()
    if not _keys:
        raise ApiError(503, "503", "the token cannot be checked now", headers={"Retry-After": str(int(RETRY))})
    try:
        return _keys[kid]
    except KeyError:
        raise jwt.InvalidKeyError("unknown key") from None


def _refresh() -> None:
    """Fetch the keys; when that fails, those known before stay good until it works again."""
    global _keys, _stale_at, _next_try
    try:
        configuration = _fetched(f"{settings.TMF_OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
        found = jwt.PyJWKSet.from_dict(_fetched(configuration["jwks_uri"])).keys
    except (HttpError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
        logger.warning("The keys of the OpenID Connect provider cannot be had: %s", error)
        _next_try = monotonic() + (KEYS_REST if _keys else RETRY)
        return
    _keys = {key.key_id or "": key for key in found}
    _stale_at, _next_try = monotonic() + KEYS_LIVE, monotonic() + KEYS_REST


def _fetched(url: str) -> dict[str, Any]:
    response = fetch(url, timeout=5, max_bytes=1_000_000)
    if response.status != 200:
        raise HttpError(f"{url} answers {response.status}")
    document = json.loads(response.content)
    if not isinstance(document, dict):
        raise ValueError(f"{url} is no JSON object")
    return document
