"""What every test runs under."""

import pytest

pytest.register_assert_rewrite("tests.caller", "tests.contract")
