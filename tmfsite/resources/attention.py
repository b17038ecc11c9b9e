"""What somebody should look at, declared by the admin of a model, shown on its start page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Attention:
    """Entries of a list that wait for somebody; the start page counts them and links to them.

    phrase: goes after their name, as in `3 product orders` *on hold*. filters: parameters of the list, which are lookups
    (`state__in`) or those of its filters; what can be called is called each time, such as `moment()`. urgent: whether
    something is broken. days: only what changed in the last so many days, for states that nothing leaves.
    """

    phrase: str
    filters: Mapping[str, str | Callable[[], str]]
    urgent: bool = False
    days: int | None = None

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the list as of now."""
        found = {name: value() if callable(value) else value for name, value in self.filters.items()}
        if self.days is not None:
            found["last_update__gte"] = moment(days=-self.days)()
        return found

    @property
    def text(self) -> str:
        """The phrase, and how far back it looks."""
        if self.days is None:
            return self.phrase
        return f"{self.phrase} in the last {f'{self.days} days' if self.days > 1 else 'day'}"


def moment(**distance: int) -> Callable[[], str]:
    """Return what tells a moment at some distance from now, to the minute: `moment(days=-7)`."""
    return lambda: (timezone.now() + timedelta(**distance)).strftime("%Y-%m-%dT%H:%MZ")
