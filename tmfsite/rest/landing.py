"""The first page: which APIs are here, how much of them, where their documents are, and how to make the first request."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tmfsite.resources.registry import OpenApi, publications
from tmfsite.rest.conformance import Figures, Share, measured
from tmfsite.rest.documents import root_of
from tmfsite.rest.routers import routers


@dataclass(frozen=True)
class _Row:
    """One API of the table: what it holds, and what was measured of it (None: nothing)."""

    api: OpenApi
    collections: list[str]
    figures: Figures | None

    @property
    def shares(self) -> list[tuple[str, Share]]:
        """The figures by name, without those of which the official document has none."""
        if self.figures is None:
            return []
        every = [
            (name, getattr(self.figures, name.lower())) for name in ("Operations", "Attributes", "Mandatory", "Events")
        ]
        return [(name, share) for name, share in every if share.demanded]


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Answer the table of APIs."""
    figures = measured()
    rows = [_Row(router.api, router.collections, figures.get(router.api.key)) for router in routers()]
    rows.sort(key=lambda row: (row.api.number, row.api.base_path))
    readable = (each for row in rows for each in publications(row.api) if "L" in each.verbs)
    context = {"rows": rows, "root": root_of(request), "example": next(readable, None), "sums": _sums(rows)}
    return render(request, "rest/landing.html", context)


def _sums(rows: list[_Row]) -> list[tuple[str, Share]]:
    """Return the shares of all APIs together."""
    known = [row.figures for row in rows if row.figures is not None]
    names = ("operations", "attributes", "mandatory", "events") if known else ()
    return [
        (
            "mandatory attributes" if name == "mandatory" else name,
            Share(*(sum(getattr(getattr(each, name), part) for each in known) for part in ("met", "demanded"))),
        )
        for name in names
    ]
