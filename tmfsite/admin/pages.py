"""Pages that an app adds to the admin of a model, its own or one of an app below, without that one knowing of it.

    @entity_page("catalog.ProductOffering", "decomposition", title="Decomposition", icon="account_tree")
    def decomposition(model_admin, request, entity): ...

The page is found at `<list>/<key>/decomposition/`, the form of the entity links to it, and its route is called
`admin:catalog_productoffering_decomposition`. `list_page` does the same for pages about all entities, which may stand
in the sidebar too. A page without a title is not linked: the answer to a form, or a fragment of another page.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

type View = Callable[..., HttpResponseBase]


def _always(entity: Any) -> bool:
    return True


@dataclass(frozen=True)
class AdminPage:
    """A page of a model's admin.

    permission: what its users may do with the model or the entity. needs: further permissions, such as
    `ordering.add_productorder`. shows: which entities have it. order: its place in the sidebar, None for none.
    """

    model: str
    name: str
    route: str
    view: View
    title: str = ""
    icon: str = "description"
    permission: str = "view"
    needs: Sequence[str] = ()
    of_entity: bool = True
    shows: Callable[[Any], bool] = _always
    order: int | None = None

    @property
    def url_name(self) -> str:
        """Name of its route."""
        return f"admin:{self.model.replace('.', '_')}_{self.name}"

    def may_open(self, model_admin: Any, request: HttpRequest, entity: Any = None) -> bool:
        """Tell whether the user may look at it."""
        if not all(request.user.has_perm(each) for each in self.needs):
            return False
        if self.permission == "view":
            return bool(model_admin.has_view_or_change_permission(request, entity))
        if self.permission == "add":
            return bool(model_admin.has_add_permission(request))
        return bool(model_admin.has_change_permission(request, entity))


_pages: dict[str, list[AdminPage]] = {}


def entity_page(model: str, name: str, *, route: str = "", **options: Any) -> Callable[[View], View]:
    """Add a page about one entity of a model; the view takes model admin, request, entity and what the route holds."""
    return _adding(model, name, route or f"{name.replace('_', '-')}/", of_entity=True, **options)


def list_page(model: str, name: str, *, route: str = "", **options: Any) -> Callable[[View], View]:
    """Add a page about all entities of a model; the view takes model admin, request and what the route holds."""
    return _adding(model, name, route or f"{name.replace('_', '-')}/", of_entity=False, **options)


def _adding(model: str, name: str, route: str, **options: Any) -> Callable[[View], View]:
    def add(view: View) -> View:
        page = AdminPage(model.lower(), name, route, view, **options)
        _pages.setdefault(page.model, []).append(page)
        return view

    return add


def pages_of(model: type[models.Model]) -> Iterable[AdminPage]:
    """Return the pages that were added to a model, in the order of their modules."""
    return _pages.get(model._meta.label_lower, ())


class AddedPages:
    """The part of a model's admin that serves the pages added to it."""

    model: type[models.Model]

    def added_views(self) -> Iterator[tuple[str, View, str]]:
        """Yield route, view and name of the added pages, those of the list first."""
        for page in sorted(pages_of(self.model), key=lambda page: page.of_entity):
            route = f"<path:object_id>/{page.route}" if page.of_entity else page.route
            yield route, self._serve(page), page.name

    def _serve(self, page: AdminPage) -> View:
        def view_entity(request: HttpRequest, object_id: str, **captured: Any) -> HttpResponseBase:
            entity = self.entity_or_404(request, object_id, page.permission)  # type: ignore[attr-defined]
            if not page.may_open(self, request, entity):
                raise PermissionDenied
            return page.view(self, request, entity, **captured)

        def view_list(request: HttpRequest, **captured: Any) -> HttpResponseBase:
            if not page.may_open(self, request):
                raise PermissionDenied
            return page.view(self, request, **captured)

        return view_entity if page.of_entity else view_list

    def links_of(self, request: HttpRequest, entity: Any = None) -> list[dict[str, str]]:
        """Return title, icon and address of the added pages of an entity, or of the list, that the user may open."""
        arguments = [] if entity is None else [quote(entity.pk)]
        return [
            {"title": page.title, "icon": page.icon, "url": reverse(page.url_name, args=arguments)}
            for page in pages_of(self.model)
            if page.title and page.of_entity == (entity is not None)
            if (entity is None or page.shows(entity)) and page.may_open(self, request, entity)
        ]
