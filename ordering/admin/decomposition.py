"""What an offering comes down to, before anybody orders it: a dry run with characteristics of one's choice."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from catalog.models import ProductOffering
from catalog.models.product import ProductSpecification
from catalog.models.resource import ResourceSpecification
from catalog.models.service import ServiceSpecification
from ordering.admin.configuration import Configuration
from ordering.admin.tree import ICONS, Linker, Node, phrases
from ordering.services import decompose
from ordering.services.configure_offering import questions_of
from tmfsite.admin.pages import entity_page
from tmfsite.admin.states import colour_of

TITLE = "Decomposition"
_MODELS: dict[str, Any] = {
    decompose.OFFERING: ProductOffering,
    decompose.PRODUCT: ProductSpecification,
    decompose.SERVICE: ServiceSpecification,
    decompose.RESOURCE: ResourceSpecification,
}


@entity_page("catalog.ProductOffering", "decomposition", title=TITLE, icon="account_tree")
def decomposition(model_admin: Any, request: HttpRequest, offering: ProductOffering) -> HttpResponseBase:
    """The products, services and resources that an order of the offering would make; nothing is written.

    It shows the version on sale, as an order would take it, or else the latest.
    """
    catalogs = decompose.read_catalog([offering.uid])
    document = catalogs.offerings[offering.uid]
    sent = request.GET if "configured" in request.GET else None
    configuration = Configuration(questions_of(catalogs, document), "d", sent)
    tree = decompose.decompose(catalogs, offering.uid, configuration.documents())
    pages = _pages(tree, request)
    counts = {kind: sum(each.kind == kind for each in _walk(tree)) for kind in _MODELS}
    context = {
        **model_admin.page_context(request, offering, TITLE),
        "configuration": configuration,
        "errors": dict(configuration.errors()),
        "tree": _node(tree, pages),
        "counts": [(f"{kind}{'' if number == 1 else 's'}", number) for kind, number in counts.items() if number],
        "version": document.get("version"),
        "is_other": document.get("version") != offering.version,
    }
    return TemplateResponse(request, "ordering/decomposition.html", context)


def _walk(node: decompose.Node) -> Iterable[decompose.Node]:
    yield node
    for part in node.parts:
        yield from _walk(part)


def _pages(tree: decompose.Node, request: HttpRequest) -> dict[tuple[str, str], str]:
    """Return the addresses of all that a tree names: a query for each kind."""
    linker = Linker(request)
    found: dict[tuple[str, str], str] = {}
    for kind, model in _MODELS.items():
        uids = {each.id for each in _walk(tree) if each.kind == kind}
        if uids and linker.may_see(model):
            rows = model._default_manager.filter(uid__in=uids).order_by("is_current", "is_latest")
            found |= {(kind, each.uid): linker.url_of(each) for each in rows.only("id", "uid", "name", "version")}
    return found


def _node(node: decompose.Node, pages: dict[tuple[str, str], str]) -> Node:
    state = str(node.specification.get("lifecycleStatus") or "")
    name = _MODELS[node.kind]._meta.model_name
    kind = str(node.specification.get("@type") or "")
    return Node(
        _kind(node.kind, kind),
        ICONS.get(name, "data_object"),
        f"{node.quantity} × {node.name}" if node.quantity != 1 else node.name,  # noqa: RUF001
        pages.get((node.kind, node.id), ""),
        state,
        colour_of(state),
        details=phrases(node.characteristics),
        children=[_node(each, pages) for each in node.parts],
    )


def _kind(kind: str, type_name: str) -> str:
    if kind == decompose.SERVICE and type_name.startswith("CustomerFacing"):
        return "Customer-facing service"
    if kind == decompose.SERVICE and type_name.startswith("ResourceFacing"):
        return "Resource-facing service"
    if kind == decompose.RESOURCE and type_name.startswith(("Physical", "Logical")):
        return f"{type_name.partition('Resource')[0]} resource"
    return kind.capitalize()
