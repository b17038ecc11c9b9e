"""Authentication: bearer tokens of API clients, and the session of users (TMF630 part 1, RFC 6750).

Who a token belongs to is remembered in the process for `TMF_TOKEN_CACHE_SECONDS`, so that a request costs a
hash and a look into a dict. A revoked token therefore lives that long in other processes, and no longer in
the one that revoked it.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from importlib import import_module
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.core.signals import request_finished
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tmfsite.fields.instants import now
from tmfsite.rest.models import TOKEN_PREFIX, ApiClient, token_hash
from tmfsite.rest.principal import Principal, principal_of_user

logger = logging.getLogger(__name__)

_CACHE_SIZE = 10_000
_USE_GRANULARITY = timedelta(minutes=1)

# Digest of a token -> who it is, and until when that is taken for granted.
_known: dict[bytes, tuple[Principal, float]] = {}
# Clients whose last use is to be noted once the response is out.
_used: set[int] = set()


class CachedTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[Any, Principal] | None:
        header = request._request.META.get("HTTP_AUTHORIZATION")
        if header is None or header[:7].lower() != "bearer ":
            return None
        token = header[7:].strip()
        digest = hashlib.sha256(token.encode()).digest()
        known = _known.get(digest)
        if known is None or known[1] <= monotonic():
            known = _remember(digest, token)
        return known[0], known[0]

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="tmf-api"'


class AdminSessionAuthentication(SessionAuthentication):
    """The session of a user who is logged in to the admin; unsafe methods need a CSRF token.

    Works without Django's session middleware, which would cost every API request.
    """

    def authenticate(self, request: Request) -> tuple[Any, Principal] | None:
        http = request._request
        key = http.COOKIES.get(settings.SESSION_COOKIE_NAME) if "HTTP_COOKIE" in http.META else None
        if not key:
            return None
        if not hasattr(http, "session"):
            http.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        user = get_user(http)
        if not user.is_authenticated or not user.is_active:
            return None
        self.enforce_csrf(request)
        return user, principal_of_user(user)


def _remember(digest: bytes, token: str) -> tuple[Principal, float]:
    principal, expires_at = _looked_up(token)
    lifetime = float(settings.TMF_TOKEN_CACHE_SECONDS)
    if expires_at is not None:
        lifetime = min(lifetime, (expires_at - now()).total_seconds())
    if len(_known) >= _CACHE_SIZE:
        _known.clear()
    known = _known[digest] = (principal, monotonic() + lifetime)
    return known


def _looked_up(token: str) -> tuple[Principal, datetime | None]:
    if settings.TMF_OIDC_ISSUER and not token.startswith(TOKEN_PREFIX):
        from tmfsite.rest.oidc import principal_of_jwt  # brings cryptography along

        return principal_of_jwt(token)
    client = ApiClient.objects.filter(token_hash=token_hash(token)).first()
    if client is None or client.revoked_at is not None:
        raise AuthenticationFailed("the token is not valid", "invalid")
    if client.is_expired:
        raise AuthenticationFailed("the token has expired", "expired")
    if client.last_used_at is None or client.last_used_at < now() - _USE_GRANULARITY:
        _used.add(client.pk)
    principal = Principal("client", client.name, client_id=client.pk, scopes=frozenset(client.scopes), rate=client.rate)
    return principal, client.expires_at


def forget_tokens(**kwargs: object) -> None:
    """Forget all cached tokens of this process."""
    _known.clear()


@receiver([post_save, post_delete], sender=ApiClient, dispatch_uid="rest.forget_tokens")
def _client_changed(**kwargs: Any) -> None:
    # Again after the commit: another thread may have read the old row meanwhile.
    forget_tokens()
    transaction.on_commit(forget_tokens)


@receiver(request_finished, dispatch_uid="rest.note_use")
def _note_use(**kwargs: object) -> None:
    """Note the last use of clients outside the critical path; it is a convenience and may fail."""
    if not _used:
        return
    pks, instant = tuple(_used), now()
    _used.difference_update(pks)
    try:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=instant - _USE_GRANULARITY)
        ApiClient.objects.filter(stale, pk__in=pks).update(last_used_at=instant)
    except DatabaseError:
        logger.warning("The last use of API clients was not noted", exc_info=True)
