"""The start page of the admin: what needs attention, what there is by domain, what happened lately.

It follows from declarations of the admin classes, `dashboard` and `attention`, and knows no resource. Whatever the size
of the tables it takes a fixed number of statements, each of which looks at the latest `LOOKED_AT` entries only.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.utils import prepare_lookup_value
from django.contrib.auth import get_permission_codename
from django.db.models import CharField, Count, F, IntegerField, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse

from tmfsite.admin.history import ICONS
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.admin.sidebar import Entry, place_of, section_of
from tmfsite.admin.states import colour_of
from tmfsite.audit.models import Change
from tmfsite.resources.attention import Attention
from tmfsite.resources.registry import publication_of
from tmfsite.resources.schema import schema_of

LOOKED_AT: Final = 10_000
RECENT: Final = 10
_CHANGES: Final = 500
_VERBS: Final = {"create": "created", "delete": "deleted", "transition": "moved", "restore": "restored"}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the page shows, as far as the user may see it."""
    admins = visible(request)
    watches = [(each, attention) for each in admins if _works(request, each) for attention in _watches(each)]
    return {
        **context,
        "title": "Dashboard",
        "admins": admins,
        "watches": watches,
        "attention": needing_attention(request, watches),
        "sections": sections(request, [each for each in admins if getattr(each, "dashboard", False)]),
        "recent": recent([each for each in admins if isinstance(each, ResourceAdmin)]),
    }


def _watches(model_admin: Any) -> Sequence[Attention]:
    return getattr(model_admin, "attention", ())


def _works(request: HttpRequest, model_admin: ModelAdmin) -> bool:
    """Tell whether a user does something about entries, rather than only look at them."""
    return request.user.has_perm(f"{model_admin.opts.app_label}.{get_permission_codename('change', model_admin.opts)}")


def visible(request: HttpRequest) -> list[Any]:
    """Return the admins of what the user may look at, in the order of the sidebar."""
    registered = admin.site._registry.values()
    return sorted((each for each in registered if each.has_view_or_change_permission(request)), key=_place)


def _place(model_admin: Any) -> tuple[tuple[int, str], int, int]:
    publication = publication_of(model_admin.model)
    number = publication.api.number if publication else 0
    return place_of(section_of(model_admin)), number, getattr(model_admin, "sidebar_order", 100)


def list_url(model_admin: ModelAdmin, **parameters: str) -> str:
    """Return the address of a list, filtered."""
    url = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    return f"{url}?{urlencode(parameters, quote_via=quote)}" if parameters else url


def _latest(request: HttpRequest, model_admin: ModelAdmin) -> QuerySet[Any]:
    """Return the latest entries that a user may see, as rows to be counted."""
    keys = model_admin.get_queryset(request).order_by("-pk").values("pk")[:LOOKED_AT]
    return model_admin.model._default_manager.filter(pk__in=keys).order_by()


def _rows(parts: Sequence[QuerySet[Any]]) -> Iterable[tuple[Any, ...]]:
    """Return the rows of several queries, asked for in one statement."""
    if not parts:
        return ()
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


# --- what needs attention ------------------------------------------------------------------------------------------


def needing_attention(request: HttpRequest, watches: Sequence[tuple[Any, Attention]]) -> list[Entry]:
    """Return what of the declared is the case, urgent things first."""
    asked = [(model_admin, each, each.parameters()) for model_admin, each in watches]
    counts = [
        _narrowed(request, model_admin, parameters)
        .annotate(counted_at=Value(index, IntegerField()))
        .values("counted_at")
        .annotate(counted=Count("pk"))
        .values_list("counted_at", "counted")
        for index, (model_admin, _, parameters) in enumerate(asked)
    ]
    found = []
    for index, count in sorted(_rows(counts)):
        model_admin, each, parameters = asked[index]
        if count:
            name = model_admin.opts.verbose_name if count == 1 else model_admin.opts.verbose_name_plural
            found.append(
                {
                    "count": count,
                    "name": name,
                    "text": each.text,
                    "icon": getattr(model_admin, "icon", "error"),
                    "colour": "danger" if each.urgent else "warning",
                    "url": list_url(model_admin, **parameters),
                }
            )
    return sorted(found, key=lambda item: item["colour"] != "danger")


def _narrowed(request: HttpRequest, model_admin: ModelAdmin, parameters: dict[str, str]) -> QuerySet[Any]:
    """Return the latest entries that a list shows with these parameters."""
    rows = _latest(request, model_admin)
    filters = {
        each.parameter_name: each
        for each in model_admin.get_list_filter(request)
        if isinstance(each, type) and issubclass(each, SimpleListFilter)
    }
    for name, value in parameters.items():
        if name in filters:
            chosen = filters[name](request, {name: [value]}, model_admin.model, model_admin)
            narrowed = chosen.queryset(request, rows)
            rows = rows if narrowed is None else narrowed
        else:
            rows = rows.filter(**{name: prepare_lookup_value(name, value)})
    return rows


# --- what there is -------------------------------------------------------------------------------------------------


def sections(request: HttpRequest, admins: Sequence[ResourceAdmin]) -> list[Entry]:
    """Return the domains with a tile for each of their resources: how many there are, by state."""
    counts = [
        _latest(request, model_admin)
        .annotate(
            counted_at=Value(index, IntegerField()),
            counted_state=F(model_admin.states[0]) if model_admin.states else Value("", CharField()),
        )
        .values("counted_at", "counted_state")
        .annotate(counted=Count("pk"))
        .values_list("counted_at", "counted_state", "counted")
        for index, model_admin in enumerate(admins)
    ]
    by_admin: dict[int, dict[str, int]] = {}
    for index, state, count in _rows(counts):
        by_admin.setdefault(index, {})[state or ""] = count
    tiles = [_tile(request, each, by_admin.get(index, {})) for index, each in enumerate(admins)]
    return [
        {"title": title, "tiles": [tile for _, tile in pairs]}
        for title, pairs in groupby(zip(admins, tiles, strict=True), key=lambda pair: section_of(pair[0]))
    ]


def _tile(request: HttpRequest, model_admin: ResourceAdmin, counts: dict[str, int]) -> Entry:
    total = sum(counts.values())
    opts = model_admin.opts
    return {
        "title": str(opts.verbose_name_plural)[:1].upper() + str(opts.verbose_name_plural)[1:],
        "icon": model_admin.icon,
        "total": total,
        "more": total >= LOOKED_AT,
        "states": list(_states(model_admin, counts)) if model_admin.states else [],
        "url": list_url(model_admin),
        "add": reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
        if model_admin.has_add_permission(request)
        else "",
    }


def _states(model_admin: ResourceAdmin, counts: dict[str, int]) -> Iterator[Entry]:
    """Yield the states in the order of the lifecycle."""
    attribute = model_admin.states[0]
    known = schema_of(model_admin.model).lifecycles[0].states
    for state in sorted(counts, key=lambda state: known.index(state) if state in known else len(known)):
        filters = {f"{attribute}__exact": state} if state else {f"{attribute}__isnull": "True"}
        yield {
            "state": state or "no state",
            "count": counts[state],
            "colour": colour_of(state),
            "url": list_url(model_admin, **filters),
        }


# --- what happened -------------------------------------------------------------------------------------------------


def recent(admins: Iterable[ResourceAdmin]) -> list[Entry]:
    """Return the last change of each entry, newest first; the same done to many entries in a row is one."""
    allowed = {schema_of(each.model).content_type_id(): each for each in admins}
    if not allowed:
        return []
    fields = ("id", "at", "actor_name", "action", "resource_type_id", "resource_id", "resource_uid")
    newest_first = Change.objects.order_by("-id").values(*fields)[:_CHANGES]
    last: dict[tuple[int, int], dict[str, Any]] = {}
    for change in newest_first:
        if change["resource_type_id"] in allowed:
            last.setdefault((change["resource_type_id"], change["resource_id"]), change)
    runs = [
        list(run)
        for _, run in groupby(
            last.values(), key=lambda each: (each["actor_name"], each["action"], each["resource_type_id"])
        )
    ][:RECENT]
    single = [run[0] for run in runs if len(run) == 1]
    entities = _entities(allowed, single)
    details = Change.objects.in_bulk([change["id"] for change in single])
    found = []
    for run in runs:
        newest = run[0]
        model_admin = allowed[newest["resource_type_id"]]
        item = {
            "at": newest["at"],
            "actor": newest["actor_name"],
            "icon": ICONS.get(newest["action"], "edit"),
            "verb": _VERBS.get(newest["action"], "changed"),
            "kind": str(model_admin.opts.verbose_name),
        }
        if len(run) == 1:
            change = details[newest["id"]]
            entity = entities.get((newest["resource_type_id"], newest["resource_id"]))
            item |= {
                "name": entity or _deleted_name(change),
                "url": model_admin.change_url(entity, "history") if entity else "",
                "to": _moved_to(model_admin, change),
            }
        else:
            item |= {
                "name": f"{len(run)} {model_admin.opts.verbose_name_plural}",
                "url": list_url(model_admin),
                "kind": "",
            }
        found.append(item)
    return found


def _entities(allowed: dict[int, ResourceAdmin], changes: list[dict[str, Any]]) -> dict[tuple[int, int], Any]:
    """Return the entities that changes are about, by type and key; one statement for each type."""
    keys: dict[int, set[int]] = {}
    for change in changes:
        keys.setdefault(change["resource_type_id"], set()).add(change["resource_id"])
    return {
        (kind, key): entity
        for kind, wanted in keys.items()
        for key, entity in allowed[kind].model._default_manager.in_bulk(wanted).items()
    }


def _moved_to(model_admin: ResourceAdmin, change: Change) -> Entry | None:
    """Return the state that a change moved to."""
    for name in model_admin.states:
        pair = change.changes.get(model_admin.schema.by_field[name].wire)
        if change.action == "transition" and isinstance(pair, list) and pair[1]:
            return {"state": pair[1], "colour": colour_of(str(pair[1]))}
    return None


def _deleted_name(change: Change) -> str:
    pair = change.changes.get("")
    document = pair[0] if isinstance(pair, list) and pair and isinstance(pair[0], dict) else {}
    return str(document.get("name") or change.resource_uid)
