"""Trees of orders, catalogs and inventory, as the admin shows them: `templates/ordering/node.html`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest

from ordering.services.trace_realisation import Branch
from tmfsite.admin.nested.readable import brief
from tmfsite.admin.states import colour_of

ICONS: Final = {
    "product": "inventory_2", "service": "lan", "resource": "router", "productorder": "shopping_cart",
    "serviceorder": "assignment", "resourceorder": "construction", "productoffering": "sell",
    "productspecification": "category", "servicespecification": "lan", "resourcespecification": "router",
}  # fmt: skip
_IN_USE: Final = ("active", "busy")
_VALUES: Final = 4


@dataclass
class Node:
    """A place in a tree: what it is, in which state, where to find it, and what is below."""

    kind: str
    icon: str
    title: str
    url: str = ""
    state: str = ""
    colour: str = ""
    note: str = ""
    details: list[str] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)


class Linker:
    """Finds the pages of entities for a user: without the permission to look at them there is no address."""

    def __init__(self, request: HttpRequest) -> None:
        self.user: Any = request.user
        self._may: dict[Any, bool] = {}

    def url_of(self, entity: Any, page: str = "change") -> str:
        """Return the address of an entity's form or another page of it, empty for none."""
        model = type(entity)
        if not self.may_see(model):
            return ""
        model_admin: Any = admin.site.get_model_admin(model)
        return str(model_admin.change_url(entity, page))

    def may_see(self, model: Any) -> bool:
        """Tell whether the user may look at entities of a model."""
        if model not in self._may:
            name = f"{model._meta.app_label}.view_{model._meta.model_name}"
            self._may[model] = admin.site.is_registered(model) and self.user.has_perm(name)
        return self._may[model]

    def node(
        self,
        entity: Any,
        *,
        children: Iterable[Node] = (),
        note: str = "",
        title: str = "",
        details: Iterable[str] | None = None,
    ) -> Node:
        """Return the node of an entity, with its first characteristics unless told what else to show."""
        model = type(entity)
        state = state_of(entity)
        named = title or str(getattr(entity, "name", None) or getattr(entity, "value", None) or entity.uid)
        return Node(
            str(model._meta.verbose_name).capitalize(),
            ICONS.get(str(model._meta.model_name), "data_object"),
            named,
            self.url_of(entity),
            state,
            colour_of(state),
            note,
            details_of(entity) if details is None else list(details),
            list(children),
        )

    def branch(self, branch: Branch) -> Node:
        """Return the node of a branch, with those below."""
        note = "see above" if branch.is_repeated else ""
        return self.node(branch.entity, children=[self.branch(each) for each in branch.below], note=note)


def state_of(entity: Any) -> str:
    """Return the state of an entity; of a resource that it is in use, or else whether it may be had."""
    if getattr(entity, "usage_state", None) in _IN_USE:
        return str(entity.usage_state)
    for name in ("resource_status", "usage_state", "state", "status", "lifecycle_status"):
        if value := getattr(entity, name, None):
            return str(value)
    return ""


def details_of(entity: Any) -> list[str]:
    """Return the first characteristics of an entity, and the value of a resource."""
    held = next(
        (
            value
            for name in ("product_characteristic", "service_characteristic", "resource_characteristic")
            if (value := getattr(entity, name, None))
        ),
        [],
    )
    value = getattr(entity, "value", None)
    return [*([str(value)] if value and getattr(entity, "name", None) else []), *phrases(held)]


def phrases(characteristics: Iterable[dict[str, Any]]) -> list[str]:
    """Return the first characteristics as `Download speed 250`, and how many more there are."""
    found = [
        f"{each.get('name')} {text}"
        for each in characteristics
        if (text := _brief(each.get("value"))) is not None and text != "—"
    ]
    return found[:_VALUES] + ([f"+{len(found) - _VALUES}"] if len(found) > _VALUES else [])


def _brief(value: Any) -> str | None:
    if isinstance(value, list):
        texts = [brief({"value": each}) for each in value]
        return ", ".join(each for each in texts if each)
    return brief({"value": value}) if not isinstance(value, dict) else brief(value)
