"""What realises a product, what a service serves and rests on: trees over the inventory, read a level at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inventory.models.product import Product
from inventory.models.resource import Resource
from inventory.models.service import Service
from ordering.models.order import Order
from ordering.models.product import ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.decompose import references
from tmfsite.resources.models import Link
from tmfsite.resources.schema import schema_of

_DEEPEST: Final = 12
_MOST: Final = 500
"""Entities that a tree shows at most of one kind."""


@dataclass
class Branch:
    """An entity of the inventory in a tree; one that stands in it twice has its branches at the first place only."""

    entity: Any
    below: list["Branch"] = field(default_factory=list)
    is_repeated: bool = False


@dataclass
class Inventory:
    """The part of the inventory that a tree is made of, by id."""

    products: dict[str, Product] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)


def realisation_of(product: Product) -> Branch:
    """Return a product with the products in it, the services that realise them, and the resources these rest on."""
    return _product(product, _read([product], []), set())


def rests_on(service: Service) -> Branch:
    """Return a service with the services and resources that it rests on."""
    return _service(service, _read([], [service]), set())


def _read(products: Iterable[Product], services: Iterable[Service]) -> Inventory:
    found = Inventory({each.uid: each for each in products}, {each.uid: each for each in services})
    _spread(found.products, Product, "product")
    wanted = {uid for each in found.products.values() for uid in references(each.realizing_service)}
    found.services |= _by_id(Service, wanted - found.services.keys())
    _spread(found.services, Service, "supporting_service")
    wanted = {uid for each in found.products.values() for uid in references(each.realizing_resource)}
    wanted |= {uid for each in found.services.values() for uid in references(each.supporting_resource)}
    found.resources = _by_id(Resource, wanted)
    return found


def _spread(known: dict[str, Any], model: Any, attribute: str) -> None:
    """Add what the entities known refer to, and what that refers to: a query for each level."""
    for _ in range(_DEEPEST):
        wanted = {uid for each in known.values() for uid in references(getattr(each, attribute))} - known.keys()
        found = _by_id(model, wanted)
        if not found:
            return
        known |= found


def _by_id(model: Any, uids: Iterable[str]) -> dict[str, Any]:
    wanted = sorted(uids)[:_MOST]
    return {each.uid: each for each in model._default_manager.filter(uid__in=wanted)} if wanted else {}


def _product(product: Product, known: Inventory, seen: set[int]) -> Branch:
    branch = Branch(product, is_repeated=id(product) in seen)
    if not branch.is_repeated:
        seen.add(id(product))
        branch.below = [_product(each, known, seen) for each in _held(known.products, product.product)]
        branch.below += [_service(each, known, seen) for each in _held(known.services, product.realizing_service)]
        branch.below += [Branch(each) for each in _held(known.resources, product.realizing_resource)]
    return branch


def _service(service: Service, known: Inventory, seen: set[int]) -> Branch:
    branch = Branch(service, is_repeated=id(service) in seen)
    if not branch.is_repeated:
        seen.add(id(service))
        branch.below = [_service(each, known, seen) for each in _held(known.services, service.supporting_service)]
        branch.below += [Branch(each) for each in _held(known.resources, service.supporting_resource)]
    return branch


def _held(known: Mapping[str, Any], held: Any) -> list[Any]:
    return [known[uid] for uid in dict.fromkeys(references(held)) if uid in known]


# --- upwards --------------------------------------------------------------------------------------------------------


def served_by(entity: Service | Resource) -> list[Branch]:
    """Return the services that rest on a service or resource, and above them the products they realise."""
    above: dict[tuple[Any, str], list[Any]] = {}
    level: list[Any] = [entity]
    seen = {(type(entity), entity.uid)}
    for _ in range(_DEEPEST):
        found = _users(level)
        level = []
        for key, users in found.items():
            above[key] = users
            for each in users:
                if (type(each), each.uid) not in seen:
                    seen.add((type(each), each.uid))
                    level.append(each)
        if not level:
            break
    return [_climb(each, above, set()) for each in above.get((type(entity), entity.uid), ())]


def _users(entities: Iterable[Any]) -> dict[tuple[Any, str], list[Any]]:
    """Return who rests on each of some entities: two queries for links, one for each kind of user."""
    found: dict[tuple[Any, str], list[Any]] = {}
    paths = {Service: ("supportingService", "supportingResource"), Product: ("realizingService", "realizingResource")}
    for target in (Service, Resource):
        uids = [each.uid for each in entities if type(each) is target]
        if not uids:
            continue
        for model, names in paths.items():
            links = _links(model, target, uids, names)
            rows = {each.pk: each for each in model._default_manager.filter(pk__in={source for source, _ in links})}
            for source, uid in links:
                if source in rows:
                    found.setdefault((target, uid), []).append(rows[source])
    return found


def _links(model: Any, target: Any, uids: Iterable[str], paths: Iterable[str]) -> list[tuple[int, str]]:
    rows = Link.objects.filter(
        source_type_id=schema_of(model).content_type_id(),
        target_type_id=schema_of(target).content_type_id(),
        target_uid__in=list(uids),
        path__in=list(paths),
    )
    return list(rows.order_by("source_id").values_list("source_id", "target_uid")[:_MOST])


def _climb(entity: Any, above: Mapping[tuple[Any, str], list[Any]], seen: set[tuple[Any, str]]) -> Branch:
    key = (type(entity), entity.uid)
    branch = Branch(entity, is_repeated=key in seen)
    if not branch.is_repeated:
        seen.add(key)
        branch.below = [_climb(each, above, seen) for each in above.get(key, ())]
    return branch


# --- orders ---------------------------------------------------------------------------------------------------------


def orders_of(entity: Product | Service | Resource) -> list[Order]:
    """Return the orders that have touched a product, service or resource, newest first."""
    model: Any = {Product: ProductOrder, Service: ServiceOrder, Resource: ResourceOrder}[type(entity)]
    own = schema_of(type(entity)).content_type_id()
    links = Link.objects.filter(
        source_type_id=schema_of(model).content_type_id(), target_type_id=own, target_uid=entity.uid
    )
    names = ("product_order_item", "productOrderId"), ("service_order_item", "serviceOrderId")
    noted = {str(each.get(key)) for name, key in names for each in getattr(entity, name, None) or () if each.get(key)}
    rows = list(model._default_manager.filter(pk__in=links.values("source_id")).order_by("-id")[:50])
    known = {each.uid for each in rows}
    rows += list(model._default_manager.filter(uid__in=noted - known)[:50])
    return sorted(rows, key=lambda each: -each.pk)
