"""A small shop for tests of ordering: a line to configure, a box, a bundle of both, prices, and a customer."""

from typing import Any

from catalog.models.product import Category, ProductOffering, ProductOfferingPrice, ProductSpecification
from party.models.account import BillingAccount
from party.models.customer import Customer
from tmfsite import operations
from tmfsite.operations import SYSTEM

LINE_CHARACTERISTICS: list[dict[str, Any]] = [
    {
        "name": "Download speed", "valueType": "integer", "configurable": True, "minCardinality": 1, "maxCardinality": 1,
        "productSpecCharacteristicValue": [
            {"value": 100, "isDefault": True, "unitOfMeasure": "Mbps"}, {"value": 250, "unitOfMeasure": "Mbps"},
            {"value": 500, "unitOfMeasure": "Mbps"},
        ],
    },
    {
        "name": "Frame size", "valueType": "integer", "configurable": True, "minCardinality": 1, "maxCardinality": 1,
        "productSpecCharacteristicValue": [
            {"value": 1500, "isDefault": True, "unitOfMeasure": "byte"},
            {"valueFrom": 1000, "valueTo": 9000, "rangeInterval": "closed"},
        ],
    },
    {
        "name": "Static address", "valueType": "boolean", "configurable": True, "minCardinality": 1, "maxCardinality": 1,
        "productSpecCharacteristicValue": [{"value": False, "isDefault": True}, {"value": True}],
    },
    {
        "name": "Number", "valueType": "string", "configurable": True, "minCardinality": 0, "maxCardinality": 1,
        "regex": r"^\+[1-9][0-9]{7,14}$",
    },
    {
        "name": "Extras", "valueType": "string", "configurable": True, "minCardinality": 1, "maxCardinality": 2,
        "productSpecCharacteristicValue": [{"value": "Mail", "isDefault": True}, {"value": "Filter"}, {"value": "Backup"}],
    },
    {
        "name": "Technology", "valueType": "string", "configurable": False, "minCardinality": 1, "maxCardinality": 1,
        "productSpecCharacteristicValue": [{"value": "Fibre", "isDefault": True}],
    },
]  # fmt: skip


def make(model: Any, **body: Any) -> Any:
    """Create a resource as the system."""
    return operations.create(model, body, actor=SYSTEM).instance


def on_sale(model: Any, uid: str, **body: Any) -> Any:
    """Create an entity of the catalog that is launched."""
    return make(model, id=uid, version="1.0", lifecycleStatus="Launched", **body)


def fill() -> Customer:
    """Fill the catalog; return the customer."""
    on_sale(Category, "home", name="Home")
    on_sale(ProductSpecification, "line-spec", name="Line", productSpecCharacteristic=LINE_CHARACTERISTICS)
    on_sale(
        ProductOfferingPrice, "line-month", name="Line monthly fee", priceType="recurring",
        recurringChargePeriodType="month", recurringChargePeriodLength=1, price={"unit": "EUR", "value": 40},
        tax=[{"taxCategory": "VAT", "taxRate": 25}],
    )  # fmt: skip
    on_sale(
        ProductOfferingPrice, "line-setup", name="Line set-up", priceType="one time", price={"unit": "EUR", "value": 10},
    )  # fmt: skip
    line = {
        "productSpecification": {"id": "line-spec", "name": "Line"},
        "category": [{"id": "home", "name": "Home"}],
        "productOfferingPrice": [{"id": "line-month", "name": "fee"}, {"id": "line-setup", "name": "set-up"}],
    }
    on_sale(
        ProductOffering, "line", name="Fast line", description="Internet for everyone.", isSellable=True,
        productOfferingTerm=[{"name": "24 months", "duration": {"amount": 24, "units": "month"}}], **line,
    )  # fmt: skip
    use = {"name": "Download speed", "productSpecCharacteristicValue": [{"value": 500, "isDefault": True}]}
    on_sale(ProductOffering, "line-500", name="Faster line", isSellable=True, prodSpecCharValueUse=[use], **line)
    on_sale(ProductOffering, "box", name="Box", isSellable=False)
    on_sale(
        ProductOffering, "duo", name="Duo", isSellable=True, isBundle=True, bundledProductOffering=[
            {"id": "line", "name": "Fast line", "bundledProductOfferingOption": {
                "numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 1, "numberRelOfferDefault": 1}},
            {"id": "box", "name": "Box", "bundledProductOfferingOption": {
                "numberRelOfferLowerLimit": 0, "numberRelOfferUpperLimit": 2, "numberRelOfferDefault": 1}},
        ],
    )  # fmt: skip
    make(ProductOffering, id="draft", version="1.0", name="Draft line", isSellable=True)
    customer: Customer = make(Customer, name="Fjordline", engagedParty={"id": "org-1", "@referredType": "Organization"})
    other = make(Customer, name="Another", engagedParty={"id": "org-2", "@referredType": "Organization"})
    for each, title in ((customer, "Fjordline bills"), (other, "Other bills")):
        party = {"id": each.uid, "name": each.name, "role": "customer", "@referredType": "Customer"}
        make(BillingAccount, name=title, relatedParty=[party])
    return customer
