"""TMF633 Service Catalog Management v4.0: the contract of its six resources, and the official samples."""

from typing import Any, ClassVar

import pytest

from catalog.models import (
    ServiceCandidate,
    ServiceCatalog,
    ServiceCategory,
    ServiceExportJob,
    ServiceImportJob,
    ServiceSpecification,
)
from tests.catalog.contract import JobTests
from tests.catalog.samples import CONSTRAINT, ENTITY, FEATURE, PARTY, QUALITY, VALUE
from tests.conformance.swagger import needs_specifications
from tests.replay import Repair, replay
from tests.resource import VersionedResourceTests
from tests.samples import ATTACHMENT, PERIOD, reference
from tmfsite.fields.json import Document
from tmfsite.resources.models import Resource

BASE = "/tmf-api/serviceCatalogManagement/v4"
EVENTS = ("Create", "Change", "Delete")
CATEGORY = reference("c-1", "ServiceCategory", version="1.0")
SPECIFICATION = reference("s-1", "CustomerFacingServiceSpecification", version="2.0")


class TestServiceCatalog(VersionedResourceTests):
    model = ServiceCatalog
    route = f"{BASE}/serviceCatalog"
    minimal: ClassVar = {"name": "Internal"}
    full: ClassVar = {**ENTITY, "category": [CATEGORY], "relatedParty": [PARTY]}
    patch: ClassVar = {"name": "Wholesale", "relatedParty": []}
    events = ("Create", "Change", "Batch", "Delete")


class TestServiceCategory(VersionedResourceTests):
    model = ServiceCategory
    route = f"{BASE}/serviceCategory"
    minimal: ClassVar = {"name": "Access"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isRoot": True}
    full: ClassVar = {
        **ENTITY,
        "parentId": "c-0",
        "isRoot": False,
        "category": [CATEGORY, reference("c-2", "ServiceCategory", version="1.0")],
        "serviceCandidate": [reference("sc-1", "ServiceCandidate", version="1.0")],
    }
    patch: ClassVar = {"name": "Voice", "serviceCandidate": [reference("sc-2", "ServiceCandidate", version="1.0")]}
    derived = ("serviceCandidate",)
    events = EVENTS
    reads: ClassVar = {"one": 3, "list": 4}


class TestServiceCandidate(VersionedResourceTests):
    model = ServiceCandidate
    route = f"{BASE}/serviceCandidate"
    minimal: ClassVar = {"name": "Broadband", "serviceSpecification": {"id": "s-1"}}
    mandatory = ("name", "serviceSpecification")
    full: ClassVar = {**ENTITY, "category": [CATEGORY], "serviceSpecification": SPECIFICATION}
    patch: ClassVar = {"name": "Voice", "category": [reference("c-2", "ServiceCategory")]}
    events = EVENTS


class TestServiceSpecification(VersionedResourceTests):
    model = ServiceSpecification
    route = f"{BASE}/serviceSpecification"
    minimal: ClassVar = {"name": "Broadband"}
    defaults: ClassVar = {**VersionedResourceTests.defaults, "isBundle": False}
    full: ClassVar = {
        **ENTITY,
        "isBundle": True,
        "specCharacteristic": [
            {
                **QUALITY,
                "characteristicValueSpecification": [VALUE, {"value": {"free": ["form", 1]}}],
                "charSpecRelationship": [
                    {
                        "characteristicSpecificationId": "ch-2",
                        "name": "Delay",
                        "parentSpecificationHref": "https://elsewhere.example.com/s-2",
                        "parentSpecificationId": "s-2",
                        "relationshipType": "dependency",
                        "validFor": PERIOD,
                    }
                ],
            },
            {"name": "Colour"},
        ],
        "featureSpecification": [FEATURE],
        "serviceSpecRelationship": [
            reference(
                "s-2",
                "ResourceFacingServiceSpecification",
                relationshipType="reliesOn",
                role="access",
                validFor=PERIOD,
            )
        ],
        "resourceSpecification": [reference("rs-1", "PhysicalResourceSpecification", version="1.0")],
        "entitySpecRelationship": [
            reference(
                "t-1",
                "ServiceTestSpecification",
                relationshipType="testedBy",
                role="subject",
                associationSpec=reference("as-1", "AssociationSpecification"),
                validFor=PERIOD,
            )
        ],
        "serviceLevelSpecification": [reference("sl-1", "ServiceLevelSpecification")],
        "constraint": [CONSTRAINT],
        "targetEntitySchema": {"@schemaLocation": "https://schemas.example.com/s.json", "@type": "S"},
        "attachment": [{**ATTACHMENT, "@referredType": "Attachment"}],
        "relatedParty": [PARTY],
    }
    patch: ClassVar = {"isBundle": False, "specCharacteristic": [{"name": "Colour", "maxCardinality": 2}]}
    events = EVENTS


class TestServiceImportJob(JobTests):
    __test__ = True
    model = ServiceImportJob
    route = f"{BASE}/importJob"


class TestServiceExportJob(JobTests):
    __test__ = True
    model = ServiceExportJob
    route = f"{BASE}/exportJob"
    full: ClassVar = {**JobTests.full, "query": "lifecycleStatus=Active"}


def without_empty_numbers(document: Document) -> Any:
    """The sample has texts where the specification has numbers."""
    for characteristic in document["specCharacteristic"]:
        for value in characteristic["characteristicValueSpecification"]:
            del value["valueFrom"], value["valueTo"]


@needs_specifications
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "repair"),
    [
        (ServiceCatalog, None),
        (ServiceCategory, None),
        (ServiceCandidate, None),
        (ServiceSpecification, without_empty_numbers),
        (ServiceImportJob, None),
        (ServiceExportJob, None),
    ],
)
def test_official_sample(model: type[Resource], repair: Repair | None) -> None:
    replay(f"TMF633/{model.schema().type_name}.example.json", model, repair)
