"""Who makes a request, and what they may do."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from django.contrib.auth.models import AbstractUser
from django.db import models

from tmfsite.operations import Actor
from tmfsite.resources import registry

type Access = Literal["read", "add", "change", "delete", "write"]

# A write of unknown kind asks users for the right to change.
_VERBS: dict[Access, str] = {
    "read": "view",
    "add": "add",
    "change": "change",
    "delete": "delete",
    "write": "change",
}


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated caller (`request.auth`): an API client with scopes, or a user with permissions."""

    kind: Literal["client", "user"]
    name: str
    client_id: int | None = None
    user_id: int | None = None
    scopes: frozenset[str] = frozenset()
    rate: int | None = None
    user: AbstractUser | None = field(default=None, repr=False, compare=False)

    # A client stands in for Django's user in `request.user`.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def owner(self) -> str:
        """The name under which subscriptions are kept; users and clients have names of their own."""
        return self.name if self.kind == "client" else f"user:{self.name}"

    def may(self, api: str, access: Access, model: type[models.Model] | None = None) -> bool:
        """Say whether the caller may read or write in an API; users need the permission of the model."""
        if self.user is not None:
            published = (each.model for each in registry.publications() if each.api.key == api)
            asked = published if model is None else [model]
            return any(self.user.has_perm(_permission(each, _VERBS[access])) for each in asked)
        scopes = self.scopes
        if "all" in scopes or f"{api}:write" in scopes:
            return True
        return access == "read" and not scopes.isdisjoint(
            (f"{api}:read", "all:read", f"{api}:read-released", "all:read-released")
        )

    def released_only(self, api: str) -> bool:
        """Say whether the caller sees only released versions of versioned entities (TMF630 part 4)."""
        if self.user is not None:
            return False
        return self.scopes.isdisjoint(("all", f"{api}:write", f"{api}:read", "all:read"))

    def actor(self, request_id: str | None = None) -> Actor:
        """Return who stands in the history for what the caller changes."""
        return Actor(self.kind, self.name, user_id=self.user_id, request_id=request_id)


def _permission(model: type[models.Model], verb: str) -> str:
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def principal_of_user(user: AbstractUser) -> Principal:
    """Return a logged-in user as caller."""
    return Principal("user", user.get_username(), user_id=user.pk, user=user)
