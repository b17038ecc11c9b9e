"""Prices of an order in words: what each item costs, and all of them together."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ordering.services.price_order import Offer, offers_of, price_items, total
from ordering.services.roll_up import walk
from tmfsite.admin.nested.readable import scalar_text
from tmfsite.fields import json
from tmfsite.fields.json import Document

_WHOLE: Final = ("JPY", "KRW", "CLP", "VND")
_SHORT: Final = re.compile(r"(-?\d+)(?:\.(\d))?")


def amount(money: Document | None) -> str:
    """Return `49.90 EUR`."""
    if not money or money.get("value") is None:
        return ""
    unit, text = str(money.get("unit") or ""), json.dumps(money["value"])
    if unit not in _WHOLE and (match := _SHORT.fullmatch(text)):
        text = f"{match[1]}.{match[2] or '':0<2}"
    return f"{text} {unit}".strip()


def phrase(price: Mapping[str, Any]) -> str:
    """Return `49.90 EUR / month` of a price of an order."""
    amounts = price.get("price") or {}
    period, unit = price.get("recurringChargePeriod"), price.get("unitOfMeasure")
    said = amount(amounts.get("taxIncludedAmount") or amounts.get("dutyFreeAmount"))
    return " / ".join(str(each) for each in (said, period or str(unit or "").removeprefix("1 ")) if each)


def summary(items: Sequence[Document]) -> dict[str, Any]:
    """Return the prices of items not yet ordered: lines by item, and sums with and without tax."""
    priced = price_items(items, offers_of(items))
    return {
        "items": [_item(path, item) for path, item in walk(priced, "productOrderItem")],
        "sums": sums(total(priced)),
    }


def sums(prices: Iterable[Document]) -> list[dict[str, str]]:
    """Return sums in words."""
    return [
        {
            "name": f"Every {price['recurringChargePeriod']}" if price.get("recurringChargePeriod") else "Once",
            "gross": amount((price.get("price") or {}).get("taxIncludedAmount")),
            "net": amount((price.get("price") or {}).get("dutyFreeAmount")),
        }
        for price in prices
    ]


def _item(path: Sequence[str], item: Document) -> dict[str, Any]:
    """Return the prices of an item in words; a change is not charged what is due once."""
    return {
        "name": (item.get("productOffering") or {}).get("name"),
        "quantity": item.get("quantity"),
        "is_part": len(path) > 1,
        "lines": [
            {
                "name": price.get("name"),
                "amount": phrase(price),
                "discounts": [_discount(each) for each in price.get("priceAlteration") or ()],
            }
            for price in item.get("itemPrice") or ()
            if item.get("action") != "modify" or price.get("recurringChargePeriod") or _is_usage(price)
        ],
    }


def _is_usage(price: Document) -> bool:
    return str(price.get("priceType") or "").casefold() == "usage"


def _discount(alteration: Document) -> str:
    price = alteration.get("price") or {}
    size = amount(price.get("taxIncludedAmount") or price.get("dutyFreeAmount"))
    if not size and price.get("percentage") is not None:
        size = f"{scalar_text(price['percentage'])} %"
    periods = alteration.get("applicationDuration")
    return " ".join(filter(None, (alteration.get("name"), size, f"for {periods} periods" if periods else "")))


def starting_prices(offerings: Sequence[Document]) -> dict[str, list[str]]:
    """Return what each offering costs as it usually is, by id, in a fixed number of queries."""
    items = [{"id": each["id"], "action": "add", "productOffering": {"id": each["id"]}} for each in offerings]
    offers: Mapping[str, Offer] = offers_of(items)
    return {
        str(item["id"]): [said for price in total([item]) if (said := phrase(price))]
        for item in price_items(items, offers)
    }
