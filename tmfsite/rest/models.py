"""Clients of the APIs."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from tmfsite.fields.instants import now

TOKEN_PREFIX = "tmf_"  # noqa: S105 - lets secret scanners recognise a leaked token

_SCOPE = re.compile(r"all(?::(?:read-released|read))?|tmf\d{3}:(?:read-released|read|write)")


def token_hash(token: str) -> str:
    """Return what is stored of a token. Tokens are 256 random bits, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_scope(text: str) -> bool:
    """Say whether a text is a scope: an API or `all`, and what may be done there."""
    return bool(_SCOPE.fullmatch(text))


def check_scopes(scopes: object) -> None:
    """Refuse what is not a list of scopes.

    A scope is an API or `all`, and what may be done there: `tmf620:read`, `tmf620:write` (reading too),
    `tmf620:read-released` (the current released version of versioned entities); `all` alone is all rights.
    """
    if not isinstance(scopes, list) or not scopes:
        raise ValidationError("Give at least one scope.")
    for scope in scopes:
        if not isinstance(scope, str) or not is_scope(scope):
            raise ValidationError(f"{scope} is no scope; scopes read all, tmf620:read, tmf620:write.")


class ApiClient(models.Model):
    """A system that calls the APIs with a bearer token.

    The token is shown once, when the client is made; `token_hint`, its beginning, tells tokens apart
    afterwards. Several clients may bear one name while a token is replaced by another: they own the same
    subscriptions.
    """

    name = models.CharField(max_length=100, help_text="The system that uses the token.")
    token_hash = models.CharField(max_length=64, editable=False)
    token_hint = models.CharField("token", max_length=16, editable=False)
    scopes = models.JSONField(validators=[check_scopes], help_text="What the token allows.")
    rate = models.PositiveIntegerField(
        "requests a minute", null=True, blank=True, help_text="Empty: as set for all; 0: without limit."
    )
    expires_at = models.DateTimeField("expires", null=True, blank=True, help_text="Empty: never.")
    revoked_at = models.DateTimeField("revoked", null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, blank=True, editable=False)
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "-created"]
        verbose_name = "API client"
        verbose_name_plural = "API clients"
        constraints: ClassVar = [models.UniqueConstraint(fields=["token_hash"], name="rest_apiclient_token")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(
        cls, name: str, scopes: Iterable[str], *, expires_at: datetime | None = None, rate: int | None = None
    ) -> tuple["ApiClient", str]:
        """Create a client and return it with its token; raises `ValidationError`."""
        client = cls(name=name, scopes=list(scopes), expires_at=expires_at, rate=rate)
        token = client.renew()
        client.full_clean()
        client.save()
        return client, token

    def renew(self) -> str:
        """Give the unsaved client a fresh token and return it; nobody will see it again."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        self.token_hash, self.token_hint = token_hash(token), token[:8] + "…"
        return token

    def revoke(self) -> None:
        """End the validity of the token for good."""
        if self.revoked_at is None:
            self.revoked_at = now()
            self.save(update_fields=["revoked_at"])

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= now()

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and not self.is_expired
