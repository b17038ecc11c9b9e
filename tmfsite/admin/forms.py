"""The form of a resource: only real changes count, and nobody overwrites what he has not seen."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.forms.utils import ErrorDict
from django.utils.html import format_html, format_html_join

from tmfsite.admin import difference
from tmfsite.admin.nested.cells import ABSENT, unify
from tmfsite.admin.nested.fields import NestedField, enter_fault
from tmfsite.admin.nested.schemas import ExtensionField
from tmfsite.audit.models import Change
from tmfsite.resources.errors import Invalid, ResourceError
from tmfsite.resources.extensions import Extension
from tmfsite.resources.schema import schema_of
from tmfsite.wire.decode import same
from tmfsite.wire.encode import encode_scalar


def changes_since(instance: models.Model, revision: int) -> list[Change]:
    """Return the changes of a resource after a revision, oldest first."""
    rows = Change.objects.filter(
        resource_type_id=schema_of(type(instance)).content_type_id(), resource_id=instance.pk, revision__gt=revision
    )
    return list(rows.order_by("id"))


class ResourceForm(forms.ModelForm):
    """Attributes that were not edited keep their stored value, also one the inputs cannot spell.

    `tmf_seen` is the revision the user was shown. When the store has moved on, saving is refused with what the others
    changed; `tmf_overwrite` then names the revision the user has agreed to write over, and only the attributes he edited
    are written. `tmf_extension` holds the attributes that the entity's registered type adds, if it has one; a submission
    with `_choose` just asks for the inputs of the type chosen in it.
    """

    refusal: ClassVar[ResourceError | None] = None
    extended: ClassVar[Extension | None] = None
    label: ClassVar[Any] = staticmethod(str)

    tmf_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    tmf_overwrite = forms.IntegerField(required=False, widget=forms.HiddenInput)
    tmf_reason = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    tmf_extension = ExtensionField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.others: list[Change] = []
        self.stale = False
        if self.instance.pk:
            self.initial["tmf_seen"] = self.instance.revision
        if self.extended is None:
            del self.fields["tmf_extension"]
        else:
            if self.is_choosing:
                self.fields["at_type"].widget.attrs["data-chosen"] = "1"
            names = self._added.describe(schema_of(type(self.instance)), self.extended)
            held = self.instance.extension or {}
            self.initial["tmf_extension"] = {wire: held[wire] for wire in held if wire in names} or None

    @property
    def _added(self) -> ExtensionField:
        return self.fields["tmf_extension"]  # type: ignore[return-value]

    @property
    def is_choosing(self) -> bool:
        """Tell whether the type of a new entity was chosen: the form is shown again, with what was entered."""
        return self.is_bound and "_choose" in self.data

    def is_valid(self) -> bool:
        return not self.is_choosing and super().is_valid()

    def full_clean(self) -> None:
        if self.is_choosing:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen = cleaned.get("tmf_seen") or self.instance.revision
        if self.instance.pk and seen != self.instance.revision:
            self.others = changes_since(self.instance, seen)
        shown = self._shown()
        for name in [name for name in cleaned if name in schema_of(type(self.instance)).by_field]:
            if isinstance(cleaned[name], str):
                cleaned[name] = unify(cleaned[name])
            if not self._edited(name, cleaned[name], shown):
                cleaned[name] = getattr(self.instance, name)
        if self.others and cleaned.get("tmf_overwrite") != self.instance.revision:
            self.stale = True
            self.add_error(None, forms.ValidationError(self.conflict(), code="stale"))
        return cleaned

    def _shown(self) -> Mapping[str, Any]:
        """Return the old values, by wire name, of what others changed since the user was shown the form."""
        shown: dict[str, Any] = {}
        for change in self.others:
            for wire, pair in change.changes.items():
                shown.setdefault(wire, pair[0])
        return shown

    def _edited(self, name: str, value: Any, shown: Mapping[str, Any]) -> bool:
        attribute = schema_of(type(self.instance)).by_field[name]
        if isinstance(self.fields[name], NestedField):
            return self.fields[name].has_changed(None, self[name].data)
        if attribute.wire in shown:
            old, new = shown[attribute.wire], encode_scalar(attribute, value)
            return not same(old, new) and not (old in (None, "") and new in (None, ""))
        stored = getattr(self.instance, name)
        if isinstance(value, str) and isinstance(stored, str) and unify(stored).strip() == value.strip():
            return False
        return name in self.changed_data

    def conflict(self) -> str:
        """Return what others changed meanwhile, as HTML."""
        model = type(self.instance)
        items = [
            (change.actor_name, line)
            for change in self.others
            for line in difference.lines(model, change.changes, self.label)
        ]
        return format_html(
            "<strong>Somebody else saved this meanwhile; your entries are not saved yet.</strong>"
            "<ul class='tmf-conflict'>{}</ul>"
            "<label class='tmf-overwrite'><input type='checkbox' name='tmf_overwrite' value='{}'>"
            " Save my entries all the same. What I did not edit stays as the others left it.</label>",
            format_html_join("", "<li><em>{}</em> — {}</li>", items),
            self.instance.revision,
        )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        type_name = schema_of(type(self.instance)).type_name
        if self.instance._state.adding and self.instance.at_type not in (None, type_name):
            self.instance.at_base_type = self.instance.at_base_type or type_name
        if "tmf_extension" in self.fields:
            self._extend()
        if self.refusal is not None:
            self._enter(self.refusal)

    def _extend(self) -> None:
        """Put those attributes of the extension type on the instance that were edited."""
        node = self["tmf_extension"].data
        if node is None:
            return
        shown, taken = (value if isinstance(value, dict) else {} for value in (node.original, node.root.taken))
        extension = dict(self.instance.extension or {})
        for wire in dict.fromkeys((*shown, *taken)):
            value = taken.get(wire, ABSENT)
            if value is ABSENT:
                extension.pop(wire, None)
            elif value is not shown.get(wire, ABSENT):
                extension[wire] = value
        self.instance.extension = extension or None

    def _enter(self, refusal: ResourceError) -> None:
        """Show a refused write at the inputs it speaks of."""
        attributes = schema_of(type(self.instance)).attributes
        added = self._added.names if "tmf_extension" in self.fields else ()
        for path, message in refusal.faults if isinstance(refusal, Invalid) else (((), refusal.message),):
            wire = str(path[0]) if path else ""
            name = attributes[wire].name if wire in attributes else ""
            if wire in added:
                enter_fault(self["tmf_extension"], path, message)
                self.add_error("tmf_extension", "There is a problem in the marked fields.")
            elif name not in self.fields:
                self.add_error(None, f"{self.label(wire)}: {message}" if wire else message)
            elif len(path) > 1 and isinstance(self.fields[name], NestedField):
                enter_fault(self[name], path[1:], message)
                self.add_error(name, "There is a problem in the marked fields.")
            else:
                self.add_error(name, message)
