"""List filters of the admin that follow references."""

from collections import Counter
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from tmfsite.admin.nested.references import names, target_model
from tmfsite.fields.instants import format_instant, now
from tmfsite.query import Matches, parse
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of

_LOOKED_AT: Final = 5000
_OFFERED: Final = 30


class EndingFilter(SimpleListFilter):
    """Entries whose validity ends within a month."""

    title = "end"
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("30", "Within 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "30":
            return queryset
        start, end = (quote(format_instant(now() + timedelta(days=days))) for days in (0, 30))
        query = parse(f"validFor.endDateTime%3E={start}&validFor.endDateTime%3C={end}")
        return queryset.filter(Matches(query.expression, schema_of(queryset.model))) if query.expression else queryset


class LinkFilter(SimpleListFilter):
    """What entries refer to at `path`; offers the targets that the latest entries name most. Made by `refers_to`."""

    path: str

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.model = model
        super().__init__(request, params, model, model_admin)

    def _links(self) -> QuerySet[Link]:
        return Link.objects.filter(source_type_id=schema_of(self.model).content_type_id(), path=self.path)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        newest = self.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        latest = self._links().filter(source_id__gt=newest - _LOOKED_AT).values_list("target_uid", flat=True)
        uids = [uid for uid, _ in Counter(latest).most_common(_OFFERED)]
        target = target_model(schema_of(self.model).links[self.path])
        known = names(target, uids) if target is not None else {}
        return sorted(((uid, known.get(uid, uid)) for uid in uids), key=lambda each: each[1].casefold())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not (chosen := self.value()):
            return queryset
        return queryset.filter(pk__in=self._links().filter(target_uid=chosen).values("source_id"))


def refers_to(path: str, title: str) -> type[LinkFilter]:
    """Return a filter by what entries refer to: ``refers_to("productOffering", "offering")``."""
    return type("LinkFilter", (LinkFilter,), {"path": path, "parameter_name": path.replace(".", "_"), "title": title})
