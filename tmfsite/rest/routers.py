"""Routes of the APIs: each `<app>.api.<noun>` module makes an `ApiRouter`; `urlpatterns()` gathers them all."""

from collections.abc import Callable
from itertools import chain
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path

from tmfsite.resources.registry import OpenApi, Publication, publish
from tmfsite.rest.errors import unknown_route
from tmfsite.rest.hubs import hub_patterns
from tmfsite.rest.nested import NestedViewSet
from tmfsite.rest.viewsets import ResourceViewSet

_COLLECTION = {"L": ("get", "list"), "C": ("post", "create")}
_ITEM = {
    "G": ("get", "retrieve"),
    "P": ("patch", "partial_update"),
    "U": ("put", "update"),
    "D": ("delete", "destroy"),
}

_UID = r"/(?P<uid>[^/\x00]+)"
_ABOVE = r"/(?P<above>[^/\x00]+)"

_routers: list["ApiRouter"] = []

collection_views: dict[str, Callable[..., Any]] = {}
item_views: dict[str, Callable[..., Any]] = {}
"""Views of collections, and of the resources in them, by the path of the collection: the way past Django's resolver."""


class ApiRouter:
    """The routes of one Open API: its resources, its hub and its documentation."""

    def __init__(self, api: OpenApi) -> None:
        self.api = api
        self.viewsets: dict[str, type[ResourceViewSet]] = {}
        self.nested: list[type[NestedViewSet]] = []
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

    def below[V: type[NestedViewSet]](self, above: str, name: str) -> Callable[[V], V]:
        """Publish a viewset below each resource of another: ``@router.below("topic", "event")``."""

        def register(viewset: V) -> V:
            viewset.api, viewset.above, viewset.collection = self.api, above, name
            self.nested.append(viewset)
            return viewset

        return register

    @property
    def collections(self) -> list[str]:
        """Paths of what the API holds, in the order of declaration: `topic`, and below it `topic/{topicId}/event`."""
        found = []
        for name, viewset in self.viewsets.items():
            below = [each.collection for each in self.nested if each.above == name] + ["hub"] * viewset.has_hubs
            found += [name, *(f"{name}/{{{name}Id}}/{each}" for each in below)]
        return found

    def urlpatterns(self) -> list[URLPattern | URLResolver]:
        """Return the routes below the base path; a trailing slash is optional (TMF630 rule 3)."""
        from tmfsite.rest.documents import document_patterns

        patterns: list[Any] = []
        for name, viewset in self.viewsets.items():
            for suffix, verbs in (("", _COLLECTION), (_UID, _ITEM)):
                actions = dict(verbs[letter] for letter in viewset.verbs if letter in verbs)
                if actions:
                    route_name = f"{self.api.key}-{name}-{'item' if suffix else 'collection'}"
                    view = viewset.as_view(actions)
                    patterns.append(re_path(f"^{name}{suffix}/?$", view, name=route_name))
                    known = item_views if suffix else collection_views
                    known.update({f"{base}/{name}": view for base in (self.api.base_path, *self.api.aliases)})
        for nested in self.nested:
            for suffix, verbs in (("", _COLLECTION), (_UID, _ITEM)):
                actions = dict(verbs[letter] for letter in nested.verbs if letter in verbs)
                if actions:
                    route_name = (
                        f"{self.api.key}-{nested.above}-{nested.collection}-{'item' if suffix else 'collection'}"
                    )
                    route = f"^{nested.above}{_ABOVE}/{nested.collection}{suffix}/?$"
                    patterns.append(re_path(route, nested.as_view(actions), name=route_name))
        above = [name for name, viewset in self.viewsets.items() if viewset.has_hubs]
        hubs = chain(hub_patterns(self.api), *(hub_patterns(self.api, above=name) for name in above))
        return [*patterns, *hubs, *document_patterns(self)]


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
