"""The demo catalogs are coherent; `tests/server/test_load_demo.py` is about all demo data."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import catalog
from tests.caller import Caller
from tmfsite.resources.registry import model_for, publication_of

type Entity = dict[str, Any]

DEMO = Path(catalog.__file__).parent / "demo"
TYPES = (
    "Catalog",
    "Category",
    "ProductSpecification",
    "ProductOfferingPrice",
    "ProductOffering",
    "ServiceCatalog",
    "ServiceCategory",
    "ServiceCandidate",
    "ServiceSpecification",
    "ResourceCatalog",
    "ResourceCategory",
    "ResourceCandidate",
    "ResourceSpecification",
)


@cache
def entities(type_name: str) -> list[Entity]:
    """Return the demo entities of one type."""
    path = DEMO / f"{type_name[0].lower()}{type_name[1:]}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def by_id(type_name: str) -> dict[str, Entity]:
    return {each["id"]: each for each in entities(type_name)}


def every_entity() -> Iterator[Entity]:
    for type_name in TYPES:
        yield from entities(type_name)


REFERENCES = [
    ("Catalog", "category", "Category"),
    ("ProductSpecification", "bundledProductSpecification", "ProductSpecification"),
    ("ProductSpecification", "productSpecificationRelationship", "ProductSpecification"),
    ("ProductOfferingPrice", "popRelationship", "ProductOfferingPrice"),
    ("ProductOfferingPrice", "bundledPopRelationship", "ProductOfferingPrice"),
    ("ProductOffering", "category", "Category"),
    ("ProductOffering", "productSpecification", "ProductSpecification"),
    ("ProductOffering", "productOfferingPrice", "ProductOfferingPrice"),
    ("ProductOffering", "bundledProductOffering", "ProductOffering"),
    ("ProductOffering", "productOfferingRelationship", "ProductOffering"),
    ("ProductOffering", "serviceCandidate", "ServiceCandidate"),
    ("ProductSpecification", "serviceSpecification", "ServiceSpecification"),
    ("ProductSpecification", "resourceSpecification", "ResourceSpecification"),
    ("ServiceCatalog", "category", "ServiceCategory"),
    ("ServiceCategory", "category", "ServiceCategory"),
    ("ServiceCandidate", "category", "ServiceCategory"),
    ("ServiceCandidate", "serviceSpecification", "ServiceSpecification"),
    ("ServiceSpecification", "serviceSpecRelationship", "ServiceSpecification"),
    ("ServiceSpecification", "resourceSpecification", "ResourceSpecification"),
    ("ResourceCatalog", "category", "ResourceCategory"),
    ("ResourceCategory", "category", "ResourceCategory"),
    ("ResourceCandidate", "category", "ResourceCategory"),
    ("ResourceCandidate", "resourceSpecification", "ResourceSpecification"),
    ("ResourceSpecification", "resourceSpecRelationship", "ResourceSpecification"),
]

CUSTOMER = "CustomerFacingServiceSpecification"
RESOURCE = "ResourceFacingServiceSpecification"
KINDS = {
    "PRS": "PhysicalResourceSpecification",
    "LRS": "LogicalResourceSpecification",
    "FRS": "ResourceFunctionSpecification",
}


@pytest.mark.parametrize(
    ("type_name", "at_least"),
    [
        ("Catalog", 2),
        ("Category", 20),
        ("ProductSpecification", 32),
        ("ProductOfferingPrice", 65),
        ("ProductOffering", 45),
        ("ServiceCandidate", 30),
        ("ServiceSpecification", 80),
        ("ResourceCandidate", 45),
        ("ResourceSpecification", 45),
    ],
)
def test_is_large_enough(type_name: str, at_least: int) -> None:
    assert len(entities(type_name)) >= at_least
    assert {each.get("@baseType", each["@type"]) for each in entities(type_name)} == {type_name}


def test_identity_is_unique() -> None:
    counts = Counter((each["@type"], each["id"], each["version"]) for each in every_entity())
    assert [identity for identity, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(("type_name", "attribute", "target"), REFERENCES)
def test_references_resolve(type_name: str, attribute: str, target: str) -> None:
    known = by_id(target)
    for entity in entities(type_name):
        held = entity.get(attribute, [])
        for reference in held if isinstance(held, list) else [held]:
            if "id" not in reference:
                continue  # a price given by value
            names = {each["name"] for each in entities(target) if each["id"] == reference["id"]}
            assert reference["name"] in names, (entity["id"], reference)
            assert "version" not in reference or known[reference["id"]]["version"] == reference["version"]
            assert reference.get("@referredType", target) in (target, known[reference["id"]]["@type"])


def test_characteristic_choices_are_those_of_the_specification() -> None:
    specifications = {(each["id"], each["version"]): each for each in entities("ProductSpecification")}
    for entity in [*entities("ProductOffering"), *entities("ProductOfferingPrice")]:
        for use in entity.get("prodSpecCharValueUse", []):
            used = use["productSpecification"]
            declared = {
                each["id"]: each for each in specifications[used["id"], used["version"]]["productSpecCharacteristic"]
            }[use["id"]]
            assert (use["name"], use["valueType"]) == (declared["name"], declared["valueType"])
            allowed = declared["productSpecCharacteristicValue"]
            for chosen in use["productSpecCharacteristicValue"]:
                value = chosen["value"]
                listed = any("value" in each and each["value"] == value for each in allowed)
                ranged = any("valueFrom" in each and each["valueFrom"] <= value <= each["valueTo"] for each in allowed)
                assert listed or ranged, (entity["id"], use["name"], value)


def test_characteristics_have_typed_values_and_at_most_one_default() -> None:
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    for specification in entities("ProductSpecification"):
        for characteristic in specification.get("productSpecCharacteristic", []):
            values = characteristic.get("productSpecCharacteristicValue", [])
            for each in values:
                if "value" in each:
                    assert isinstance(each["value"], types[characteristic["valueType"]]), characteristic["name"]
                    assert isinstance(each["value"], bool) == (characteristic["valueType"] == "boolean")
            assert sum(each["isDefault"] for each in values) <= 1, (
                specification["id"],
                characteristic["name"],
            )
            assert characteristic["minCardinality"] <= characteristic["maxCardinality"]


# --- how products are realised ----------------------------------------------------------------------------------------


def characteristics(entity: Entity) -> dict[str, Entity]:
    """Return the characteristics of a product, service or resource specification by name."""
    for attribute in ("productSpecCharacteristic", "specCharacteristic", "resourceSpecCharacteristic"):
        if attribute in entity:
            return {each["name"]: each for each in entity[attribute]}
    return {}


def realisations() -> Iterator[tuple[Entity, Entity, Entity, Entity]]:
    """Yield every way from a product specification to a resource specification."""
    services, resources = by_id("ServiceSpecification"), by_id("ResourceSpecification")
    for product in entities("ProductSpecification"):
        for facing in product["serviceSpecification"]:
            customer = services[facing["id"]]
            for tie in customer["serviceSpecRelationship"]:
                service = services[tie["id"]]
                for reference in service["resourceSpecification"]:
                    yield product, customer, service, resources[reference["id"]]


def test_every_product_specification_ends_in_resources() -> None:
    ways = list(realisations())
    assert {product["id"] for product, *_ in ways} == set(by_id("ProductSpecification"))
    pools = {
        tie["id"]
        for each in entities("ResourceSpecification")
        for tie in each.get("resourceSpecRelationship", [])
        if tie["relationshipType"] == "memberOf"
    }
    assert {way[-1]["id"] for way in ways} | pools == set(by_id("ResourceSpecification"))
    for product, customer, service, resource in ways:
        assert (customer["@type"], service["@type"]) == (CUSTOMER, RESOURCE), product["id"]
        assert resource["@type"] == KINDS[resource["id"][:3]]
        assert {tie["relationshipType"] for tie in customer["serviceSpecRelationship"]} == {"reliesOn"}
        assert "serviceSpecRelationship" not in service
        assert "resourceSpecification" not in customer


def test_services_use_the_resources_that_the_product_names() -> None:
    used: dict[str, set[str]] = {}
    for product, _, _, resource in realisations():
        used.setdefault(product["id"], set()).add(resource["id"])
    for product in entities("ProductSpecification"):
        named = {each["id"] for each in product.get("resourceSpecification", [])}
        assert named <= used[product["id"]], product["id"]


def test_characteristics_are_carried_down_by_name() -> None:
    """What a product has its customer-facing service has, and what else goes down keeps name, id and kind."""
    for product, customer, service, resource in realisations():
        assert characteristics(product).keys() <= characteristics(customer).keys(), product["id"]
        for above, below in ((product, customer), (customer, service), (service, resource)):
            for name, declared in characteristics(above).items():
                if carried := characteristics(below).get(name):
                    said = (carried["id"], carried["valueType"])
                    assert said == (declared["id"], declared["valueType"]), (above["id"], below["id"], name)
    for service in entities("ServiceSpecification"):
        if service["@type"] == RESOURCE:
            above = [
                characteristics(each)
                for each in entities("ServiceSpecification")
                if service["id"] in {tie["id"] for tie in each.get("serviceSpecRelationship", [])}
            ]
            assert above, service["id"]
            assert characteristics(service).keys() <= {name for each in above for name in each}, service["id"]


def chosen(characteristic: Entity) -> list[Any]:
    """Return the single values that a characteristic allows."""
    attributes = (
        "productSpecCharacteristicValue",
        "characteristicValueSpecification",
        "resourceSpecCharacteristicValue",
    )
    values = next((characteristic[each] for each in attributes if each in characteristic), [])
    return [each["value"] for each in values if "value" in each]


def is_needed(entity: Entity, order: dict[str, Any]) -> bool:
    """Tell whether what is fixed in a specification admits what was ordered (docs/realisation.md)."""
    fixed = {name: chosen(each) for name, each in characteristics(entity).items() if not each["configurable"]}
    return all(not values or order.get(name, values[0]) in values for name, values in fixed.items())


@pytest.mark.parametrize(
    ("product", "order", "wanted", "unwanted"),
    [
        ("PS-FIBER-ACCESS", {"Static IPv4": True}, {"PRS-ONT", "LRS-IPv4Address"}, set()),
        ("PS-FIBER-ACCESS", {"Static IPv4": False}, {"PRS-ONT", "LRS-PONPort"}, {"LRS-IPv4Address"}),
        ("PS-MOBILE-LINE", {"SIM type": "eSIM"}, {"LRS-eSIMProfile", "LRS-MSISDN"}, {"PRS-SIM"}),
        ("PS-MOBILE-LINE", {"SIM type": "Physical SIM"}, {"PRS-SIM", "LRS-MSISDN"}, {"LRS-eSIMProfile"}),
        ("PS-BIZ-BROADBAND", {"Mobile fallback": False}, {"PRS-BusinessGateway"}, {"PRS-SIM", "PRS-HomeGateway"}),
        ("PS-FIREWALL", {"Placement": "In the core"}, {"LRS-FirewallPolicy", "FRS-Firewall"}, set()),
        ("PS-FIREWALL", {"Placement": "On the edge"}, {"LRS-FirewallPolicy"}, {"FRS-Firewall"}),
    ],
)
def test_what_an_order_needs(product: str, order: dict[str, Any], wanted: set[str], unwanted: set[str]) -> None:
    found = {
        way[-1]["id"]
        for way in realisations()
        if way[0]["id"] == product and all(is_needed(each, order) for each in way[1:])
    }
    assert wanted <= found
    assert not unwanted & found


def test_states_of_services_and_resources_fit_the_products() -> None:
    released = {"Launched", "Active"}
    for product, customer, service, resource in realisations():
        if product["lifecycleStatus"] in released:
            states = {each["lifecycleStatus"] for each in (customer, service, resource)}
            assert states <= released, (product["id"], customer["id"], service["id"], resource["id"])


@pytest.mark.parametrize(
    ("kind", "candidate"), [("ServiceCategory", "ServiceCandidate"), ("ResourceCategory", "ResourceCandidate")]
)
def test_categories_of_services_and_resources_have_two_levels(kind: str, candidate: str) -> None:
    roots = {each["id"]: [] for each in entities(kind) if each["isRoot"]}
    for each in entities(kind):
        if not each["isRoot"]:
            roots[each["parentId"]].append(each["id"])
    assert {each["id"]: [sub["id"] for sub in each["category"]] for each in entities(kind) if each["isRoot"]} == roots
    leaves = {each["id"] for each in entities(kind)} - set(roots)
    assert {reference["id"] for each in entities(candidate) for reference in each["category"]} == leaves


def test_every_customer_facing_service_and_every_resource_has_a_candidate() -> None:
    offered = {each["serviceSpecification"]["id"] for each in entities("ServiceCandidate")}
    assert offered == {each["id"] for each in entities("ServiceSpecification") if each["@type"] == CUSTOMER}
    offered = {each["resourceSpecification"]["id"] for each in entities("ResourceCandidate")}
    assert offered == set(by_id("ResourceSpecification"))


def test_offerings_name_the_candidate_of_their_service() -> None:
    candidates = by_id("ServiceCandidate")
    specifications = by_id("ProductSpecification")
    for offering in entities("ProductOffering"):
        if reference := offering.get("productSpecification"):
            candidate = candidates[offering["serviceCandidate"]["id"]]
            services = {each["id"] for each in specifications[reference["id"]]["serviceSpecification"]}
            assert candidate["serviceSpecification"]["id"] in services, offering["id"]


def test_category_tree_has_three_levels_and_no_cycle() -> None:
    parents = {each["id"]: each.get("parentId") for each in entities("Category")}
    depths = set()
    for node in parents:
        path = [node]
        while (parent := parents[path[-1]]) is not None:
            assert parent not in path
            path.append(parent)
        depths.add(len(path))
    assert depths == {1, 2, 3}
    assert all(each["isRoot"] == ("parentId" not in each) for each in entities("Category"))


def test_every_leaf_category_has_an_offering() -> None:
    parents = {each.get("parentId") for each in entities("Category")}
    used = {reference["id"] for offering in entities("ProductOffering") for reference in offering["category"]}
    assert {each["id"] for each in entities("Category")} - parents - used == set()


def test_every_price_is_used() -> None:
    used = {
        each.get("id") for offering in entities("ProductOffering") for each in offering.get("productOfferingPrice", [])
    }
    for price in entities("ProductOfferingPrice"):
        used |= {each["id"] for each in price.get("popRelationship", []) + price.get("bundledPopRelationship", [])}
    assert set(by_id("ProductOfferingPrice")) - used == set()


def test_tax_fits_the_price() -> None:
    for price in entities("ProductOfferingPrice"):
        if "price" not in price:
            assert price["percentage"] > 0
            continue
        (tax,) = price["tax"]
        net = price["price"]["value"]
        assert abs(net * tax["taxRate"] / 100 - tax["taxAmount"]["value"]) <= 0.01, price["id"]


def test_bundles_have_sensible_numbers_and_price() -> None:
    for offering in entities("ProductOffering"):
        parts = offering.get("bundledProductOffering", [])
        assert offering["isBundle"] == bool(parts)
        for part in parts:
            option = part["bundledProductOfferingOption"]
            low, high = option["numberRelOfferLowerLimit"], option["numberRelOfferUpperLimit"]
            assert 0 <= low <= option["numberRelOfferDefault"] <= high
    prices = by_id("ProductOfferingPrice")
    for price in entities("ProductOfferingPrice"):
        if price["isBundle"]:
            single = sum(prices[each["id"]]["price"]["value"] for each in price["bundledPopRelationship"])
            assert price["price"]["value"] < single, price["id"]


def test_lifecycle_states_are_spread() -> None:
    states = Counter(each["lifecycleStatus"] for each in entities("ProductOffering"))
    assert set(states) == {"Launched", "Active", "In Test", "In Design", "In Study", "Retired", "Obsolete"}
    assert states["Launched"] > states.total() / 2


def test_launched_offerings_need_launched_parts() -> None:
    specifications = {(each["id"], each["version"]): each for each in entities("ProductSpecification")}
    released = {"Launched", "Active"}
    for offering in entities("ProductOffering"):
        if offering["lifecycleStatus"] != "Launched":
            continue
        if reference := offering.get("productSpecification"):
            assert specifications[reference["id"], reference["version"]]["lifecycleStatus"] in released, offering["id"]
        for price in offering["productOfferingPrice"]:
            if "id" in price:
                state = by_id("ProductOfferingPrice")[price["id"]]["lifecycleStatus"]
                assert state in released, (offering["id"], price["id"])


def test_some_entities_have_two_versions() -> None:
    versions = Counter((each["@type"], each["id"]) for each in every_entity())
    assert {identity for identity, count in versions.items() if count == 2} == {
        ("ProductSpecification", "PS-FIBER-ACCESS"),
        ("ProductOffering", "PO-FIBER-500"),
    }


@pytest.mark.django_db
def test_what_is_loaded_is_what_the_files_say() -> None:
    call_command("load_demo", "catalog", stdout=io.StringIO())
    call = Caller("all")
    for entity in every_entity():
        model = model_for(entity["@type"])
        publication = publication_of(model)
        shown = call.get(f"{publication.route}/{entity['id']}", version=entity["version"]).body
        tree = getattr(model, "below", None)  # gets addresses by and by
        assert {name: shown[name] for name in entity if name != tree} == {
            name: value for name, value in entity.items() if name != tree
        }
