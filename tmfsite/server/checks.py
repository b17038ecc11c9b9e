"""System checks of the environment."""

import os
from typing import Any

from django.core.checks import CheckMessage, Warning, register

from tmfsite.settings.environment import unknown


@register
def variables_are_known(**_: Any) -> list[CheckMessage]:
    """Warn of a TMF_ variable that nothing reads: most often a slip of the pen."""
    return [
        Warning(
            f"{name} is not a setting and has no effect.",
            hint=f"Did you mean {meant}?" if meant else "docs/settings.md lists the settings.",
            id="tmfsite.W001",
        )
        for name, meant in unknown(os.environ).items()
    ]
