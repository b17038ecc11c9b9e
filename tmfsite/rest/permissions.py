"""What callers may do: the scope check of the APIs, and the groups that users start with."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, connections
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tmfsite.rest.principal import Access

_ACCESS: dict[str, Access] = {
    "GET": "read",
    "HEAD": "read",
    "OPTIONS": "read",
    "POST": "add",
    "PUT": "change",
    "PATCH": "change",
    "DELETE": "delete",
}


class ApiScope(BasePermission):
    """Scopes for clients, model permissions for users; the view has a `publication`, or at least an `api`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        principal = request.auth
        if principal is None:
            return False
        access = _ACCESS.get(request.method or "", "write")
        publication = getattr(view, "publication", None)
        if publication is None:
            return bool(principal.may(view.api.key, access))
        return bool(principal.may(publication.api.key, access, publication.model))


# --- groups -------------------------------------------------------------------------------------------------

MANAGE = ("view", "add", "change", "delete")
EDIT = ("view", "add", "change")
VIEW = ("view",)

# Group -> app, or `app.noun` for the models of one module -> verbs.
GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    # Agreements and partnerships say which offerings partners may sell.
    "Product manager": {
        "catalog": MANAGE,
        "party.agreement": MANAGE,
        "party.partnership": MANAGE,
        "party": VIEW,
        "inventory": VIEW,
        "ordering": VIEW,
    },
    # Who takes an order enters the customer.
    "Order manager": {
        "ordering": MANAGE,
        "party.party": EDIT,
        "party.role": EDIT,
        "party.customer": EDIT,
        "party": VIEW,
        "catalog": VIEW,
        "inventory": VIEW,
    },
    "Inventory manager": {"inventory": MANAGE, "catalog": VIEW, "party": VIEW, "ordering": VIEW},
    "Assurance agent": {
        "assurance": MANAGE,
        "catalog": VIEW,
        "party": VIEW,
        "inventory": VIEW,
        "ordering": VIEW,
    },
    "Billing": {
        "party.account": MANAGE,
        "party.billing": MANAGE,
        "party.payment": MANAGE,
        "party": VIEW,
        "catalog": VIEW,
        "inventory": VIEW,
        "ordering": VIEW,
    },
    "Auditor": dict.fromkeys(
        ("catalog", "party", "inventory", "ordering", "assurance", "audit", "events", "resources", "rest"),
        VIEW,
    ),
    # Every API; topics are the resource of TMF688.
    "API reader": dict.fromkeys(("catalog", "party", "inventory", "ordering", "assurance", "events.topic"), VIEW),
}

# What was there before migrating, by app: only permissions of new models are granted, so that what an
# administrator took from a group stays taken.
_granted: dict[str, frozenset[str]] = {}


def note_permissions(app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: object) -> None:
    """Remember the permissions of an app before it is migrated (`pre_migrate`)."""
    _granted[app_config.label] = _codenames(app_config, using)


def seed_groups(app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: object) -> None:
    """Grant the permissions of an app's new models to the groups (`post_migrate`)."""
    shares = {name: rules for name, apps in GROUPS.items() if (rules := _rules_for(app_config.label, apps))}
    if not shares:
        return
    create_permissions(app_config, verbosity=0, using=using)
    new = _codenames(app_config, using) - _granted.pop(app_config.label, frozenset())
    if not new:
        return
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.using(using).filter(content_type__app_label=app_config.label)
        if permission.codename in new
    }
    for name, rules in shares.items():
        wanted = {f"{verb}_{model}" for model, verbs in _verbs(app_config, rules).items() for verb in verbs}
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.add(*(permissions[codename] for codename in sorted(wanted & permissions.keys())))


def _codenames(app_config: AppConfig, using: str) -> frozenset[str]:
    if Permission._meta.db_table not in connections[using].introspection.table_names():
        return frozenset()
    permissions = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    return frozenset(permissions.values_list("codename", flat=True))


def _rules_for(label: str, apps: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: verbs for key, verbs in apps.items() if key.partition(".")[0] == label}


def _verbs(app_config: AppConfig, rules: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the verbs for each model of an app; a rule for its module goes before that for the app."""
    verbs = {}
    for model in app_config.get_models():
        noun = f"{app_config.label}.{model.__module__.rsplit('.', 1)[-1]}"
        verbs[str(model._meta.model_name)] = rules.get(noun, rules.get(app_config.label, ()))
    return verbs
