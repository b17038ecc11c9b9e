"""The Django form field of a nested value: its bound value is a node of the tree, its clean value wire JSON."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils.safestring import SafeString
from pydantic import TypeAdapter
from pydantic import ValidationError as PydanticError

from tmfsite.admin.nested.cells import ABSENT
from tmfsite.admin.nested.tree import Path, Root, part_for
from tmfsite.fields import ReferenceField, ValueField, formfields, json

_MESSAGES = {
    "missing": "This field is required.",
    "string_type": "Enter text.",
    "int_type": "Enter a whole number.",
    "float_type": "Enter a number.",
    "bool_type": "Choose yes or no.",
}


class NestedWidget(forms.Widget):
    """Reads a submission into a node and renders a node; the original travels along in a hidden input."""

    field: "NestedField"

    class Media:
        css = {"all": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css", "tmfadmin/nested.css")}
        js = (
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/vendor/select2/select2.full.js",
            "admin/js/jquery.init.js",
            "tmfadmin/nested.js",
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        was = data.get(f"{name}-was")
        if was is None or not isinstance(data, QueryDict):
            return None  # Not part of this submission.
        try:
            original = json.loads(was) if was else ABSENT
        except ValueError:
            original = ABSENT
        return self.field.bind(name, original, data)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-was" not in data

    def id_for_label(self, id_: str) -> str:
        return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        node = value if hasattr(value, "take") else self.field.bind(name, ABSENT if value is None else value, None)
        was = "" if node.original is ABSENT else json.dumps(node.original)
        context = {
            "node": node, "root": node.root, "was": was, "name": name, "label": self.field.label,
            "references": reverse_lazy("admin:references"),
        }  # fmt: skip
        return render_to_string("tmfadmin/nested/field.html", context)


class NestedBoundField(forms.BoundField):
    """Keeps the node of a submission, so that errors entered in it survive until it is rendered."""

    @cached_property
    def data(self) -> Any:
        return super().data


class NestedField(forms.Field):
    """A JSON column in a form. `clean` gives wire JSON, the original itself when nothing changed."""

    widget = NestedWidget

    def __init__(
        self, value_type: Any, adapter: TypeAdapter[Any], *, many: bool = False, target: str | None = None,
        or_value: bool = False, wire: str = "", **options: Any,
    ) -> None:  # fmt: skip
        options.pop("widget", None)
        super().__init__(**options)
        self.adapter = adapter
        self.many = many
        self.part = part_for(value_type, many, target, or_value, wire, str(self.label or wire))
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> "NestedField":
        copied: NestedField = super().__deepcopy__(memo)
        copied.widget.field = copied
        return copied

    def bind(self, name: str, original: Any, data: QueryDict | None) -> Any:
        """Return the node of a value."""
        if self.many and isinstance(original, dict):  # one where the schema has a list: saved as a list of one
            original = [original]
        node = self.part.bind(name, original, data, None)
        Root(node)
        return node

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> NestedBoundField:
        return NestedBoundField(form, self, field_name)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if data is None else data

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and data.root.taken is not data.original

    def _clean_bound_field(self, bound: Any) -> Any:
        node = bound.data
        return bound.initial if node is None or self.disabled else self.clean(node)

    def clean(self, value: Any) -> Any:
        taken = value.root.taken
        if value.error_count:
            raise self._problems(value)
        if taken is ABSENT:
            if self.required:
                raise ValidationError("Add at least one entry.", code="required")
            return None
        if taken is value.original:
            return taken
        try:
            self.adapter.validate_python(taken)
        except PydanticError as error:
            for fault in error.errors(include_url=False):
                message = _MESSAGES.get(fault["type"], fault["msg"].removeprefix("Value error, "))
                value.fault(fault["loc"], message)
            raise self._problems(value) from None
        return taken

    @staticmethod
    def _problems(node: Any) -> ValidationError:
        count = node.error_count
        return ValidationError(f"{count} problem{'s' * (count != 1)} in the marked fields.", code="nested")


def enter_fault(bound: forms.BoundField, path: Path, message: str) -> None:
    """Enter an error found after the form was clean at the cell that a wire path leads to."""
    if bound.data is not None and hasattr(bound.data, "fault"):
        bound.data.fault(path, message)


def build(field: ValueField, **options: Any) -> NestedField:
    """Return the form field of a model field; set as `tmfsite.fields.formfields.build`."""
    options = {key: value for key, value in options.items() if key in ("label", "help_text", "required", "disabled")}
    options.setdefault("label", str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:])
    options.setdefault("required", not field.blank)
    options.setdefault("help_text", field.help_text)
    reference: Any = field if isinstance(field, ReferenceField) else None
    return NestedField(
        field.value_type,
        field.adapter,
        many=field.many,
        target=reference.to.lower() if reference and reference.to else None,
        or_value=bool(reference and reference.or_value),
        wire=field.name,
        **options,
    )


def plug() -> None:
    """Give `ValueField.formfield()` its form field."""
    formfields.build = build
