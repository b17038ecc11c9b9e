"""The demo data of all apps: one story in which every reference leads somewhere, loaded without starting any work."""

import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from pydantic import BaseModel

from catalog.models import Category
from catalog.services.import_entities import model_named, model_of
from catalog.services.read_entries import Entry
from catalog.services.run_jobs import run_due_jobs
from inventory.models import Product, Reservation, Resource, Service
from inventory.services.carry_out_requests import carry_out_due_requests
from inventory.services.reserve_resources import free, held
from inventory.services.settle_reservations import expire_reservations, holder_of
from ordering.services.cancel_order import run_due_cancellations
from party.services.make_bill import make_due_bills
from tests.caller import Caller, footprint
from tmfsite import operations
from tmfsite.events.deliver import dispatch
from tmfsite.events.models import Delivery
from tmfsite.fields import ReferenceField, ValueField
from tmfsite.resources.links import links_of
from tmfsite.resources.registry import model_for, publications
from tmfsite.resources.schema import schema_of
from tmfsite.rest.openapi import openapi_document
from tmfsite.rest.routers import ApiRouter, routers
from tmfsite.server.management.commands.load_demo import demo_entities

type Entity = dict[str, Any]
type Model = type[models.Model]


@cache
def everything() -> dict[Model, list[Entity]]:
    """Return the entities of all demo files by model."""
    found: dict[Model, list[Entity]] = defaultdict(list)
    for entry in demo_entities():
        assert isinstance(entry, Entry), entry
        model = model_of(None, entry.document) or model_named(None, entry.file)
        assert model is not None, (entry.file, entry.position)
        found[model].append(entry.document)
    return dict(found)


def entities(type_name: str) -> list[Entity]:
    model = model_for(type_name)
    assert model is not None
    return everything()[model]


def by_id(type_name: str) -> dict[str, Entity]:
    return {each["id"]: each for each in entities(type_name)}


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


# --- loading ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_loading_it_twice_changes_nothing() -> None:
    total = sum(map(len, everything().values()))
    assert load() == f"demo data: {total} created, 0 updated, 0 unchanged\n"
    before = footprint(Product)
    assert before["audit.Change"] == total + 3  # what a reservation holds notes that
    assert load() == f"demo data: 0 created, 0 updated, {total} unchanged\n"
    assert footprint(Product) == before


@pytest.mark.django_db
def test_loading_it_brings_back_what_was_changed() -> None:
    load()
    Caller("all").patch(
        "/tmf-api/productCatalogManagement/v4/category/CAT-FIBER", {"description": None, "mood": "good"}
    )
    total = sum(map(len, everything().values()))
    assert load() == f"demo data: 0 created, 1 updated, {total - 1} unchanged\n"
    fibre = Category.objects.get(uid="CAT-FIBER")
    assert (fibre.description, fibre.extension) == ("Fibre tiers from 100 to 2,500 Mbps.", None)


@pytest.mark.django_db
def test_an_app_can_be_loaded_alone() -> None:
    out = io.StringIO()
    call_command("load_demo", "catalog", stdout=out)
    total = sum(len(each) for model, each in everything().items() if model._meta.app_label == "catalog")
    assert out.getvalue() == f"demo data: {total} created, 0 updated, 0 unchanged\n"


@pytest.mark.django_db(transaction=True)
def test_loading_it_starts_no_work() -> None:
    load()
    due = {
        work.__name__: work()
        for work in (
            run_due_jobs, run_due_cancellations, make_due_bills, carry_out_due_requests, expire_reservations,
        )
    }  # fmt: skip
    assert {name: number for name, number in due.items() if number} == {}
    dispatch()
    assert Delivery.objects.count() == 0
    assert "0 created, 0 updated" in load()  # nothing has moved


@pytest.mark.django_db
def test_a_loaded_reservation_can_be_cancelled() -> None:
    load()
    reservation = Reservation.objects.get(uid="RSV-2026-0001")
    assert reservation.valid_for > timezone.now()
    assert [each.resource_status for each in held(holder_of(reservation, 0))] == ["reserved"] * 3
    before = free("POOL-MSISDN").count()
    operations.transition(reservation, "cancelled", actor=operations.SYSTEM)
    assert free("POOL-MSISDN").count() == before + 3


@pytest.mark.django_db
def test_every_list_shows_something() -> None:
    load()
    call = Caller("all")
    empty = [
        each.route
        for each in publications()
        if "L" in each.verbs and not call.get(each.route, limit=1, fields="id").body
    ]
    assert empty == []


# --- references -------------------------------------------------------------------------------------------------------

KEPT_ELSEWHERE = {
    "Appointment": "TMF646",
    "Attachment": "TMF667",
    "Channel": "TMF620 only names them",
    "Constraint": "policies of TMF638 are kept by no API of the suite",
    "Event": "an outbox is not demo data",
    "GeographicAddress": "TMF673",
    "GeographicArea": "TMF675",
    "GeographicSite": "TMF674",
    "MarketSegment": "TMF620 only names them",
    "PaymentMethod": "TMF670",
    "Policy": "TMF723",
    "ProductOfferingQualification": "TMF679",
    "Quote": "TMF648",
    "SLAViolation": "TMF623",
    "ServiceLevelAgreement": "TMF623",
    "Tax": "a law",
    "Threshold": "TMF649",
}
OF_ANOTHER_SUITE = {("ProductOffering", "SW-ALARM-24X7"): "ordered for an outside orchestrator"}


def names(entity: Entity) -> set[str]:
    attributes = ("fullName", "name", "tradingName", "specificProblem", "billNo", "description")
    return {entity[each] for each in attributes if each in entity}


def references(value: Any) -> Iterator[Entity]:
    """Yield every object that looks like a reference, at any depth."""
    if isinstance(value, dict):
        if "id" in value and "@referredType" in value:
            yield value
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


@pytest.mark.django_db
def test_declared_references_resolve() -> None:
    """Every reference of which the models know where it leads."""
    known = {
        (schema_of(model).content_type_id(), each["id"]) for model, found in everything().items() for each in found
    }
    elsewhere = {(schema_of(model_for(name)).content_type_id(), uid) for name, uid in OF_ANOTHER_SUITE}
    lost = [
        (entity["id"], path, uid)
        for model, found in everything().items()
        for entity in found
        for attribute in schema_of(model).link_holders
        for path, target, uid in links_of(schema_of(model), attribute, entity.get(attribute.wire))
        if target is not None and (target, uid) not in known | elsewhere
    ]
    assert lost == []


def test_other_references_resolve_and_call_their_target_by_its_name() -> None:
    """Every reference that says by itself what it refers to."""
    found = {model: defaultdict(list) for model in everything()}
    for model, each in everything().items():
        for entity in each:
            found[model][entity["id"]].append(entity)
    for each in everything().values():
        for entity in each:
            for reference in references(entity):
                kind = reference["@referredType"]
                model = model_for(kind)
                if model is None:
                    assert kind in KEPT_ELSEWHERE, (entity["id"], reference)
                elif (kind, reference["id"]) not in OF_ANOTHER_SUITE:
                    targets = found[model].get(reference["id"])
                    assert targets, (entity["id"], reference)
                    if "name" in reference:
                        assert any(reference["name"] in names(target) for target in targets), (entity["id"], reference)


@pytest.mark.parametrize("router", routers(), ids=lambda router: router.api.key)
def test_every_entity_fits_the_schema_of_its_api(router: ApiRouter) -> None:
    document = json.loads(json.dumps(openapi_document(router, "https://tmf.example.com")))
    for publication in publications(router.api):
        schema = {"$ref": f"#/components/schemas/{publication.type_name}", "components": document["components"]}
        validator = jsonschema.Draft202012Validator(schema)
        for entity in everything()[publication.model]:
            if publication.shows(entity.get("@type"), entity.get("@baseType")):
                faults = [each.message for each in validator.iter_errors({"href": publication.route, **entity})]
                assert faults == [], entity["id"]


def test_identities_are_unique() -> None:
    counts = Counter(
        (model, each["id"], each.get("version") if schema_of(model).versioned else None)
        for model, found in everything().items()
        for each in found
    )
    assert [identity for identity, count in counts.items() if count > 1] == []


# --- parties and money ------------------------------------------------------------------------------------------------


def test_there_are_customers_of_both_kinds() -> None:
    kinds = Counter(each["engagedParty"]["@referredType"] for each in entities("Customer"))
    assert kinds["Individual"] >= 12 and kinds["Organization"] >= 8
    accounts = {each["id"] for each in entities("BillingAccount")}
    for customer in entities("Customer"):
        assert {each["id"] for each in customer["account"]} <= accounts
        assert customer["contactMedium"]


def cents(money: Entity | None) -> Decimal:
    return Decimal(str((money or {}).get("value", 0)))


def test_rates_and_payments_add_up_to_the_bills() -> None:
    rates = defaultdict(list)
    for rate in entities("AppliedCustomerBillingRate"):
        assert rate["isBilled"] == ("bill" in rate)
        rates[rate.get("bill", {}).get("id")].append(rate)
    assert rates[None], "something is left to be billed on demand"
    bills, payments = by_id("CustomerBill"), by_id("Payment")
    assert set(rates) - {None} == set(bills)
    assert len({each["state"] for each in bills.values()}) == 6
    for uid, bill in bills.items():
        net = sum(cents(each["taxExcludedAmount"]) for each in rates[uid])
        gross = sum(cents(each["taxIncludedAmount"]) for each in rates[uid])
        tax = sum(cents(tax["taxAmount"]) for each in rates[uid] for tax in each["appliedTax"])
        assert (net, gross) == (cents(bill["taxExcludedAmount"]), cents(bill["taxIncludedAmount"])), uid
        assert net + tax == gross == cents(bill["amountDue"]), uid
        assert {each["billingAccount"]["id"] for each in rates[uid]} == {bill["billingAccount"]["id"]}
        applied = bill.get("appliedPayment", [])
        for each in applied:
            assert payments[each["payment"]["id"]]["status"] == "done"
            assert cents(payments[each["payment"]["id"]]["totalAmount"]) == cents(each["appliedAmount"])
        paid = sum(cents(each["appliedAmount"]) for each in applied)
        assert cents(bill["remainingAmount"]) == gross - paid, uid
        assert (bill["state"] == "settled") == (paid == gross), uid
        assert (bill["state"] == "partiallyPaid") == (0 < paid < gross), uid


# --- inventory --------------------------------------------------------------------------------------------------------


def specification(entity: Entity) -> str:
    return str(entity["resourceSpecification"]["id"])


def test_there_is_stock_of_all_that_orders_take() -> None:
    unused = Counter(
        specification(each)
        for each in entities("Resource")
        if (each["resourceStatus"], each["usageState"]) == ("available", "idle")
    )
    physical = [each["id"] for each in entities("ResourceSpecification") if each["id"].startswith("PRS-")]
    ports = ["LRS-PONPort", "LRS-DSLPort", "LRS-EthernetPort", "LRS-ISDNPort", "LRS-eSIMProfile"]
    assert {name: unused[name] for name in [*physical, *ports] if unused[name] < 20} == {}
    members = Counter(each["resourcePool"]["id"] for each in entities("Resource") if "resourcePool" in each)
    assert set(members) == set(by_id("ResourcePool"))
    assert min(members.values()) >= 50
    pooled = Counter(
        each["resourcePool"]["id"]
        for each in entities("Resource")
        if "resourcePool" in each and each["resourceStatus"] == "available"
    )
    assert min(pooled.values()) >= 50


def test_characteristics_are_those_of_the_specification() -> None:
    holders = (
        ("Product", "productCharacteristic", "productSpecification", "productSpecCharacteristic"),
        ("Service", "serviceCharacteristic", "serviceSpecification", "specCharacteristic"),
        ("Resource", "resourceCharacteristic", "resourceSpecification", "resourceSpecCharacteristic"),
    )
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    for type_name, held_in, refers, declares in holders:
        known = {
            each["id"]: each for each in sorted(entities(refers[0].upper() + refers[1:]), key=lambda e: e["version"])
        }
        for entity in entities(type_name):
            declared = {
                each["name"]: each for each in known.get(entity.get(refers, {}).get("id"), {}).get(declares, [])
            }
            for each in entity.get(held_in, []):
                assert each["name"] in declared, (entity["id"], each["name"])
                assert (each["id"], each["valueType"]) == tuple(
                    declared[each["name"]][key] for key in ("id", "valueType")
                )
                assert isinstance(each["value"], types[each["valueType"]]), (entity["id"], each)


def test_resources_are_used_once_and_look_like_it() -> None:
    users = defaultdict(set)
    for service in entities("Service"):
        if service["category"] == "RFS":
            for each in service.get("supportingResource", []):
                users[each["id"]].add((service["id"], service["state"]))
    for resource in entities("Resource"):
        using = [uid for uid, state in users[resource["id"]] if state not in ("terminated",)]
        assert len(using) <= 1, resource["id"]
        if using:
            assert resource["resourceStatus"] == "reserved", resource["id"]
        elif resource["resourceStatus"] == "available":
            assert resource["usageState"] == "idle" and "relatedParty" not in resource, resource["id"]


def test_products_are_realised_as_the_catalog_says() -> None:
    """By the customer-facing services of their specification, and these by what they rely on."""
    services, resources = by_id("Service"), by_id("Resource")
    catalog = by_id("ServiceSpecification")
    products = by_id("ProductSpecification")
    installed = [each for each in entities("Product") if each["status"] == "active"]
    assert len(installed) >= 25
    lines = {each.get("productSpecification", {}).get("id") for each in installed}
    assert len(lines) >= 20
    for product in entities("Product"):
        if "productSpecification" not in product:
            assert product["isBundle"], product["id"]
            continue
        wanted = {each["id"] for each in products[product["productSpecification"]["id"]]["serviceSpecification"]}
        facing = [services[each["id"]] for each in product["realizingService"]]
        assert {each["serviceSpecification"]["id"] for each in facing} == wanted, product["id"]
        for service in facing:
            below = [services[each["id"]] for each in service["supportingService"]]
            relied = {each["id"] for each in catalog[service["serviceSpecification"]["id"]]["serviceSpecRelationship"]}
            assert {each["serviceSpecification"]["id"] for each in below} <= relied, service["id"]
            assert below
            for each in below:
                uses = {
                    reference["id"]
                    for reference in catalog[each["serviceSpecification"]["id"]]["resourceSpecification"]
                }
                got = {specification(resources[reference["id"]]) for reference in each.get("supportingResource", [])}
                assert got <= uses, each["id"]
                assert got or each["state"] == "terminated", each["id"]
            if product["status"] == "active":
                assert {each["state"] for each in (service, *below)} == {"active"}, product["id"]


def parts(value_type: type[BaseModel]) -> set[str]:
    """Return the wire names of what a value type declares, but for what every one may have."""
    declared = {field.alias or name for name, field in value_type.model_fields.items()}
    return {name for name in declared if not name.startswith("@")} - {"href"}


# What a reference may have besides and the demo leaves to values, and what is another spelling.
LEFT_OUT = {
    "targetProductSchema",
    "ServiceRelationshipCharacteristic",
    "productOrderHref",
    "serviceOrderHref",
    "version",
}


@pytest.mark.parametrize("model", [Product, Service])
def test_two_have_every_part(model: Model) -> None:
    """Each nested attribute is there, with all that its own type declares, in at least two products and services."""
    schema = schema_of(model)
    nested = [each for each in schema.attributes.values() if isinstance(each.field, ValueField | ReferenceField)]

    def is_complete(entity: Entity) -> bool:
        for attribute in nested:
            held = entity.get(attribute.wire)
            values = held if isinstance(held, list) else [held] if held else []
            if not values:
                return False
            if isinstance(attribute.field, ReferenceField):
                continue  # an id, or the whole of another resource
            wanted = parts(attribute.field.value_type) - LEFT_OUT
            if not wanted <= {name for value in values for name in value} | {"id"}:
                return False
        return True

    assert sum(map(is_complete, everything()[model])) >= 2


# --- orders -----------------------------------------------------------------------------------------------------------


def items(order: Entity, key: str) -> Iterator[Entity]:
    for item in order.get(key, []):
        yield item
        yield from items(item, key)


def test_orders_are_in_many_states() -> None:
    states = {each["state"] for each in entities("ProductOrder")}
    assert states == {
        "acknowledged", "pending", "inProgress", "held", "completed", "failed", "partial", "cancelled", "rejected",
    }  # fmt: skip
    assert {each["state"] for each in entities("CancelProductOrder")} == {"done", "terminatedWithError"}


STATUS = {
    "completed": {"active", "suspended", "terminated"},
    "inProgress": {"pendingActive"},
    "held": {"pendingActive"},
    "failed": {"aborted"},
    "cancelled": {"cancelled"},
}


def test_every_product_has_the_order_that_made_it() -> None:
    products, orders = by_id("Product"), by_id("ProductOrder")
    for uid, product in products.items():
        made = product["productOrderItem"][0]
        order = orders[made["productOrderId"]]
        (item,) = [each for each in items(order, "productOrderItem") if each["id"] == made["orderItemId"]]
        assert (item["action"], item["product"]["id"]) == ("add", uid)
        assert product["status"] in STATUS[item["state"]], uid
        assert product["orderDate"] == order["orderDate"]
        assert product["billingAccount"] == order["billingAccount"]


def test_orders_of_services_and_resources_follow_product_orders() -> None:
    products, services = by_id("ProductOrder"), by_id("Service")
    for order in entities("ServiceOrder"):
        source = products[order["externalId"]]
        assert source["state"] == order["state"], order["id"]
        for item in items(order, "serviceOrderItem"):
            service = services[item["service"]["id"]]
            made = [each for each in service["serviceOrderItem"] if each["serviceOrderId"] == order["id"]]
            assert [(each["itemId"], each["itemAction"]) for each in made] == [(item["id"], item["action"])]
    for order in entities("ResourceOrder"):
        if order["orderType"] != "purchase":
            assert order["externalId"] in products


def test_cancelled_orders_have_their_tasks() -> None:
    for kind in ("Product", "Service", "Resource"):
        name = f"{kind[0].lower()}{kind[1:]}Order"
        cancelled = {each["id"] for each in entities(f"{kind}Order") if each["state"] == "cancelled"}
        tasks = {each[name]["id"] for each in entities(f"Cancel{kind}Order") if each["state"] == "done"}
        assert tasks == cancelled != set()


def test_resources_of_the_store_are_those_of_the_files() -> None:
    assert len(everything()[Resource]) == len(by_id("Resource"))
