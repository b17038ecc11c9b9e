"""TMF634 Resource Catalog Management v4.1: the contract of its six resources, its sub-types, the official samples."""

from typing import ClassVar

import pytest

from catalog.models import (
    ResourceCandidate,
    ResourceCatalog,
    ResourceCategory,
    ResourceExportJob,
    ResourceImportJob,
    ResourceSpecification,
    ServiceSpecification,
)
from tests.caller import Caller
from tests.catalog.contract import JobTests
from tests.catalog.samples import ENTITY, FEATURE, PARTY, QUALITY, VALUE
from tests.conformance.swagger import needs_specifications
from tests.replay import replay
from tests.resource import VersionedResourceTests
from tests.samples import ATTACHMENT, PERIOD, reference
from tmfsite import operations
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM
from tmfsite.resources.models import Link, Resource
from tmfsite.resources.registry import model_for

BASE = "/tmf-api/resourceCatalog/v4"
EVENTS = ("Create", "Change", "Delete")
CATEGORY = reference("c-1", "ResourceCategory", version="1.0")
POINT = reference("rs-7", "ResourceFunctionSpecification", version="1.0")
CHARACTERISTIC: Document = {
    **QUALITY,
    "resourceSpecCharacteristicValue": [VALUE, {"value": {"free": ["form", 1]}}],
    "resourceSpecCharRelationship": [
        {
            "characteristicSpecificationId": "ch-2",
            "name": "Delay",
            "relationshipType": "dependency",
            "resourceSpecificationHref": "https://elsewhere.example.com/rs-2",
            "resourceSpecificationId": "rs-2",
            "validFor": PERIOD,
        }
    ],
}


class TestResourceCatalog(VersionedResourceTests):
    model = ResourceCatalog
    route = f"{BASE}/resourceCatalog"
    minimal: ClassVar = {"name": "Network"}
    full: ClassVar = {**ENTITY, "category": [CATEGORY], "relatedParty": [PARTY]}
    patch: ClassVar = {"name": "Devices", "relatedParty": []}
    events = EVENTS


class TestResourceCategory(VersionedResourceTests):
    model = ResourceCategory
    route = f"{BASE}/resourceCategory"
    minimal: ClassVar = {"name": "Ports"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isRoot": True}
    full: ClassVar = {
        **ENTITY,
        "parentId": "c-0",
        "isRoot": False,
        "category": [CATEGORY, reference("c-2", "ResourceCategory", version="1.0")],
        "resourceCandidate": [reference("rc-1", "ResourceCandidate", version="1.0")],
        "relatedParty": [PARTY],
    }
    patch: ClassVar = {"name": "Addresses", "resourceCandidate": [reference("rc-2", "ResourceCandidate", version="1")]}
    derived = ("resourceCandidate",)
    events = EVENTS
    reads: ClassVar = {"one": 3, "list": 4}


class TestResourceCandidate(VersionedResourceTests):
    model = ResourceCandidate
    route = f"{BASE}/resourceCandidate"
    minimal: ClassVar = {"name": "Port"}
    full: ClassVar = {
        **ENTITY,
        "category": [CATEGORY],
        "resourceSpecification": reference("rs-1", "LogicalResourceSpecification", version="2.0"),
    }
    patch: ClassVar = {"name": "Address", "category": [reference("c-2", "ResourceCategory")]}
    events = EVENTS


class TestResourceSpecification(VersionedResourceTests):
    model = ResourceSpecification
    route = f"{BASE}/resourceSpecification"
    minimal: ClassVar = {"name": "Port"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isBundle": False}
    full: ClassVar = {
        **ENTITY,
        "category": "Device",
        "isBundle": True,
        "vendor": "Acme",
        "model": "A-1",
        "part": "7",
        "sku": "A-1-7",
        "resourceSpecCharacteristic": [CHARACTERISTIC, {"name": "Colour"}],
        "featureSpecification": [FEATURE],
        "resourceSpecRelationship": [
            reference(
                "rs-2",
                "ResourceSpecification",
                relationshipType="contains",
                role="line card",
                defaultQuantity=2,
                minimumQuantity=0,
                maximumQuantity=8,
                characteristic=[CHARACTERISTIC],
                validFor=PERIOD,
            )
        ],
        "connectionPointSpecification": [POINT],
        "connectivitySpecification": [
            {
                "id": "g-1",
                "href": "https://elsewhere.example.com/g-1",
                "name": "Inside",
                "description": "From port to port",
                "connectionSpecification": [
                    {
                        "id": "cs-1",
                        "href": "https://elsewhere.example.com/cs-1",
                        "name": "Pair",
                        "associationType": "pointToPoint",
                        "endpointSpecification": [
                            reference(
                                "rs-3",
                                "ResourceFunctionSpecification",
                                isRoot=True,
                                role="source",
                                connectionPointSpecification=POINT,
                            )
                        ],
                    }
                ],
                "graphSpecificationRelationship": [
                    {
                        "id": "gr-1",
                        "href": "https://elsewhere.example.com/gr-1",
                        "relationshipType": "refines",
                        "resourceGraph": reference("g-2", "ResourceGraphSpecification"),
                    }
                ],
            }
        ],
        "targetResourceSchema": {"@schemaLocation": "https://schemas.example.com/r.json", "@type": "R"},
        "attachment": [{**ATTACHMENT, "@referredType": "Attachment"}],
        "relatedParty": [PARTY],
    }
    patch: ClassVar = {"vendor": "Other", "resourceSpecCharacteristic": [{"name": "Colour", "maxCardinality": 2}]}
    events = EVENTS


class TestResourceImportJob(JobTests):
    __test__ = True
    model = ResourceImportJob
    route = f"{BASE}/importJob"
    events = ("Create", "StateChange")


class TestResourceExportJob(JobTests):
    __test__ = True
    model = ResourceExportJob
    route = f"{BASE}/exportJob"
    full: ClassVar = {**JobTests.full, "query": "lifecycleStatus=Active"}
    events = ("Create", "StateChange")


SUBTYPES = ("LogicalResourceSpecification", "PhysicalResourceSpecification", "ResourceFunctionSpecification")


@pytest.mark.django_db
@pytest.mark.parametrize("at_type", SUBTYPES)
def test_sub_types_are_specifications(at_type: str) -> None:
    """What is posted, filtered and referred to by the name of a sub-type is a resource specification."""
    call = Caller("all")
    made = call.post(f"{BASE}/resourceSpecification", {"name": "Port", "@type": at_type})
    call.post(f"{BASE}/resourceSpecification", {"name": "Plain"})
    found = call.get(f"{BASE}/resourceSpecification", **{"@type": at_type}).body
    assert [each["id"] for each in found] == [made.body["id"]]
    assert model_for(at_type) is ResourceSpecification
    tested = {"id": made.body["id"], "@referredType": at_type, "relationshipType": "testedOn"}
    operations.create(ServiceSpecification, {"name": "S", "entitySpecRelationship": [tested]}, actor=SYSTEM)
    link = Link.objects.get(path="entitySpecRelationship")
    assert link.target_type_id == ResourceSpecification.schema().content_type_id()


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize(
    "model",
    [
        ResourceCatalog,
        ResourceCategory,
        ResourceCandidate,
        ResourceSpecification,
        ResourceImportJob,
        ResourceExportJob,
    ],
)
def test_official_sample(model: type[Resource]) -> None:
    replay(f"TMF634/{model.schema().type_name}.example.json", model)


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize("at_type", SUBTYPES)
def test_official_sample_of_a_sub_type(at_type: str) -> None:
    replay(f"TMF634/{at_type}.example.json", ResourceSpecification)
