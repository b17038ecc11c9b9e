"""Our OpenAPI documents hold everything that the official swaggers demand."""

import pytest

from tests.conformance.comparison import Comparison, comparison, comparisons
from tests.conformance.exemptions import EXEMPT
from tests.conformance.swagger import needs_specifications
from tmfsite.resources.registry import apis

pytestmark = needs_specifications


@pytest.fixture(params=[api.key for api in apis()])
def compared(request) -> Comparison:
    """One of our documents beside the official swagger."""
    return comparison(request.param)


def test_base_path(compared: Comparison) -> None:
    official, ours = compared.official, compared.ours
    assert ours["servers"] == [{"url": f"http://testserver{official['basePath'].rstrip('/')}"}]
    assert ours["info"]["version"] == official["info"]["version"]


def test_paths_and_operations(compared: Comparison) -> None:
    assert compared.unexcused("operation", "event") == []


def test_parameters(compared: Comparison) -> None:
    assert compared.unexcused("parameter") == []


def test_statuses(compared: Comparison) -> None:
    """Every success of the official operation; of its errors those that the operation can have."""
    assert compared.unexcused("status") == []


def test_attributes(compared: Comparison) -> None:
    """Of bodies, answers and events: nested ones at any depth, mandatory ones, kinds, formats and enumerations."""
    assert compared.unexcused("attribute", "mandatory", "facet") == []


def test_exemptions_are_needed() -> None:
    """An exemption without a fault in its API, or for all in any API, is out of date."""
    found = {each.number: each.exemptions() for each in comparisons()}
    for api, rule, reason in EXEMPT:
        places = found[api] if api else set().union(*found.values())
        assert any(place.endswith(rule.lstrip("*")) for place in places), f"{rule}: {reason}"
