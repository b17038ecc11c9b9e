"""What every test runs under."""

import pytest

from tmfsite.resources.schema import forget_content_types

pytest.register_assert_rewrite("tests.caller", "tests.contract")


@pytest.fixture(autouse=True)
def _fresh_content_types() -> None:
    """Tests with transactions of their own empty the database, which gives content types new keys."""
    forget_content_types()
