"""The steps of an order, from its validation to what it leaves in the inventory: a handler each.

A handler runs in one transaction, in which the fulfilment and its order are locked; the engine marks the step done in
the same one. See `services.run_steps`.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings

from catalog.models.product import ProductOffering
from inventory.models.product import Product
from inventory.models.resource import Resource
from inventory.models.service import Service
from inventory.services.reserve_resources import RESERVED, Shortage, release, reserve_kind
from ordering.models.fulfilment import Step
from ordering.models.product import ProductOrder
from ordering.models.resource import ResourceOrder
from ordering.models.service import ServiceOrder
from ordering.services.decompose import read_catalog, reference_id
from ordering.services.fill_bundles import ITEMS
from ordering.services.note_progress import (
    move_items,
    reference_to,
    with_milestone,
    with_note,
    with_product,
)
from ordering.services.plan_order import (
    ADD,
    DELETE,
    FINISH,
    NO_CHANGE,
    plan_order,
    read_installed,
    steps_of,
)
from ordering.services.roll_up import (
    ACKNOWLEDGED,
    COMPLETED,
    IN_PROGRESS,
    PENDING,
    REJECTED,
    walk,
)
from ordering.services.validate_order import offering_ids, product_ids, validate
from ordering.services.work import Later, Outcome, Refused, StepFailed, Work
from tmfsite import operations
from tmfsite.fields.instants import format_instant
from tmfsite.fields.json import Document
from tmfsite.wire import href_of

ACCEPTED: Final = "accepted"
RESERVED_ALL: Final = "resources reserved"
ACTIVATED: Final = "activated"
_VALUE_ONLY: Final = ("id", "href", "@referredType", "status", "productRelationship")


# --- validate -------------------------------------------------------------------------------------------------------


def check_order(work: Work) -> Outcome:
    """Reject an order with faults; let one that is wanted later wait."""
    order = work.order
    faults = validate(order.items or [], order.related_party)
    if faults:
        texts = [str(fault) for fault in faults]
        states = {"/".join(path): REJECTED for path, _ in walk(order.items, ITEMS)}
        move_items(ProductOrder, order.uid, states, actor=work.actor, more=lambda each: with_note(each, *texts))
        return Refused("; ".join(texts))
    work.step.result = {"revision": order.revision}
    return None


# --- start ----------------------------------------------------------------------------------------------------------


def start(work: Work) -> Outcome:
    """Plan an order; make its products, its services and the orders of services and resources."""
    order = work.order
    if (wanted := order.requested_start_date) is not None and wanted > work.moment:
        if order.is_in(ACKNOWLEDGED):
            _set_state(order, PENDING, work)
        return Later(wanted)
    if _was_changed(work) and (outcome := check_order(work)) is not None:
        return outcome
    items = order.items or []
    installed = read_installed(product_ids(items))
    uids = {reference_id(each.product_offering) for each in installed.products.values()}
    plan = plan_order(items, read_catalog(offering_ids(items) | uids), installed)
    fulfilment = work.fulfilment
    fulfilment.note(plan=plan, service_order=plan["serviceOrder"])
    made = _make_products(work)
    _begin_changes(work)
    _make_services(work)
    _make_service_order(work)
    _make_resource_orders(work)
    _begin(work, made)
    steps = steps_of(fulfilment)
    Step.objects.bulk_create(steps)
    work.steps += steps
    return None


def _was_changed(work: Work) -> bool:
    """Tell whether somebody has changed the order since it was found good; being pended counts for one revision."""
    checked = work.beside("validate")
    known = ((checked.result if checked else None) or {}).get("revision")
    return known is not None and work.order.revision not in (known, known + work.order.is_in(PENDING))


def _set_state(order: ProductOrder, state: str, work: Work) -> None:
    operations.update(ProductOrder, order.uid, lambda each: {**each, "state": state}, actor=work.actor, trusted=True)


def _make_products(work: Work) -> dict[str, Document]:
    """Create the products of new items; return references to them by path, the first one where there are several."""
    order = work.order
    made: dict[str, Document] = {}
    items = {"/".join(path): item for path, item in walk(order.items, ITEMS)}
    offerings = {
        each.uid: each
        for each in ProductOffering._default_manager.filter(uid__in=offering_ids(order.items)).order_by("is_current")
    }
    for path, entry in work.fulfilment.items.items():
        if entry["action"] != ADD:
            continue
        offering = offerings[reference_id(items[path].get("productOffering"))]
        for uid in entry["products"]:
            document = _product(uid, items[path], entry, offering, work)
            product = operations.create(Product, document, actor=work.actor, trusted=True).instance
            made.setdefault(path, reference_to(product, "Product"))
    return made


def _product(uid: str, item: Document, entry: Document, offering: ProductOffering, work: Work) -> Document:
    order = work.order
    value = {name: held for name, held in (item.get("product") or {}).items() if name not in _VALUE_ONLY}
    parts = [uid for path in entry["parts"] for uid in work.fulfilment.items[path]["products"]]
    document = {
        "isCustomerVisible": True,
        "relatedParty": order.related_party,
        "billingAccount": item.get("billingAccount") or order.billing_account,
        "agreement": order.agreement,
        "productTerm": item.get("itemTerm"),
        **value,
        "id": uid,
        "name": value.get("name") or offering.name,
        "status": "created",
        "isBundle": bool(offering.is_bundle),
        "orderDate": format_instant(order.order_date) if order.order_date else None,
        "productOffering": {**_named(offering), "@referredType": "ProductOffering"},
        "productSpecification": offering.product_specification,
        "productCharacteristic": entry["characteristics"] or None,
        "productPrice": _prices(item) or None,
        "product": [{"id": part, "@referredType": "Product"} for part in parts] or None,
        "realizingService": _tops(entry, uid) or None,
        "productOrderItem": [_order_item(order, item)],
    }
    return {name: held for name, held in document.items() if held is not None}


def _named(entity: Any) -> Document:
    return {"id": entity.uid, "href": href_of(entity), "name": entity.name}


def _order_item(order: ProductOrder, item: Document) -> Document:
    return {
        "orderItemId": item.get("id"),
        "orderItemAction": item.get("action"),
        "productOrderId": order.uid,
        "productOrderHref": href_of(order),
        "@referredType": "ProductOrder",
    }


def _prices(item: Document) -> list[Document]:
    """Return the prices of an item as those of its product."""
    found = []
    for price in item.get("itemPrice") or ():
        if price.get("priceType") and price.get("price"):
            kept = {name: value for name, value in price.items() if name != "priceAlteration"}
            if price.get("priceAlteration"):
                kept["productPriceAlteration"] = price["priceAlteration"]
            found.append(kept)
    return found


def _tops(entry: Document, product: str) -> list[Document]:
    """Return references to the services that realise a product directly."""
    inner = {item for service in entry["services"] for item in service["after"] if service["action"] != DELETE}
    return [
        {"id": service["id"], "name": service["name"], "@referredType": service["type"] or "Service"}
        for service in entry["services"]
        if service["product"] == product and service["item"] not in inner and service["action"] != DELETE
    ]


def _begin_changes(work: Work) -> None:
    """Mark products that are given up."""
    for entry in work.fulfilment.items.values():
        if entry["action"] == DELETE:
            for uid in entry["products"]:
                _set_product(uid, {"status": "pendingTerminate"}, work)


def _set_product(uid: str, changes: Mapping[str, Any], work: Work) -> None:
    operations.update(Product, uid, lambda each: {**each, **changes}, actor=work.actor, trusted=True)


def _make_services(work: Work) -> None:
    order = work.order
    items = {"/".join(path): item for path, item in walk(order.items, ITEMS)}
    for path, entry in work.fulfilment.items.items():
        by_item = {service["item"]: service for service in entry["services"]}
        for service in entry["services"]:
            if service["action"] != ADD:
                continue
            below = [by_item[item] for item in service["after"]]
            document = {
                "id": service["id"],
                "@type": service["type"] or None,
                "name": service["name"],
                "state": "designed",
                "serviceSpecification": service["specification"],
                "serviceCharacteristic": service["characteristics"] or None,
                "supportingService": [_service_reference(each) for each in below] or None,
                "serviceOrderItem": [_service_item(work, service)],
                "relatedParty": order.related_party,
                "place": (items[path].get("product") or {}).get("place"),
            }
            document = {name: value for name, value in document.items() if value is not None}
            operations.create(Service, document, actor=work.actor, trusted=True)


def _service_reference(service: Document) -> Document:
    return {"id": service["id"], "name": service["name"], "@referredType": service["type"] or "Service"}


def _service_item(work: Work, service: Document) -> Document:
    return {
        "itemId": service["item"],
        "itemAction": service["action"],
        "serviceOrderId": work.service_order,
        "@referredType": "ServiceOrder",
    }


def _make_service_order(work: Work) -> None:
    order, services = work.order, []
    if not work.service_order:
        return
    for entry in work.fulfilment.items.values():
        for service in entry["services"]:
            item = {
                "id": service["item"],
                "action": service["action"],
                "service": {
                    **_service_reference(service),
                    "serviceSpecification": service["specification"],
                    "serviceCharacteristic": service["characteristics"],
                },
                "serviceOrderItemRelationship": [
                    {"relationshipType": "reliesOn", "orderItem": {"itemId": other}} for other in service["after"]
                ],
            }
            services.append({name: value for name, value in item.items() if value})
    expected = order.expected_completion_date or order.requested_completion_date
    expected = expected or work.moment + timedelta(days=settings.TMF_ORDER_DAYS)
    document = {
        "id": work.service_order,
        "externalId": order.uid,
        "externalReference": [
            {
                "id": order.uid,
                "href": href_of(order),
                "name": order.external_id or order.uid,
                "externalReferenceType": "ProductOrder",
                "@referredType": "ProductOrder",
            }
        ],
        "category": order.category,
        "description": order.description,
        "priority": order.priority,
        "relatedParty": [{"@type": "RelatedParty", **each} for each in order.related_party or ()],
        "requestedStartDate": _instant(order.requested_start_date),
        "requestedCompletionDate": _instant(order.requested_completion_date),
        "expectedCompletionDate": format_instant(expected),
        "serviceOrderItem": services,
    }
    document = {name: value for name, value in document.items() if value is not None}
    operations.create(ServiceOrder, document, actor=work.actor, trusted=True)

    def begin(present: Document) -> Document:
        return with_milestone({**present, "state": IN_PROGRESS}, ACCEPTED, "The order was accepted", moment=work.moment)

    operations.update(ServiceOrder, work.service_order, begin, actor=work.actor, trusted=True)


def _instant(moment: Any) -> str | None:
    return format_instant(moment) if moment is not None else None


def _make_resource_orders(work: Work) -> None:
    order = work.order
    for path, entry in work.fulfilment.items.items():
        if not entry["resourceOrder"]:
            continue
        items = [
            {
                "id": resource["item"],
                "action": resource["action"],
                "quantity": 1,
                "resource": {
                    **({"id": resource["id"]} if "id" in resource else {}),
                    "name": resource["name"],
                    **({"@type": resource["type"]} if resource["type"] else {}),
                    **({"resourceCharacteristic": resource["characteristics"]} if resource["characteristics"] else {}),
                },
                "resourceSpecification": resource["specification"],
            }
            for service in entry["services"]
            for resource in service["resources"]
        ]
        document = {
            "id": entry["resourceOrder"],
            "name": f"Resources of item {path} of order {order.external_id or order.uid}",
            "externalId": work.service_order,
            "externalReference": [{"id": work.service_order, "owner": "TMF641", "entityType": "ServiceOrder"}],
            "category": order.category,
            "relatedParty": order.related_party,
            "requestedStartDate": _instant(order.requested_start_date),
            "requestedCompletionDate": _instant(order.requested_completion_date),
            "orderItem": items,
        }
        document = {name: value for name, value in document.items() if value is not None}
        operations.create(ResourceOrder, document, actor=work.actor, trusted=True)


def _begin(work: Work, products: Mapping[str, Document]) -> None:
    """Move the order on, and name its products in its items."""

    def begin(present: Document) -> Document:
        named = {**present, ITEMS: _with_products(present[ITEMS], products), "state": IN_PROGRESS}
        if work.service_order and "expectedCompletionDate" not in present:
            expected = work.moment + timedelta(days=settings.TMF_ORDER_DAYS)
            named["expectedCompletionDate"] = present.get("requestedCompletionDate") or format_instant(expected)
        return named

    operations.update(ProductOrder, work.order.uid, begin, actor=work.actor, trusted=True)


def _with_products(
    items: Iterable[Document], products: Mapping[str, Document], above: tuple[str, ...] = ()
) -> list[Document]:
    result = []
    for item in items:
        path = (*above, str(item.get("id")))
        made = products.get("/".join(path))
        changed = with_product(item, made) if made else item
        if item.get(ITEMS):
            changed = {**changed, ITEMS: _with_products(item[ITEMS], products, path)}
        result.append(changed)
    return result


# --- reserve --------------------------------------------------------------------------------------------------------


def holder_of(resource_order: str, item: str) -> str:
    """Return the name under which an item of a resource order holds resources."""
    return f"order/{resource_order}/{item}"


def reserve(work: Work) -> Outcome:
    """Take the resources of an item out of stock, or make them, and move its services and products on."""
    entry = work.entry
    taken: dict[str, Document] = {}
    if not work.step.is_skipped:
        for service in entry["services"]:
            for resource in service["resources"]:
                if resource["action"] == ADD:
                    taken[resource["item"]] = _taken(resource, entry["resourceOrder"], work)
    work.step.result = {"resources": taken}
    for service in entry["services"]:
        if service["action"] == ADD:
            supporting = [taken[each["item"]] for each in service["resources"] if each["item"] in taken]
            _reserve_service(service, supporting, work)
    if entry["action"] == ADD:
        for uid in entry["products"]:
            _set_product(uid, {"status": "pendingActive"}, work)
    _begin_resource_order(entry, taken, work)
    items = [service["item"] for service in entry["services"] if service["resources"]]
    move_items(
        ServiceOrder,
        work.service_order,
        {},
        actor=work.actor,
        more=lambda each: with_milestone(each, RESERVED_ALL, "The resources are reserved", items=items),
    )
    return None


def _taken(resource: Document, resource_order: str, work: Work) -> Document:
    """Give the order a free resource, or, of a kind that is not kept in stock, else a new one."""
    kind, holder = reference_id(resource["specification"]), holder_of(resource_order, resource["item"])
    try:
        found = reserve_kind(holder=holder, specification=kind, actor=work.actor)[0]
    except Shortage as shortage:
        if resource["fromStock"]:
            raise StepFailed(f"there is no {resource['name']} left: {shortage.message}") from shortage
        found = _made(resource, holder, work)
    return reference_to(found, found.at_type or "Resource")


def _made(resource: Document, holder: str, work: Work) -> Resource:
    """Create a logical resource for this order alone."""
    made = Resource(
        at_type=resource["type"] or None,
        name=resource["name"],
        resource_specification=resource["specification"],
        resource_characteristic=resource["characteristics"] or None,
        resource_status=RESERVED,
        usage_state="idle",
        related_party=work.order.related_party,
        held_by=holder,
    )
    return operations.save(made, actor=work.actor).instance


def _reserve_service(service: Document, supporting: list[Document], work: Work) -> None:
    changes: Document = {"state": "reserved", **({"supportingResource": supporting} if supporting else {})}
    operations.update(Service, service["id"], lambda each: {**each, **changes}, actor=work.actor, trusted=True)


def _begin_resource_order(entry: Document, taken: Mapping[str, Document], work: Work) -> None:
    """Move a resource order on, its items referring to what they were given."""

    def begin(present: Document) -> Document:
        items = [
            {**item, "resource": {**(item.get("resource") or {}), **taken[item["id"]]}} if item["id"] in taken else item
            for item in present["orderItem"]
        ]
        return {**present, "orderItem": items, "state": IN_PROGRESS}

    operations.update(ResourceOrder, entry["resourceOrder"], begin, actor=work.actor, trusted=True)


# --- return and finish ----------------------------------------------------------------------------------------------


def give_back(work: Work) -> Outcome:
    """Return the resources that an item gives up, each to where it came from."""
    entry = work.entry
    _begin_resource_order(entry, {}, work)
    uids = [
        resource["id"]
        for service in entry["services"]
        for resource in service["resources"]
        if resource["action"] == DELETE
    ]
    for resource in Resource._default_manager.filter(uid__in=uids).order_by("id"):
        if resource.held_by is not None:
            release(holder=resource.held_by, actor=work.actor)
    return None


def finish(work: Work) -> Outcome:
    """Complete an item: its products, its resource order, what is left of its service items, and itself."""
    entry = work.entry
    failed = [part for part in entry["parts"] if _has_failed(part, work)]
    if failed and not work.step.is_skipped:
        raise StepFailed(f"its part {', '.join(failed)} failed", permanent=True)
    for uid in entry["products"]:
        _finish_product(uid, entry, work)
    left = {each["item"]: COMPLETED for each in entry["services"] if each["action"] == NO_CHANGE}
    if left:
        move_items(ServiceOrder, work.service_order, left, actor=work.actor)
    if entry["resourceOrder"]:
        _finish_resource_order(entry, work)
    move_items(ProductOrder, work.order.uid, {work.step.item: COMPLETED}, actor=work.actor)
    return None


def _has_failed(part: str, work: Work) -> bool:
    step = work.beside(f"{FINISH}:{part}")
    return step is not None and not step.is_over


def _finish_resource_order(entry: Document, work: Work) -> None:
    items = [each["item"] for service in entry["services"] for each in service["resources"]]
    states = dict.fromkeys(items, COMPLETED)
    move_items(ResourceOrder, entry["resourceOrder"], states, actor=work.actor)


def _finish_product(uid: str, entry: Document, work: Work) -> None:
    match entry["action"]:
        case "add":
            _set_product(uid, {"status": "active"}, work)
        case "delete":
            _set_product(uid, {"status": "terminated"}, work)
        case "modify":
            _change_product(uid, entry, work)


def _change_product(uid: str, entry: Document, work: Work) -> None:
    item = next(each for path, each in walk(work.order.items, ITEMS) if "/".join(path) == work.step.item)
    offering = ProductOffering._default_manager.filter(uid=entry["offering"]).order_by("-is_current").first()

    def patch(present: Document) -> Document:
        changes: Document = {
            "productCharacteristic": entry["characteristics"] or None,
            "realizingService": _tops(entry, uid) or present.get("realizingService"),
            "productOrderItem": [*(present.get("productOrderItem") or ()), _order_item(work.order, item)],
        }
        if prices := _prices(item):
            changes["productPrice"] = prices
        if item.get("itemTerm"):
            changes["productTerm"] = item["itemTerm"]
        if offering is not None and offering.uid != reference_id(present.get("productOffering")):
            changes["productOffering"] = {**_named(offering), "@referredType": "ProductOffering"}
            changes["productSpecification"] = offering.product_specification
            changes["name"] = offering.name
        return {name: value for name, value in {**present, **changes}.items() if value is not None}

    operations.update(Product, uid, patch, actor=work.actor, trusted=True)
