"""Where the admin plugs in the form field of a nested value: `fields` knows no forms."""

from collections.abc import Callable
from typing import Any

build: Callable[..., Any] | None = None
