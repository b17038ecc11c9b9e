"""Cells for references: pick a local entity by name; references to other systems are shown and kept."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tmfsite.admin.nested.cells import ABSENT, Cell, Refused
from tmfsite.resources.schema import schema_of
from tmfsite.wire import href_of

if TYPE_CHECKING:
    from tmfsite.admin.nested.tree import BoundCell

KEPT = "#"  # A token of the original reference at this place; other tokens are ids of local entities.
ELSEWHERE = "other system"


def target_model(label: str | None) -> type[models.Model] | None:
    """Return the model of a label, None when it is not installed or not given."""
    try:
        return apps.get_model(label) if label else None
    except LookupError:
        return None


def current(model: type[models.Model], **lookup: Any) -> models.QuerySet[Any]:
    """Return the entities of a model by wire id, of versioned ones the latest."""
    if hasattr(model, "is_latest"):
        lookup["is_latest"] = True
    return model._default_manager.filter(**lookup)


def names(model: type[models.Model], uids: Iterable[str]) -> dict[str, str]:
    """Return the display names of local entities by wire id."""
    wanted = {uid for uid in uids if isinstance(uid, str)}
    return {entity.uid: str(entity) for entity in current(model, uid__in=wanted)} if wanted else {}


def reference_to(entity: models.Model, declared: Mapping[str, str], old: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reference to an entity says, by wire name, as far as its type declares it; `ABSENT` removes."""
    said = {
        "id": entity.uid,  # type: ignore[attr-defined]
        "href": href_of(entity),
        "name": getattr(entity, "name", None) or str(entity),
        "version": getattr(entity, "version", None),
        "@referredType": entity.at_type or schema_of(type(entity)).type_name,  # type: ignore[attr-defined]
    }
    return {wire: value if value else ABSENT for wire, value in said.items() if wire in declared or wire in old}


def caption(reference: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """Return how a held reference is called in the form."""
    uid = reference.get("id")
    if isinstance(uid, str) and uid in known:
        return known[uid]
    name = reference.get("name") or uid or reference.get("href") or "embedded value"
    return f"{name} ({ELSEWHERE})" if uid else str(name)


class Picker(Cell):
    """The target of one reference: `id`, `href`, `name`, `version` and `@referredType` at once."""

    def __init__(self, target: str, declared: Mapping[str, str], **options: Any) -> None:
        super().__init__("id", **options)
        self.target = target
        self.declared = declared

    def held(self, cell: "BoundCell") -> Mapping[str, Any]:
        """Return the original reference."""
        return cell.row.original if isinstance(cell.row.original, dict) else {}

    def show(self, value: Any) -> str | None:
        return "" if value is ABSENT else KEPT

    def take(self, cell: "BoundCell") -> dict[str, Any]:
        sent = self.sent(cell)
        if sent is None or sent == self.show(cell.original):
            return {}
        held = self.held(cell)
        if not sent or sent == KEPT:
            return dict.fromkeys(("id", "href", "name", "version", "@referredType"), ABSENT)
        if sent == held.get("id"):
            return {}
        return reference_to(fetch(self.target, sent), self.declared, held)

    def html(self, cell: "BoundCell") -> SafeString:
        held = self.held(cell)
        chosen: list[tuple[str, str]] = []
        if cell.text == KEPT:
            chosen = [(KEPT, caption(held, cell.root.known(self.target)))]
        elif cell.text:
            chosen = [(cell.text, cell.root.known(self.target).get(cell.text, cell.text))]
        return select_html(cell.name, chosen, self.target, cell.attributes)


def fetch(target: str, uid: str) -> models.Model:
    """Return a local entity by wire id; `Refused` when there is none."""
    model = target_model(target)
    entity = current(model, uid=uid).first() if model else None
    if entity is None:
        raise Refused("This entry does not exist any more.")
    return entity


def select_html(
    name: str, chosen: list[tuple[str, str]], target: str, attributes: SafeString, *, many: bool = False
) -> SafeString:
    """Return the input that searches entities of a target; `chosen` are value and label of what it holds."""
    options = format_html_join(
        "",
        '<option value="{}" selected title="{}">{}</option>',
        ((value, label, label) for value, label in chosen),
    )
    return format_html(
        '<select class="nf-input nf-reference" name="{}" data-target="{}"{}{}>{}{}</select>',
        name, target, mark_safe(" multiple") if many else "", attributes,
        "" if many else mark_safe('<option value=""></option>'), options,
    )  # fmt: skip


def picks_html(name: str, chosen: list[tuple[str, str]], target: str, attributes: SafeString) -> SafeString:
    """Return the input of a list of references."""
    return select_html(name, chosen, target, attributes, many=True)
