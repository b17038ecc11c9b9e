"""What a product order costs, by the catalog: the prices of its items and their sums.

Plain functions over documents, exact to the last digit; only `offers_of` reads the catalog. What the client gave is
kept. A charge applies to the characteristics ordered; a discount, where it has no constraint that only the seller can
judge. Usage is listed without a sum. Sums are what is charged in the long run: a discount for some months is listed
with its price, but not taken off the sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from catalog.models.product import ProductOffering, ProductOfferingPrice
from catalog.services.look_up import current
from ordering.services.roll_up import Path, named, walk
from tmfsite.fields import json
from tmfsite.fields.json import Document, RawFloat

ITEMS: Final = "productOrderItem"
_PRICES: Final = ("itemPrice", "itemTotalPrice")
_DIGITS: Final = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
_ONCE: Final = ("onetime", "nonrecurring", "once")
_NO_CHARGE: Final = ("usage", "discount", "allowance")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class Offer:
    """An offering with its charges, and the prices these refer to, such as discounts, by id."""

    offering: Document
    charges: Sequence[Document] = ()
    others: Mapping[str, Document] = field(default_factory=dict)


@dataclass(frozen=True)
class Amount:
    """Money without and with tax."""

    unit: str | None
    net: Decimal
    gross: Decimal

    def times(self, factor: Decimal) -> "Amount":
        """Return a multiple."""
        return Amount(self.unit, self.net * factor, self.gross * factor)

    def plus(self, other: "Amount") -> "Amount":
        """Return the sum; both are in one currency."""
        return Amount(self.unit, self.net + other.net, self.gross + other.gross)

    def rounded(self) -> "Amount":
        """Return what can be charged in this currency."""
        step = Decimal(1).scaleb(-_DIGITS.get(self.unit or "", 2))
        return Amount(self.unit, self.net.quantize(step, ROUND_HALF_UP), self.gross.quantize(step, ROUND_HALF_UP))

    def document(self, tax_rate: Any = None) -> Document:
        """Return the price in the form of TMF622."""
        rate = {} if tax_rate is None else {"taxRate": tax_rate}
        return {**rate, "dutyFreeAmount": self._money(self.net), "taxIncludedAmount": self._money(self.gross)}

    def _money(self, value: Decimal) -> Document:
        return {**({"unit": self.unit} if self.unit else {}), "value": RawFloat(f"{value:f}")}


# --- orders ---------------------------------------------------------------------------------------------------------


def price_items(items: Sequence[Document], offers: Mapping[str, Offer]) -> list[Document]:
    """Return the items, those that have no prices with the ones of the catalog and their sums.

    What the price of a bundle includes is not charged again for the items in it.
    """
    bundled: dict[str, set[str]] = {}
    for _, item in walk(items, ITEMS):
        included = _included(item, offers)
        for uid in _parts(item):
            bundled.setdefault(uid, set()).update(included)
    return [_priced(item, offers, bundled, frozenset()) for item in items]


def total(items: Iterable[Document]) -> list[Document]:
    """Return what all items cost together, by kind of price and period; what is given up or stays costs nothing new."""
    prices: list[tuple[Document, Decimal]] = []
    for _, item in walk(items, ITEMS):
        if item.get("itemTotalPrice"):
            prices += [(price, Decimal(1)) for price in item["itemTotalPrice"]]
        else:
            prices += _charged(item)
    return _sums(prices)


def reprice_items(items: Sequence[Document], before: Sequence[Document], offers: Mapping[str, Offer]) -> list[Document]:
    """Return changed items with new prices, where those they have are what the catalog gave them before."""
    old = dict(walk(before, ITEMS))
    given = dict(walk(price_items(_without_prices(before, dict.fromkeys(old, _PRICES)), offers), ITEMS))
    stale = {
        path: tuple(name for name in _PRICES if item.get(name) == old[path].get(name) == given[path].get(name))
        for path, item in walk(items, ITEMS)
        if path in old
    }
    return price_items(_without_prices(items, stale), offers)


def _without_prices(items: Sequence[Document], stale: Mapping[Path, Sequence[str]], above: Path = ()) -> list[Document]:
    result = []
    for path, item in named(items, above):
        kept = {name: value for name, value in item.items() if name not in stale.get(path, ())}
        result.append({**kept, ITEMS: _without_prices(kept[ITEMS], stale, path)} if kept.get(ITEMS) else kept)
    return result


def _priced(
    item: Document, offers: Mapping[str, Offer], bundled: Mapping[str, set[str]], above: frozenset[str]
) -> Document:
    included = above | bundled.get(str(item.get("id")), set())
    offer = offers.get(_id(item.get("productOffering")))
    result = dict(item)
    if offer is not None and _is_charged(item) and not any("price" in each for each in item.get("itemPrice") or ()):
        charges = [each for each in _chosen(item, offer) if each.get("id") not in included]
        prices = [price for charge in charges if (price := _item_price(charge, item, offer)) is not None]
        if prices:
            result["itemPrice"] = prices
            if item.get("itemTotalPrice") is None and (sums := _sums(_charged(result))):
                result["itemTotalPrice"] = sums
    if item.get(ITEMS):
        inner = included | _included(item, offers)
        result[ITEMS] = [_priced(each, offers, bundled, inner) for each in item[ITEMS]]
    return result


def _id(reference: Any) -> str:
    return str((reference or {}).get("id") or "")


def _is_charged(item: Document) -> bool:
    return item.get("action") in ("add", "modify")


def _parts(item: Document) -> list[str]:
    """Return the ids of the items that an item says it bundles."""
    ties = item.get("productOrderItemRelationship") or ()
    return [_id(tie) for tie in ties if _fold(tie.get("relationshipType")) == "bundles"]


def _included(item: Document, offers: Mapping[str, Offer]) -> frozenset[str]:
    """Return the ids of the charges that the price of a bundle includes."""
    offer = offers.get(_id(item.get("productOffering")))
    charges = _chosen(item, offer) if offer else []
    return frozenset(_id(part) for charge in charges for part in charge.get("bundledPopRelationship") or ())


# --- which prices ---------------------------------------------------------------------------------------------------


def _chosen(item: Document, offer: Offer) -> list[Document]:
    """Return the charges of an item: those it names, or else those that apply to what is ordered."""
    named = {_id(price.get("productOfferingPrice")) for price in item.get("itemPrice") or ()} - {""}
    if named:
        return [charge for charge in offer.charges if charge.get("id") in named]
    return [charge for charge in offer.charges if all(_agrees(use, item, offer) for use in _uses(charge))]


def _uses(holder: Document) -> list[Document]:
    return holder.get("prodSpecCharValueUse") or []


def _agrees(use: Document, item: Document, offer: Offer) -> bool:
    """Tell whether a price is for the characteristic as ordered, or as the offering has it by default."""
    held = (item.get("product") or {}).get("productCharacteristic") or ()
    ordered = [each.get("value") for each in held if _same_name(each, use)]
    if not ordered:
        defaults = [each for each in _uses(offer.offering) if _same_name(each, use)]
        ordered = [value.get("value") for each in defaults for value in _values(each) if value.get("isDefault")]
    wanted = {str(value.get("value")) for value in _values(use)}
    return not ordered or not wanted or any(str(value) in wanted for value in ordered)


def _values(use: Document) -> list[Document]:
    return use.get("productSpecCharacteristicValue") or []


def _same_name(one: Document, other: Document) -> bool:
    names = {_fold(other.get("id")), _fold(other.get("name"))} - {""}
    return bool(names & {_fold(one.get("id")), _fold(one.get("name"))})


def _fold(text: Any) -> str:
    return str(text or "").replace(" ", "").replace("_", "").replace("-", "").casefold()


def _discounts(charge: Document, item: Document, offer: Offer) -> list[tuple[Document, int | None]]:
    """Return the discounts that apply to a charge, and for how many periods, None for good.

    A discount under a term of its charge is for those who take that term; else the term says how long it lasts.
    """
    found: list[tuple[Document, int | None]] = []
    for tie in charge.get("popRelationship") or ():
        discount = offer.others.get(_id(tie))
        if discount is None or _fold(tie.get("relationshipType")) != "discount" or discount.get("constraint"):
            continue
        least = (discount.get("unitOfMeasure") or {}).get("amount")
        if least is not None and _quantity(item) < _number(least):
            continue
        terms = discount.get("productOfferingTerm") or []
        commitments = [term for term in terms if _is_among(term, charge.get("productOfferingTerm"))]
        if not terms:
            found.append((discount, None))
        elif not commitments:
            found.append((discount, _periods(terms[0].get("duration"))))
        elif any(_is_among(term, _terms(item)) for term in commitments):
            found.append((discount, None))
    return found


def _terms(item: Document) -> list[Document]:
    return [*(item.get("itemTerm") or ()), *((item.get("product") or {}).get("productTerm") or ())]


def _is_among(term: Document, terms: Iterable[Document] | None) -> bool:
    def key(each: Document) -> tuple[Any, str]:
        duration = each.get("duration") or {}
        return duration.get("amount"), _fold(duration.get("units")).removesuffix("s")

    return any(_fold(term.get("name")) == _fold(each.get("name")) or key(term) == key(each) for each in terms or ())


def _periods(duration: Document | None) -> int | None:
    amount = (duration or {}).get("amount")
    return None if amount is None else int(amount)


# --- amounts --------------------------------------------------------------------------------------------------------


def _number(value: Any) -> Decimal:
    return Decimal(json.dumps(value))


def _quantity(item: Document) -> Decimal:
    quantity = item.get("quantity")
    return Decimal(1) if quantity is None else _number(quantity)


def _amount(price: Document | None, taxes: Iterable[Document] | None = None) -> Amount | None:
    """Return the amount of a price: money with its taxes beside it, as in a price of the catalog, or both amounts."""
    if not price:
        return None
    if "value" in price:
        net = _number(price["value"] or 0)
        return Amount(price.get("unit"), net, net + sum((_tax(tax, net) for tax in taxes or ()), Decimal(0)))
    without, including = price.get("dutyFreeAmount"), price.get("taxIncludedAmount")
    known = without or including
    if not known or known.get("value") is None:
        return None
    rate = _number(price.get("taxRate") or 0) / _HUNDRED
    value = _number(known["value"])
    net = value if without else value / (1 + rate)
    gross = _number(including.get("value") or 0) if including else net * (1 + rate)
    return Amount(known.get("unit"), net, gross)


def _tax(tax: Document, net: Decimal) -> Decimal:
    amount = (tax.get("taxAmount") or {}).get("value")
    return _number(amount) if amount is not None else net * _number(tax.get("taxRate") or 0) / _HUNDRED


def _rate(price: Document | None, taxes: Sequence[Document] | None) -> Any:
    rates = [tax["taxRate"] for tax in taxes or () if tax.get("taxRate") is not None]
    if len(rates) > 1:
        return RawFloat(f"{sum(map(_number, rates)):f}")
    return rates[0] if rates else (price or {}).get("taxRate")


def _period(charge: Document) -> str | None:
    period = charge.get("recurringChargePeriodType") or charge.get("recurringChargePeriod")
    length = charge.get("recurringChargePeriodLength")
    return f"{length} {period}" if period and length not in (None, 1) else period


def _item_price(charge: Document, item: Document, offer: Offer) -> Document | None:
    """Return a charge of the catalog as the price of an item; None for what is no charge."""
    amount = _amount(charge.get("price"), charge.get("tax"))
    if amount is None or _fold(charge.get("priceType")) in ("discount", "allowance"):
        return None
    if _fold(charge.get("priceType")) != "usage":
        amount = amount.rounded()
    unit = charge.get("unitOfMeasure") or {}
    alterations = [_alteration(each, charge, periods) for each, periods in _discounts(charge, item, offer)]
    alterations += [_embedded(each) for each in charge.get("priceAlteration") or ()]
    price = {
        "name": charge.get("name"),
        "description": charge.get("description"),
        "priceType": charge.get("priceType"),
        "recurringChargePeriod": _period(charge),
        "unitOfMeasure": " ".join(str(unit[name]) for name in ("amount", "units") if unit.get(name) is not None),
        "price": amount.document(_rate(charge.get("price"), charge.get("tax"))),
        "priceAlteration": alterations,
        "productOfferingPrice": _reference(charge),
    }
    return {name: value for name, value in price.items() if value}


def _alteration(discount: Document, charge: Document, periods: int | None) -> Document:
    amount, percentage = _amount(discount.get("price"), discount.get("tax")), discount.get("percentage")
    price = {} if percentage is None else {"percentage": percentage}
    alteration = {
        "name": discount.get("name"),
        "description": discount.get("description"),
        "priceType": charge.get("priceType") or "discount",
        "applicationDuration": periods,
        "recurringChargePeriod": _period(discount),
        "price": price if amount is None else {**price, **amount.document(_rate(None, discount.get("tax")))},
        "productOfferingPrice": _reference(discount),
    }
    return {name: value for name, value in alteration.items() if value or name == "price"}


def _embedded(alteration: Document) -> Document:
    """Return an alteration that the offering itself holds; there durations are lengths of time."""
    names = ("name", "description", "priceType", "priority", "recurringChargePeriod", "price")
    kept = {name: alteration[name] for name in names if name in alteration}
    periods = _periods(alteration.get("applicationDuration"))
    return kept if periods is None else {**kept, "applicationDuration": periods}


def _reference(price: Document) -> Document | None:
    kept = {name: price[name] for name in ("id", "href", "name") if price.get(name)}
    return {**kept, "@referredType": "ProductOfferingPrice"} if price.get("id") else None


def _charged(item: Document) -> list[tuple[Document, Decimal]]:
    """Return the prices of an item that go into sums, and how often: a change is charged per period only."""
    if not _is_charged(item):
        return []
    kinds = (*_NO_CHARGE, *_ONCE) if item.get("action") == "modify" else _NO_CHARGE
    prices = [each for each in item.get("itemPrice") or () if _fold(each.get("priceType")) not in kinds]
    return [(price, _quantity(item)) for price in prices]


def _lasting(price: Document) -> Amount | None:
    """Return the amount of a price after the alterations that are for good."""
    amount = _amount(price.get("price"))
    alterations = [each for each in price.get("priceAlteration") or () if each.get("applicationDuration") is None]
    for alteration in sorted(alterations, key=lambda each: each.get("priority") or 0):
        if amount is None:
            return None
        altered = alteration.get("price") or {}
        less = _amount(altered)
        if altered.get("percentage"):
            amount = amount.times(1 - _number(altered["percentage"]) / _HUNDRED)
        elif less is not None and less.unit == amount.unit:
            amount = amount.plus(less.times(Decimal(-1)))
    return amount


def _sums(prices: Iterable[tuple[Document, Decimal]]) -> list[Document]:
    """Add prices up by kind, period and currency."""
    groups: dict[tuple[str, str, str | None], tuple[Document, Amount, set[str]]] = {}
    for price, times in prices:
        unit_amount = _lasting(price)
        if unit_amount is None:
            continue
        amount = unit_amount.times(times).rounded()
        kind = _fold(price.get("priceType"))
        key = ("once" if kind in _ONCE else kind, _fold(price.get("recurringChargePeriod")), amount.unit)
        rate = json.dumps((price.get("price") or {}).get("taxRate"))
        if key in groups:
            first, sum_, rates = groups[key]
            groups[key] = (first, sum_.plus(amount), rates | {rate})
        else:
            groups[key] = (price, amount, {rate})
    return [_sum(first, amount, rates) for first, amount, rates in groups.values()]


def _sum(first: Document, amount: Amount, rates: set[str]) -> Document:
    kept = {name: first[name] for name in ("priceType", "recurringChargePeriod") if first.get(name)}
    rate = first["price"].get("taxRate") if len(rates) == 1 else None
    return {**kept, "price": amount.document(rate)}


# --- the catalog ----------------------------------------------------------------------------------------------------


def offers_of(items: Iterable[Document]) -> dict[str, Offer]:
    """Read what the catalog says of the offerings ordered, in the versions on sale, or else in the latest ones."""
    uids = {_id(item.get("productOffering")) for _, item in walk(items, ITEMS)} - {""}
    offerings = current(ProductOffering, uids)
    held = [price for offering in offerings.values() for price in offering.get("productOfferingPrice") or ()]
    charges = current(ProductOfferingPrice, {_id(price) for price in held if not price.get("price")} - {""})
    ties = {_id(tie) for charge in charges.values() for tie in charge.get("popRelationship") or ()}
    others = charges | current(ProductOfferingPrice, ties - charges.keys() - {""})
    return {uid: Offer(offering, _charges(offering, charges), others) for uid, offering in offerings.items()}


def _charges(offering: Document, known: Mapping[str, Document]) -> list[Document]:
    held = offering.get("productOfferingPrice") or ()
    found = [price if price.get("price") else known.get(_id(price)) for price in held]
    return [charge for charge in found if charge is not None]
