"""What has to be done for a product order: its plan, and the steps that carry it out.

The plan is a document that the fulfilment keeps. For each item of the order, by its path, an entry says

- `action`; `products`, the ids of the products it makes or changes; `parts`, the paths of the items it bundles;
- `needs`, the paths of the items it relies on, which are done before;
- `services`: for each `id`, its `item` of the service order, `action`, `specification`, `characteristics`, the items
  `after` which it is activated, and its `resources` as the items of the resource order `resourceOrder`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from inventory.models.product import Product
from inventory.models.resource import Resource
from inventory.models.service import Service
from ordering.models.fulfilment import Fulfilment, Step
from ordering.services.decompose import (
    MEMBER_OF,
    RESOURCE,
    SERVICE,
    Catalogs,
    Node,
    decompose,
    fold,
    reference_id,
    same_value,
)
from ordering.services.fill_bundles import ITEMS, parts_of
from ordering.services.roll_up import Path, walk
from ordering.services.validate_order import chosen_of, merged
from tmfsite.fields.json import Document
from tmfsite.resources.models import new_uid

ADD: Final = "add"
MODIFY: Final = "modify"
DELETE: Final = "delete"
NO_CHANGE: Final = "noChange"

VALIDATE: Final = "validate"
START: Final = "start"
RESERVE: Final = "reserve"
ACTIVATE: Final = "activate"
DEACTIVATE: Final = "deactivate"
RETURN: Final = "return"
FINISH: Final = "finish"
UNDO: Final = "undo"

ANYHOW: Final = "~"
"""Before a key that a step waits for: it may run whatever became of that one."""


@dataclass
class _Numbers:
    """Counts the items of the service order."""

    last: int = 0

    def next(self) -> str:
        self.last += 1
        return str(self.last)


@dataclass
class Installed:
    """The products, services and resources that are there already, by id."""

    products: dict[str, Product] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)


def read_installed(uids: Iterable[str]) -> Installed:
    """Read products with those they bundle, and what realises them: a query for each level."""
    found = Installed()
    wanted = set(uids) - {""}
    while wanted:
        products = {each.uid: each for each in Product._default_manager.filter(uid__in=wanted)}
        found.products |= products
        wanted = {reference_id(part) for each in products.values() for part in each.product or ()}
        wanted -= found.products.keys() | {""}
    wanted = {reference_id(each) for product in found.products.values() for each in product.realizing_service or ()}
    while wanted := wanted - found.services.keys() - {""}:
        services = {each.uid: each for each in Service._default_manager.filter(uid__in=wanted)}
        if not services:
            break
        found.services |= services
        wanted = {reference_id(each) for service in services.values() for each in service.supporting_service or ()}
    uids = {reference_id(each) for service in found.services.values() for each in service.supporting_resource or ()}
    if uids:
        found.resources = {each.uid: each for each in Resource._default_manager.filter(uid__in=uids)}
    return found


# --- the plan -------------------------------------------------------------------------------------------------------


def plan_order(items: Sequence[Document], catalogs: Catalogs, installed: Installed) -> Document:
    """Return the plan of an order."""
    numbers = _Numbers()
    paths = {str(item.get("id")): "/".join(path) for path, item in walk(items, ITEMS)}
    entries: dict[str, Document] = {}
    for path, item in walk(items, ITEMS):
        entry = _entry(item, catalogs, installed, numbers)
        held = ["/".join((*path, str(part.get("id")))) for part in item.get(ITEMS) or ()]
        entry["parts"] = held + [paths[uid] for uid in parts_of(item) if uid in paths]
        entry["needs"] = [paths[uid] for uid in _needed_items(item) if uid in paths]
        entries["/".join(path)] = entry
    _break_circles(entries)
    return {"serviceOrder": new_uid() if any(each["services"] for each in entries.values()) else "", "items": entries}


def _needed_items(item: Document) -> list[str]:
    ties = item.get("productOrderItemRelationship") or ()
    return [reference_id(tie) for tie in ties if fold(tie.get("relationshipType")) in ("relieson", "requires")]


def _break_circles(entries: dict[str, Document]) -> None:
    """Forget what would have items wait for each other."""

    def waits_for(path: str, other: str) -> bool:
        seen, open_ = set(), [path]
        while open_:
            at = open_.pop()
            if at == other:
                return True
            if at in entries and at not in seen:
                seen.add(at)
                open_ += [*entries[at]["needs"], *entries[at]["parts"]]
        return False

    for path, entry in entries.items():
        for name in ("parts", "needs"):
            wanted, entry[name] = entry[name], []
            for other in wanted:
                if other in entries and not waits_for(other, path):
                    entry[name].append(other)


def _entry(item: Document, catalogs: Catalogs, installed: Installed, numbers: _Numbers) -> Document:
    action = str(item.get("action"))
    entry: Document = {"action": action, "products": [], "services": [], "resourceOrder": ""}
    if action == ADD:
        uid, quantity = reference_id(item.get("productOffering")), item.get("quantity") or 1
        for _ in range(quantity):
            node = decompose(catalogs, uid, chosen_of(item), parts=False)
            entry["products"].append(new_uid())
            _add_services(entry, node.parts[0].of(SERVICE), numbers)
        entry["characteristics"] = node.parts[0].characteristics
    else:
        product = installed.products[reference_id(item.get("product"))]
        entry["products"] = [product.uid]
        if action == MODIFY:
            _plan_change(entry, item, product, catalogs, installed, numbers)
        elif action == DELETE:
            entry["products"] += _held_products(product, installed)
            for uid in entry["products"]:
                _plan_removal(entry, list(_services_of(installed.products[uid], installed)), installed, numbers)
    if any(service["resources"] for service in entry["services"]):
        entry["resourceOrder"] = new_uid()
        resources = (each for service in entry["services"] for each in service["resources"])
        for number, resource in enumerate(resources, start=1):
            resource["item"] = str(number)
    return entry


def _add_services(entry: Document, nodes: Sequence[Node], numbers: _Numbers) -> list[str]:
    """Enter services, and those they rely on; return the items of the former."""
    made = []
    for node in nodes:
        service: Document = {
            "item": numbers.next(),
            "id": new_uid(),
            "action": ADD,
            "product": entry["products"][-1],
            "specification": reference_to(node),
            "type": kind_of(node),
            "name": node.name,
            "characteristics": node.characteristics,
            "resources": [_resource(each) for each in node.of(RESOURCE)],
        }
        entry["services"].append(service)
        service["after"] = _add_services(entry, node.of(SERVICE), numbers)
        made.append(service["item"])
    return made


def _resource(node: Node) -> Document:
    ties = node.specification.get("resourceSpecRelationship") or ()
    pooled = any(fold(tie.get("relationshipType")) == MEMBER_OF for tie in ties)
    physical = "physical" in str(node.specification.get("@type") or "").casefold()
    return {
        "action": ADD,
        "specification": reference_to(node),
        "type": kind_of(node),
        "name": node.name,
        "characteristics": node.characteristics,
        "fromStock": pooled or physical,
    }


def reference_to(node: Node) -> Document:
    """Return a reference to what a node is made of."""
    kept: Document = {
        name: node.specification[name] for name in ("id", "href", "name", "version") if name in node.specification
    }
    kind = node.specification.get("@type")
    return {**kept, **({"@referredType": kind} if kind else {})}


def kind_of(node: Node) -> str:
    """Return the `@type` of what is made by a specification: that of the specification without this word."""
    return str(node.specification.get("@type") or "").removesuffix("Specification")


# --- what is installed ----------------------------------------------------------------------------------------------


def _held_products(product: Product, installed: Installed) -> list[str]:
    """Return the ids of the products in a bundle, and of those in them, that are still in use."""
    found: list[str] = []
    for each in product.product or ():
        part = installed.products.get(reference_id(each))
        if part is not None and part.status in ("active", "suspended", "pendingTerminate") and part.uid not in found:
            found += [part.uid, *_held_products(part, installed)]
    return list(dict.fromkeys(found))


def _services_of(product: Product, installed: Installed) -> Iterator[Service]:
    """Yield the services that realise a product and run, each before those it relies on."""
    open_ = [reference_id(each) for each in product.realizing_service or ()]
    seen: set[str] = set()
    while open_:
        uid = open_.pop(0)
        service = installed.services.get(uid)
        if service is None or uid in seen:
            continue
        seen.add(uid)
        open_ += [reference_id(each) for each in service.supporting_service or ()]
        if service.state != "terminated":
            yield service


def _existing(service: Service, action: str, numbers: _Numbers, product: str) -> Document:
    return {
        "item": numbers.next(),
        "id": service.uid,
        "action": action,
        "product": product,
        "specification": service.service_specification,
        "type": service.at_type,
        "name": service.name,
        "characteristics": service.service_characteristic or [],
        "resources": [],
        "after": [],
    }


def _plan_removal(entry: Document, services: Sequence[Service], installed: Installed, numbers: _Numbers) -> None:
    """Enter services to be taken down: those that rely on others before these."""
    made = {
        each.uid: _existing(each, DELETE, numbers, entry["products"][0]) for each in services
    }  # fmt: skip
    for each in services:
        service = made[each.uid]
        service["resources"] = [_existing_resource(uid, installed) for uid in _resource_ids(each, installed)]
        for other in each.supporting_service or ():
            if reference_id(other) in made:
                made[reference_id(other)]["after"].append(service["item"])
    entry["services"] += made.values()


def _resource_ids(service: Service, installed: Installed) -> list[str]:
    return [uid for each in service.supporting_resource or () if (uid := reference_id(each)) in installed.resources]


def _existing_resource(uid: str, installed: Installed) -> Document:
    resource = installed.resources[uid]
    return {
        "action": DELETE,
        "id": uid,
        "specification": resource.resource_specification or {},
        "name": resource.name or "",
        "type": resource.at_type or "",
        "characteristics": [],
        "fromStock": True,
    }


def _plan_change(
    entry: Document, item: Document, product: Product, catalogs: Catalogs, installed: Installed, numbers: _Numbers
) -> None:
    """Enter what differs between the services of a product and those that it needs as changed."""
    uid = reference_id(item.get("productOffering")) or reference_id(product.product_offering)
    node = decompose(catalogs, uid, merged(product, item, catalogs), parts=False)
    entry["offering"] = uid
    entry["characteristics"] = node.parts[0].characteristics
    present = list(_services_of(product, installed))
    kept: set[str] = set()
    _change_services(entry, node.parts[0].of(SERVICE), present, kept, installed, numbers)
    gone = [each for each in present if each.uid not in kept]
    before = [each["item"] for each in entry["services"]]
    _plan_removal(entry, gone, installed, numbers)
    for service in entry["services"]:
        if service["action"] == DELETE and not service["after"]:
            service["after"] = before
    _tie_changed(entry, installed)


def _change_services(
    entry: Document,
    nodes: Sequence[Node],
    present: Sequence[Service],
    kept: set[str],
    installed: Installed,
    numbers: _Numbers,
) -> list[str]:
    made = []
    for node in nodes:
        old = next((each for each in present if each.uid not in kept and _is_made_of(each, node)), None)
        if old is None:
            made += _add_services(entry, [node], numbers)
            continue
        kept.add(old.uid)
        service = _existing(old, NO_CHANGE, numbers, entry["products"][0])
        entry["services"].append(service)
        service["resources"] = list(_changed_resources(old, node, installed))
        if service["resources"] or _differ(service["characteristics"], node.characteristics):
            service["action"] = MODIFY
            service["before"] = {"characteristics": service["characteristics"]}
            service["characteristics"] = node.characteristics
        service["after"] = _change_services(entry, node.of(SERVICE), present, kept, installed, numbers)
        made.append(service["item"])
    return made


def _is_made_of(service: Service, node: Node) -> bool:
    return reference_id(service.service_specification) == node.id


def _changed_resources(service: Service, node: Node, installed: Installed) -> Iterator[Document]:
    present = _resource_ids(service, installed)
    for needed in node.of(RESOURCE):
        specification = needed.id
        held = (
            uid for uid in present if reference_id(installed.resources[uid].resource_specification) == specification
        )
        if (uid := next(held, None)) is None:
            yield _resource(needed)
        else:
            present.remove(uid)
    for uid in present:
        yield _existing_resource(uid, installed)


def _differ(one: Sequence[Document], other: Sequence[Document]) -> bool:
    first, second = ({fold(each.get("name")): each.get("value") for each in values} for values in (one, other))
    return first.keys() != second.keys() or any(not same_value(first[name], second[name]) for name in first)


def _tie_changed(entry: Document, installed: Installed) -> None:
    """Note for changed services which services they will rely on, where that differs."""
    by_item = {service["item"]: service["id"] for service in entry["services"]}
    for service in entry["services"]:
        old = installed.services.get(service["id"])
        if old is None or service["action"] == DELETE:
            continue
        wanted = [by_item[item] for item in service["after"]]
        if wanted != [reference_id(each) for each in old.supporting_service or ()]:
            service.setdefault("before", {"characteristics": service["characteristics"]})
            service["before"]["supportingService"] = old.supporting_service or []
            service["supportingService"] = wanted
            service["action"] = MODIFY


# --- the steps ------------------------------------------------------------------------------------------------------


def steps_of(fulfilment: Fulfilment) -> list[Step]:
    """Return the steps that carry out a plan, in the order in which they are shown."""
    made: list[Step] = []

    def step(kind: str, item: str, after: Iterable[str], subject: str = "") -> str:
        key = f"{kind}:{subject or item}"
        position = 10 + len(made)
        waits = list(dict.fromkeys(after))
        made.append(
            Step(fulfilment=fulfilment, key=key, kind=kind, item=item, subject=subject, position=position, after=waits)
        )
        return key

    for path, entry in fulfilment.items.items():
        needed = [f"{FINISH}:{other}" for other in entry["needs"]]
        last = [START, *needed]
        if any(each["action"] == ADD for service in entry["services"] for each in service["resources"]):
            last = [step(RESERVE, path, last)]
        keys = {each["item"]: _working_key(each) for each in entry["services"]}
        worked = [
            step(_kind_of_work(each), path, [*last, *_awaited(each, entry, keys)], each["item"])
            for each in _in_order(entry["services"])
            if keys[each["item"]]
        ]
        last = worked or last
        if any(each["action"] == DELETE for service in entry["services"] for each in service["resources"]):
            last = [step(RETURN, path, last)]
        step(FINISH, path, [*last, *(f"{ANYHOW}{FINISH}:{part}" for part in entry["parts"])])
    return made


def _kind_of_work(service: Document) -> str:
    return DEACTIVATE if service["action"] == DELETE else ACTIVATE


def _working_key(service: Document) -> str:
    return "" if service["action"] == NO_CHANGE else f"{_kind_of_work(service)}:{service['item']}"


def _awaited(service: Document, entry: Document, keys: dict[str, str]) -> list[str]:
    """Return the keys of the steps before that of a service; through those that need no step."""
    by_item = {each["item"]: each for each in entry["services"]}
    found: list[str] = []
    for item in service["after"]:
        found += [keys[item]] if keys[item] else _awaited(by_item[item], entry, keys)
    return found


def _in_order(services: Sequence[Document]) -> list[Document]:
    """Return services so that each comes after those it waits for."""
    by_item = {each["item"]: each for each in services}
    found: dict[str, Document] = {}
    seen: set[str] = set()

    def visit(service: Document) -> None:
        if service["item"] not in seen:
            seen.add(service["item"])
            for item in service["after"]:
                visit(by_item[item])
            found[service["item"]] = service

    for each in services:
        visit(each)
    return list(found.values())


def path_of(text: str) -> Path:
    """Return the path of an item from its text."""
    return tuple(text.split("/"))
