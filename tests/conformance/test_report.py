"""The committed report says what is measured."""

import pytest

from tests.conformance.report import files, measure
from tests.conformance.swagger import needs_specifications


@needs_specifications
@pytest.mark.django_db
def test_report_is_up_to_date() -> None:
    for path, content in files(measure()).items():
        assert path.exists() and path.read_text() == content, f"{path.name} is out of date: run `make conformance`"
