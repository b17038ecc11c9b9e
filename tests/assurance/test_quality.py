"""TMF657 Service Quality Management v4.0: the contract of objectives and specifications, and the official samples."""

from typing import ClassVar

import pytest

from assurance.models import ServiceLevelObjective, ServiceLevelSpecification
from tests.assurance.samples import ENTITY, differing, official
from tests.caller import Caller
from tests.resource import ResourceTests
from tests.samples import PERIOD, TYPED, reference
from tmfsite.fields import json
from tmfsite.fields.json import Document

BASE = "/tmf-api/serviceQualityManagement/v4"


class TestServiceLevelObjective(ResourceTests):
    model = ServiceLevelObjective
    route = f"{BASE}/serviceLevelObjective"
    minimal: ClassVar = {
        "conformanceComparator": ">",
        "conformanceTarget": "32",
        "serviceLevelObjectiveParameter": {"name": "bandwidth"},
    }
    mandatory = ("conformanceComparator", "conformanceTarget", "serviceLevelObjectiveParameter")
    unpatchable: ClassVar = {"validFor": {"startDateTime": "2020-01-01T00:00:00Z"}}
    full: ClassVar = {
        **TYPED,
        **minimal,
        "name": "Upload",
        "thresholdTarget": "28",
        "toleranceTarget": "5",
        "graceTimes": "3",
        "serviceLevelObjectiveParameter": {
            "name": "bandwidth",
            "parameterType": "KPI",
            "serviceParmCategory": "service specific",
            "serviceParmPerspective": "aggregation",
            "transformationAlgorithmOfKQI": "none",
            "relatedEntity": [ENTITY],
            "validFor": PERIOD,
        },
        "serviceLevelObjectiveConsequence": [{"prescribedAction": "credit", "validFor": PERIOD}],
        "conformancePeriod": PERIOD,
        "tolerancePeriod": PERIOD,
        "validFor": PERIOD,
    }
    patch: ClassVar = {"conformanceTarget": "64", "serviceLevelObjectiveConsequence": []}
    events = ("Create", "AttributeValueChange", "Delete")


class TestServiceLevelSpecification(ResourceTests):
    model = ServiceLevelSpecification
    route = f"{BASE}/serviceLevelSpecification"
    minimal: ClassVar = {"name": "Gold", "relatedServiceLevelObjective": [{"id": "o-1"}]}
    mandatory = ("name", "relatedServiceLevelObjective")
    unpatchable: ClassVar = {"validFor": {"startDateTime": "2020-01-01T00:00:00Z"}}
    full: ClassVar = {
        **TYPED,
        "name": "Gold",
        "description": "Fast",
        "relatedServiceLevelObjective": [reference("o-1", "ServiceLevelObjective")],
        "validFor": PERIOD,
    }
    patch: ClassVar = {"description": "Faster", "relatedServiceLevelObjective": [{"id": "o-1"}, {"id": "o-2"}]}
    events = ("Create", "AttributeValueChange", "Delete")


def mended(sample: Document) -> Document:
    """Return an official sample with dates that exist: those of 657 have a day 0, and times without a day."""
    text = json.dumps(sample)
    for wrong, right in (
        ("-00T", "-01T"),
        ('"20:00:00"', '"2021-03-01T20:00:00"'),
        ('"06:00:00"', '"2021-03-01T06:00:00"'),
    ):
        text = text.replace(wrong, right)
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "sample"), official(657).items(), ids=official(657))
def test_official_sample(name: str, sample: Document) -> None:
    call = Caller("all")
    route = f"{BASE}/{name[:1].lower()}{name[1:]}"
    call.post(route, sample).refused(400, "24", about="DateTime")
    sent = mended(sample)
    made = call.post(route, sent)
    assert made.status == 201, made.response.content
    assert differing(sent, made.body) == {}
    assert differing(sent, call.get(f"{route}/{made.body['id']}").body) == {}
