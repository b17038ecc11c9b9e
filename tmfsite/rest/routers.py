"""Routes of the APIs: each `<app>.api.<noun>` module makes an `ApiRouter`; `urlpatterns()` gathers them all."""

from collections.abc import Callable
from itertools import chain
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path

from tmfsite.resources.registry import OpenApi, Publication, publish
from tmfsite.rest.errors import unknown_route
from tmfsite.rest.hubs import hub_patterns
from tmfsite.rest.viewsets import ResourceViewSet

_COLLECTION = {"L": ("get", "list"), "C": ("post", "create")}
_ITEM = {
    "G": ("get", "retrieve"),
    "P": ("patch", "partial_update"),
    "U": ("put", "update"),
    "D": ("delete", "destroy"),
}

_routers: list["ApiRouter"] = []

collection_views: dict[str, Callable[..., Any]] = {}
item_views: dict[str, Callable[..., Any]] = {}
"""Views of collections, and of the resources in them, by the path of the collection: the way past Django's resolver."""


class ApiRouter:
    """The routes of one Open API: its resources, its hub and its documentation."""

    def __init__(self, api: OpenApi) -> None:
        self.api = api
        self.viewsets: dict[str, type[ResourceViewSet]] = {}
        _routers.append(self)

    def resource[V: type[ResourceViewSet]](self, name: str) -> Callable[[V], V]:
        """Publish a viewset as `{basePath}/{name}`: ``@router.resource("productOffering")``."""

        def register(viewset: V) -> V:
            viewset.publication = Publication(
                self.api, name, viewset.model, viewset.verbs, viewset.types, viewset.events, viewset.mandatory
            )
            publish(viewset.publication)
            self.viewsets[name] = viewset
            return viewset

        return register

    def urlpatterns(self) -> list[URLPattern | URLResolver]:
        """Return the routes below the base path; a trailing slash is optional (TMF630 rule 3)."""
        from tmfsite.rest.documents import document_patterns

        patterns: list[Any] = []
        for name, viewset in self.viewsets.items():
            for suffix, verbs in (("", _COLLECTION), (r"/(?P<uid>[^/\x00]+)", _ITEM)):
                actions = dict(verbs[letter] for letter in viewset.verbs if letter in verbs)
                if actions:
                    route_name = f"{self.api.key}-{name}-{'item' if suffix else 'collection'}"
                    view = viewset.as_view(actions)
                    patterns.append(re_path(f"^{name}{suffix}/?$", view, name=route_name))
                    known = item_views if suffix else collection_views
                    known.update({f"{base}/{name}": view for base in (self.api.base_path, *self.api.aliases)})
        return [*patterns, *hub_patterns(self.api), *document_patterns(self)]


def routers() -> list[ApiRouter]:
    """Return every router that the api modules made."""
    return list(_routers)


def urlpatterns() -> list[URLPattern | URLResolver]:
    """Return the routes of all APIs, and the JSON 404 for anything else below their roots."""
    routes = [
        [
            path(f"{base.strip('/')}/", include(router.urlpatterns()))
            for base in (router.api.base_path, *router.api.aliases)
        ]
        for router in _routers
    ]
    return [*chain(*routes), re_path(r"^(tmf-api|payment)(/|$)", unknown_route)]
