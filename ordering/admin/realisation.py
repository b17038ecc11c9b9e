"""Pages of the inventory about what realises what, and which orders have touched it."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from inventory.models import Product, Resource, Service
from ordering.admin.tree import Linker, Node
from ordering.models import ProductOrder, ResourceOrder, ServiceOrder
from ordering.models.fulfilment import Fulfilment
from ordering.models.order import Order
from ordering.services.trace_realisation import orders_of, realisation_of, rests_on, served_by
from tmfsite.admin.pages import entity_page
from tmfsite.admin.states import colour_of

TITLE = "Realisation"
ICON = "account_tree"


@entity_page("inventory.Product", "realisation", title=TITLE, icon=ICON)
def of_product(model_admin: Any, request: HttpRequest, product: Product) -> HttpResponseBase:
    """The services and resources of a product, and its orders."""
    linker = Linker(request)
    trees = [("What it is made of", [linker.branch(realisation_of(product))])]
    return _page(model_admin, request, product, trees, linker)


@entity_page("inventory.Service", "realisation", title=TITLE, icon=ICON)
def of_service(model_admin: Any, request: HttpRequest, service: Service) -> HttpResponseBase:
    """What a service serves and rests on, and its orders."""
    linker = Linker(request)
    trees = [
        ("What it serves", [linker.branch(each) for each in served_by(service)]),
        ("What it rests on", [linker.branch(rests_on(service))]),
    ]
    return _page(model_admin, request, service, trees, linker)


@entity_page("inventory.Resource", "realisation", title=TITLE, icon=ICON)
def of_resource(model_admin: Any, request: HttpRequest, resource: Resource) -> HttpResponseBase:
    """What a resource serves, and its orders."""
    linker = Linker(request)
    trees = [("What it serves", [linker.branch(each) for each in served_by(resource)])]
    return _page(model_admin, request, resource, trees, linker)


def _page(
    model_admin: Any, request: HttpRequest, entity: Any, trees: list[tuple[str, list[Node]]], linker: Linker
) -> HttpResponseBase:
    context = {
        **model_admin.page_context(request, entity, TITLE),
        "trees": trees,
        "orders": [_order(each, entity, linker, above) for each, above in _with_product_orders(orders_of(entity))],
    }
    return TemplateResponse(request, "ordering/realisation.html", context)


def _with_product_orders(orders: list[Order]) -> list[tuple[Order, ProductOrder | None]]:
    """Return orders with the product orders that they were made for."""
    wanted = {_service_order(each) for each in orders} - {""}
    above = dict(Fulfilment.objects.filter(service_order__in=wanted).values_list("service_order", "order"))
    rows: Any = ProductOrder._default_manager.filter(uid__in=above.values()) if above else ()
    known = {each.uid: each for each in rows}
    return [
        (each, each if isinstance(each, ProductOrder) else known.get(above.get(_service_order(each), "")))
        for each in orders
    ]


def _service_order(order: Order) -> str:
    """Return the id of the service order that an order is or belongs to."""
    if isinstance(order, ServiceOrder):
        return order.uid
    return str(order.external_id or "") if isinstance(order, ResourceOrder) else ""


def _order(order: Order, entity: Any, linker: Linker, above: ProductOrder | None) -> dict[str, Any]:
    url = linker.url_of(order)
    trace = linker.url_of(above, "trace") if above is not None else ""
    return {
        "order": order,
        "title": getattr(order, "name", None) or order.external_id or order.uid,
        "state": order.state,
        "colour": colour_of(order.state),
        "actions": ", ".join(dict.fromkeys(_actions(order.items or (), entity.uid))),
        "url": url,
        "trace": trace,
    }


def _actions(items: Any, uid: str) -> list[str]:
    """Return what the items of an order did with a product, service or resource."""
    found: list[str] = []
    for item in items:
        held = item.get("product") or item.get("service") or item.get("resource") or {}
        if held.get("id") == uid and item.get("action"):
            found.append(str(item["action"]))
        found += _actions(item.get("productOrderItem") or item.get("serviceOrderItem") or (), uid)
    return found
