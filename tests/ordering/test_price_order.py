"""What product orders cost: by made-up prices, and by the demo catalog."""

import json as plain
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

import catalog
from ordering.services.price_order import Offer, price_items, reprice_items, total
from tests.caller import Caller
from tmfsite.fields import json
from tmfsite.fields.json import Document, RawFloat

ROUTE = "/tmf-api/productOrderingManagement/v4/productOrder"
MONTHLY: Document = {
    "id": "fee",
    "name": "Monthly fee",
    "priceType": "recurring",
    "recurringChargePeriodType": "month",
    "recurringChargePeriodLength": 1,
    "price": {"unit": "EUR", "value": RawFloat("10.10")},
    "tax": [{"taxCategory": "VAT", "taxRate": 20}],
}
SETUP: Document = {
    "id": "setup",
    "name": "Set-up",
    "priceType": "one time",
    "price": {"unit": "EUR", "value": RawFloat("41.58")},
    "tax": [{"taxRate": 20, "taxAmount": {"unit": "EUR", "value": RawFloat("8.32")}}],
}
CALLS: Document = {
    "id": "calls",
    "priceType": "usage",
    "price": {"unit": "EUR", "value": RawFloat("0.0083")},
    "unitOfMeasure": {"amount": 1, "units": "minute"},
}
HALF: Document = {
    "id": "half",
    "name": "Half",
    "priceType": "discount",
    "percentage": 50,
    "productOfferingTerm": [{"name": "First 6 months", "duration": {"amount": 6, "units": "month"}}],
}
TENTH: Document = {"id": "tenth", "name": "A tenth", "priceType": "discount", "percentage": 10}
LESS: Document = {
    "id": "less",
    "priceType": "discount",
    "price": {"unit": "EUR", "value": RawFloat("1.50")},
    "tax": [{"taxRate": 20}],
}
YEAR: Document = {"name": "A year", "duration": {"amount": 12, "units": "month"}}


def item(**more: Any) -> Document:
    return {"id": "1", "action": "add", "productOffering": {"id": "o"}, **more}


def offer(*charges: Document, discounts: tuple[Document, ...] = (), **offering: Any) -> dict[str, Offer]:
    ties = [{"id": each["id"], "relationshipType": "discount"} for each in discounts]
    tied = [{**each, "popRelationship": ties} if ties else each for each in charges]
    return {"o": Offer(offering, tied, {each["id"]: each for each in discounts})}


def amounts(prices: list[Document]) -> list[tuple[Any, ...]]:
    """Kind, period, and the two amounts as they are spelled."""
    return [
        (
            each["priceType"],
            each.get("recurringChargePeriod"),
            json.dumps(each["price"]["dutyFreeAmount"]["value"]),
            json.dumps(each["price"]["taxIncludedAmount"]["value"]),
        )
        for each in prices
    ]


def test_prices_of_an_item() -> None:
    [priced] = price_items([item(quantity=3)], offer(MONTHLY, SETUP, CALLS))
    assert amounts(priced["itemPrice"]) == [
        ("recurring", "month", "10.10", "12.12"),
        ("one time", None, "41.58", "49.90"),
        ("usage", None, "0.0083", "0.0083"),
    ]
    assert priced["itemPrice"][0] == {
        "name": "Monthly fee",
        "priceType": "recurring",
        "recurringChargePeriod": "month",
        "price": {
            "taxRate": 20,
            "dutyFreeAmount": {"unit": "EUR", "value": 10.1},
            "taxIncludedAmount": {"unit": "EUR", "value": 12.12},
        },
        "productOfferingPrice": {"id": "fee", "name": "Monthly fee", "@referredType": "ProductOfferingPrice"},
    }
    assert priced["itemPrice"][2]["unitOfMeasure"] == "1 minute"
    sums = [("recurring", "month", "30.30", "36.36"), ("one time", None, "124.74", "149.70")]
    assert amounts(priced["itemTotalPrice"]) == sums
    assert amounts(total([priced])) == sums


@pytest.mark.parametrize(
    ("action", "kinds"),
    [("add", ["recurring", "one time"]), ("modify", ["recurring"]), ("delete", []), ("noChange", [])],
)
def test_only_what_is_new_is_charged(action: str, kinds: list[str]) -> None:
    [priced] = price_items([item(action=action)], offer(MONTHLY, SETUP))
    assert [each["priceType"] for each in total([priced])] == kinds
    assert ("itemPrice" in priced) == bool(kinds)


def test_what_the_client_gave_is_kept() -> None:
    given = {"priceType": "recurring", "price": {"taxRate": 20, "dutyFreeAmount": {"unit": "EUR", "value": 5}}}
    [kept] = price_items([item(itemPrice=[given])], offer(MONTHLY))
    assert kept == item(itemPrice=[given])
    assert amounts(total([kept])) == [("recurring", None, "5.00", "6.00")]


def test_the_client_chooses_among_prices() -> None:
    chosen = [{"productOfferingPrice": {"id": "setup"}}]
    [priced] = price_items([item(itemPrice=chosen)], offer(MONTHLY, SETUP))
    assert [each["name"] for each in priced["itemPrice"]] == ["Set-up"]


def test_a_price_is_for_the_characteristic_ordered() -> None:
    def use(*values: Any, default: Any = None) -> list[Document]:
        held = [{"value": value, "isDefault": value == default} for value in values]
        return [{"id": "speed", "name": "Speed", "productSpecCharacteristicValue": held}]

    slow, fast = ({**MONTHLY, "id": str(speed), "prodSpecCharValueUse": use(speed)} for speed in (100, 1000))
    offers = offer(slow, fast, SETUP, prodSpecCharValueUse=use(100, 1000, default=1000))

    def found(*characteristics: Document) -> list[str]:
        [priced] = price_items([item(product={"productCharacteristic": list(characteristics)})], offers)
        return [each["productOfferingPrice"]["id"] for each in priced["itemPrice"]]

    assert found({"name": "speed", "value": 100}) == found({"name": "Speed", "value": "100"}) == ["100", "setup"]
    assert found() == found({"name": "Colour", "value": 100}) == ["1000", "setup"]
    assert found({"name": "speed", "value": 7}) == ["setup"]


def test_discounts() -> None:
    [priced] = price_items([item()], offer(MONTHLY, discounts=(HALF, TENTH, LESS)))
    [fee] = priced["itemPrice"]
    assert [(each.get("name"), each.get("applicationDuration")) for each in fee["priceAlteration"]] == [
        ("Half", 6),
        ("A tenth", None),
        (None, None),
    ]  # fmt: skip
    assert fee["priceAlteration"][1]["price"] == {"percentage": 10}
    # 10.10 - 10 % - 1.50; what lasts six months is not in the sum
    assert amounts(priced["itemTotalPrice"]) == [("recurring", "month", "7.59", "9.11")]


def test_a_discount_for_those_who_commit_themselves() -> None:
    fee = {**MONTHLY, "productOfferingTerm": [YEAR]}
    offers = offer(fee, discounts=({**TENTH, "productOfferingTerm": [YEAR]},))
    for more, sum_ in (
        ({}, "10.10"),
        ({"itemTerm": [{"name": "a year"}]}, "9.09"),
        ({"product": {"productTerm": [{"duration": {"amount": 12, "units": "months"}}]}}, "9.09"),
        ({"itemTerm": [{"name": "Two years"}]}, "10.10"),
    ):
        [priced] = price_items([item(**more)], offers)
        assert amounts(priced["itemTotalPrice"])[0][2] == sum_, more


def test_a_discount_for_many_and_one_for_a_few() -> None:
    many = {**TENTH, "unitOfMeasure": {"amount": 10, "units": "piece"}}
    few = {**TENTH, "id": "few", "constraint": [{"id": "youth"}]}
    for quantity, sum_ in ((9, "90.90"), (10, "90.90"), (20, "181.80")):
        [priced] = price_items([item(quantity=quantity)], offer(MONTHLY, discounts=(many, few)))
        assert amounts(priced["itemTotalPrice"])[0][2] == sum_


def test_sums_by_kind_period_and_currency() -> None:
    yen = {**SETUP, "price": {"unit": "JPY", "value": RawFloat("99.5")}, "tax": [{"taxRate": 10}]}
    weekly = {**MONTHLY, "recurringChargePeriodType": "day", "recurringChargePeriodLength": 28}
    items = [item(), item(id="2", productOrderItem=[item(id="2.1")])]
    found = total(price_items(items, offer(MONTHLY, weekly, yen)))
    assert amounts(found) == [
        ("recurring", "month", "30.30", "36.36"),
        ("recurring", "28 day", "30.30", "36.36"),
        ("one time", None, "300", "327"),
    ]
    assert [each["price"]["taxRate"] for each in found] == [20, 20, 10]


def test_what_a_bundle_includes_is_charged_once() -> None:
    bundle = {**MONTHLY, "id": "bundle", "bundledPopRelationship": [{"id": "fee"}]}
    offers = {"b": Offer({}, [bundle]), "o": Offer({}, [MONTHLY, SETUP])}
    tie = [{"id": "1", "relationshipType": "bundles"}]
    flat = [{**item(id="0", productOrderItemRelationship=tie), "productOffering": {"id": "b"}}, item()]
    nested = [{**item(id="0", productOrderItem=[item()]), "productOffering": {"id": "b"}}]
    for items in (flat, nested):
        assert amounts(total(price_items(items, offers))) == [
            ("recurring", "month", "10.10", "12.12"),
            ("one time", None, "41.58", "49.90"),
        ]


def test_prices_follow_a_change_unless_they_are_the_clients() -> None:
    offers = offer(MONTHLY)
    old = price_items([item(), item(id="2")], offers)
    given = [{"priceType": "recurring", "price": {"dutyFreeAmount": {"unit": "EUR", "value": 1}}}]
    [one, two] = reprice_items([{**old[0], "quantity": 2}, {**old[1], "itemTotalPrice": given}], old, offers)
    assert (amounts(one["itemTotalPrice"])[0][2], two["itemTotalPrice"]) == ("20.20", given)


# --- the demo catalog -----------------------------------------------------------------------------------------------


@pytest.fixture
def shop(db: None) -> Caller:
    call_command("load_demo", "catalog", verbosity=0)
    return Caller("all")


def ordered(shop: Caller, *items: Document) -> Document:
    answer = shop.post(ROUTE, {"productOrderItem": [{"action": "add", **each} for each in items]})
    assert answer.status == 201, answer.response.content
    return answer.body  # type: ignore[no-any-return]


def test_fibre_by_the_demo_catalog(shop: Caller) -> None:
    order = ordered(shop, {"id": "1", "quantity": 2, "productOffering": {"id": "PO-FIBER-100"}})
    [entry] = order["productOrderItem"]
    assert amounts(entry["itemPrice"]) == [
        ("recurring", "month", "24.99", "29.99"),
        ("oneTime", None, "41.58", "49.90"),
    ]
    [half] = entry["itemPrice"][0]["priceAlteration"]
    assert (half["name"], half["applicationDuration"], half["price"]) == ("Welcome half price", 6, {"percentage": 50})
    expected = [("recurring", "month", "49.98", "59.98"), ("oneTime", None, "83.16", "99.80")]
    assert amounts(order["orderTotalPrice"]) == amounts(entry["itemTotalPrice"]) == expected
    url = f"{ROUTE}/{order['id']}"
    after = shop.patch(url, {"productOrderItem": [{**entry, "quantity": 1}]}).body
    assert amounts(after["orderTotalPrice"]) == [
        ("recurring", "month", "24.99", "29.99"),
        ("oneTime", None, "41.58", "49.90"),
    ]


def test_a_commitment_by_the_demo_catalog(shop: Caller) -> None:
    term = [{"name": "24 months", "duration": {"amount": 24, "units": "month"}}]
    order = ordered(shop, {"id": "1", "productOffering": {"id": "PO-FIBER-100"}, "itemTerm": term})
    assert amounts(order["orderTotalPrice"])[0] == ("recurring", "month", "22.49", "26.99")


def test_a_line_of_a_bandwidth_by_the_demo_catalog(shop: Caller) -> None:
    product = {"productCharacteristic": [{"name": "bandwidth", "value": 100}]}
    order = ordered(
        shop,
        {"id": "1", "productOffering": {"id": "PO-ETH-LINE"}, "product": product},
        {"id": "2", "productOffering": {"id": "PO-ETH-LINE"}},
    )
    monthly = [each["itemTotalPrice"][0]["price"]["dutyFreeAmount"]["value"] for each in order["productOrderItem"]]
    assert monthly == [220, 460]


def test_a_bundle_by_the_demo_catalog(shop: Caller) -> None:
    parts = [
        {"id": "2", "action": "add", "productOffering": {"id": "PO-FIBER-250"}},
        {"id": "3", "action": "add", "productOffering": {"id": "PO-TV-START"}},
    ]
    order = ordered(shop, {"id": "1", "productOffering": {"id": "PO-HOME-DUO"}, "productOrderItem": parts})
    assert amounts(order["orderTotalPrice"])[0] == ("recurring", "month", "34.15", "40.98")


def test_every_offering_of_the_demo_catalog_has_its_price(shop: Caller) -> None:
    path = Path(catalog.__file__).parent / "demo" / "productOffering.json"
    uids = list(dict.fromkeys(each["id"] for each in plain.loads(path.read_text(encoding="utf-8"))))
    order = ordered(shop, *({"id": uid, "productOffering": {"id": uid}} for uid in uids))
    free = {each["id"] for each in order["productOrderItem"] if "itemPrice" not in each}
    assert free == {"PO-SASE"}
