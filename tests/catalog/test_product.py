"""TMF620 Product Catalog Management v4.1: the contract of its seven resources, and the category tree."""

from typing import ClassVar

from catalog.models import (
    Catalog,
    Category,
    ExportJob,
    ImportJob,
    ProductOffering,
    ProductOfferingPrice,
    ProductSpecification,
)
from tests.catalog.contract import JobTests
from tests.catalog.samples import CONSTRAINT, ENTITY, PARTY, VALUE
from tests.resource import VersionedResourceTests
from tests.samples import ATTACHMENT, PERIOD, reference
from tmfsite.fields.json import Document, RawFloat

BASE = "/tmf-api/productCatalogManagement/v4"

AMOUNT: Document = {"unit": "EUR", "value": RawFloat("19.90")}
QUANTITY: Document = {"amount": RawFloat("1.0"), "units": "GB"}
DURATION: Document = {"amount": 12, "units": "month"}


CATEGORY = reference("c-1", "Category", version="1.0")
PRICE_VALUE: Document = {
    "percentage": RawFloat("5.0"),
    "taxCategory": "VAT",
    "taxRate": 20,
    "dutyFreeAmount": AMOUNT,
    "taxIncludedAmount": {"unit": "EUR", "value": RawFloat("23.880")},
}
ALTERATION: Document = {
    "id": "a-1",
    "href": "https://elsewhere.example.com/a-1",
    "description": "First three months",
    "name": "Welcome",
    "priceType": "recurring",
    "priority": 1,
    "recurringChargePeriod": "month",
    "applicationDuration": {"amount": 3, "units": "month"},
    "price": PRICE_VALUE,
    "unitOfMeasure": QUANTITY,
    "validFor": PERIOD,
}
CHARACTERISTIC: Document = {
    "id": "ch-1",
    "name": "Speed",
    "description": "Downstream",
    "valueType": "number",
    "minCardinality": 0,
    "maxCardinality": 1,
    "productSpecCharacteristicValue": [VALUE, {"value": {"free": ["form", 1]}}],
    "validFor": PERIOD,
}
VALUE_USE: Document = {
    **CHARACTERISTIC,
    "productSpecification": reference(
        "s-1",
        "ProductSpecification",
        version="2.0",
        targetProductSchema={"@schemaLocation": "https://schemas.example.com/p.json", "@type": "P"},
    ),
}
TERM: Document = {"name": "Two years", "description": "Commitment", "duration": DURATION, "validFor": PERIOD}


class TestCatalog(VersionedResourceTests):
    model = Catalog
    route = f"{BASE}/catalog"
    minimal: ClassVar = {"name": "Consumer"}
    full: ClassVar = {**ENTITY, "catalogType": "ProductCatalog", "category": [CATEGORY], "relatedParty": [PARTY]}
    patch: ClassVar = {"name": "Business", "relatedParty": []}
    events = ("Create", "AttributeValueChange", "StateChange", "Delete", "Batch")


class TestCategory(VersionedResourceTests):
    model = Category
    route = f"{BASE}/category"
    minimal: ClassVar = {"name": "Mobile"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isRoot": True}
    full: ClassVar = {
        **ENTITY,
        "parentId": "c-0",
        "isRoot": False,
        "productOffering": [reference("o-1", "ProductOffering")],
        "subCategory": [CATEGORY, reference("c-2", "Category", version="1.0")],
    }
    patch: ClassVar = {"name": "Phones", "productOffering": [reference("o-2", "ProductOffering")]}
    derived = ("productOffering",)
    reads: ClassVar = {"one": 3, "list": 4}  # who refers to it, and which references are local


class TestProductSpecification(VersionedResourceTests):
    model = ProductSpecification
    route = f"{BASE}/productSpecification"
    minimal: ClassVar = {"name": "Fibre access"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isBundle": False}
    full: ClassVar = {
        **ENTITY,
        "brand": "Acme",
        "productNumber": "007",
        "isBundle": True,
        "productSpecCharacteristic": [
            {
                **CHARACTERISTIC,
                "configurable": True,
                "extensible": False,
                "isUnique": False,
                "regex": "^.*$",
                "productSpecCharRelationship": [
                    {
                        "id": "ch-2",
                        "href": "https://elsewhere.example.com/ch-2",
                        "charSpecSeq": 2,
                        "name": "Delay",
                        "relationshipType": "dependency",
                        "validFor": PERIOD,
                    }
                ],
                "@valueSchemaLocation": "https://schemas.example.com/speed.json",
            },
            {"name": "Colour"},
        ],
        "bundledProductSpecification": [reference("s-2", "ProductSpecification", lifecycleStatus="Active")],
        "productSpecificationRelationship": [
            reference("s-3", "ProductSpecification", relationshipType="substitution", validFor=PERIOD)
        ],
        "serviceSpecification": [reference("ss-1", "CustomerFacingServiceSpecification", version="1.0")],
        "resourceSpecification": [reference("rs-1", "PhysicalResourceSpecification", version="1.0")],
        "targetProductSchema": {"@schemaLocation": "https://schemas.example.com/p.json", "@type": "P"},
        "attachment": [{**ATTACHMENT, "@referredType": "Attachment"}],
        "relatedParty": [PARTY],
    }
    patch: ClassVar = {"brand": "Other", "productSpecCharacteristic": [{"name": "Colour", "maxCardinality": 2}]}


class TestProductOfferingPrice(VersionedResourceTests):
    model = ProductOfferingPrice
    route = f"{BASE}/productOfferingPrice"
    minimal: ClassVar = {"name": "Monthly fee"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isBundle": False}
    full: ClassVar = {
        **ENTITY,
        "priceType": "recurring",
        "isBundle": True,
        "price": AMOUNT,
        "percentage": RawFloat("12.50"),
        "recurringChargePeriodType": "month",
        "recurringChargePeriodLength": 1,
        "unitOfMeasure": QUANTITY,
        "tax": [
            {
                "id": "t-1",
                "href": "https://elsewhere.example.com/t-1",
                "taxCategory": "VAT",
                "taxRate": RawFloat("20.0"),
                "taxAmount": AMOUNT,
            }
        ],
        "productOfferingTerm": [TERM],
        "prodSpecCharValueUse": [VALUE_USE],
        "bundledPopRelationship": [reference("pr-1", "ProductOfferingPrice")],
        "popRelationship": [reference("pr-2", "ProductOfferingPrice", relationshipType="discount", role="child")],
        "pricingLogicAlgorithm": [
            {
                "id": "l-1",
                "href": "https://elsewhere.example.com/l-1",
                "description": "By volume",
                "name": "Volume",
                "plaSpecId": "7",
                "validFor": PERIOD,
            }
        ],
        "constraint": [CONSTRAINT],
        "place": [reference("pl-1", "GeographicSite")],
    }
    patch: ClassVar = {"price": {"unit": "USD", "value": RawFloat("19.9")}, "percentage": RawFloat("1.0")}


class TestProductOffering(VersionedResourceTests):
    model = ProductOffering
    route = f"{BASE}/productOffering"
    minimal: ClassVar = {"name": "Fibre 100"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isBundle": False, "isSellable": True}
    full: ClassVar = {
        **ENTITY,
        "isBundle": True,
        "isSellable": False,
        "statusReason": "Season",
        "productSpecification": VALUE_USE["productSpecification"],
        "category": [CATEGORY, reference("c-2", "Category", version="1.0")],
        "productOfferingPrice": [
            reference("pr-1", "ProductOfferingPrice", version="1.0"),
            {
                "id": "pr-2",
                "href": "https://elsewhere.example.com/pr-2",
                "name": "Usage",
                "description": "By volume",
                "lastUpdate": "2026-02-01T00:00:00.000Z",
                "lifecycleStatus": "Active",
                "priceType": "usage",
                "recurringChargePeriod": "month",
                "recurringChargePeriodLength": 1,
                "version": "1.0",
                "constraint": [CONSTRAINT],
                "price": PRICE_VALUE,
                "priceAlteration": [ALTERATION],
                "unitOfMeasure": QUANTITY,
                "validFor": PERIOD,
            },
        ],
        "productOfferingTerm": [TERM],
        "prodSpecCharValueUse": [VALUE_USE],
        "bundledProductOffering": [
            reference(
                "o-2",
                "ProductOffering",
                lifecycleStatus="Active",
                bundledProductOfferingOption={
                    "numberRelOfferDefault": 1,
                    "numberRelOfferLowerLimit": 0,
                    "numberRelOfferUpperLimit": 2,
                },
            )
        ],
        "productOfferingRelationship": [
            reference("o-3", "ProductOffering", relationshipType="upgrade", role="next", validFor=PERIOD)
        ],
        "channel": [reference("w-1", "Channel")],
        "marketSegment": [reference("m-1", "MarketSegment")],
        "place": [reference("pl-1", "GeographicSite")],
        "agreement": [reference("ag-1", "Agreement")],
        "serviceLevelAgreement": reference("sla-1", "SLA"),
        "serviceCandidate": reference("sc-1", "ServiceCandidate", version="1.0"),
        "resourceCandidate": reference("rc-1", "ResourceCandidate", version="1.0"),
        "attachment": [{**ATTACHMENT, "@referredType": "Attachment"}],
    }
    patch: ClassVar = {
        "name": "Fibre 200",
        "category": [CATEGORY],
        "serviceLevelAgreement": {**reference("sla-2", "SLA"), "name": "Gold"},
    }


class TestImportJob(JobTests):
    __test__ = True
    model = ImportJob
    route = f"{BASE}/importJob"


class TestExportJob(JobTests):
    __test__ = True
    model = ExportJob
    route = f"{BASE}/exportJob"
    full: ClassVar = {**JobTests.full, "query": "lifecycleStatus=Active"}
