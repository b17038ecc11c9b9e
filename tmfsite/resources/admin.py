"""Extension types in the admin: JSON Schemas of sub-classes, checked as they are entered."""

import json as positions
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from tmfsite.fields import json
from tmfsite.resources.extensions import InvalidSchema, Path, base_types, check_schema
from tmfsite.resources.models import ExtensionType

EXAMPLE = '{\n  "type": "object",\n  "properties": {\n    "speed": {"type": "integer", "title": "Speed"}\n  }\n}'


class SchemaField(forms.CharField):
    """A JSON Schema as text; errors name the line at fault and show it."""

    def __init__(self, **options: Any) -> None:
        attrs = {"rows": 28, "spellcheck": "false", "style": "font-family: monospace; tab-size: 2"}
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs=attrs), strip=False, initial=EXAMPLE, **options)

    def prepare_value(self, value: Any) -> Any:
        """Return the text of a stored schema; text stays as it was typed."""
        return value if isinstance(value, str) else json.dump_bytes(value, indent=True).decode()

    def clean(self, value: Any) -> Any:
        """Return the schema; raises `ValidationError` for what is none."""
        text = super().clean(value)
        try:
            schema = json.loads(text)
        except positions.JSONDecodeError as error:
            raise ValidationError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from None
        except ValueError as error:
            raise ValidationError(f"This is not JSON: {error}.") from None
        try:
            check_schema(schema)
        except InvalidSchema as error:
            line = line_of(text, error.path)
            shown = text.splitlines()[line - 1].strip()
            raise ValidationError(f"Line {line}: {error.message_dict['schema'][0]} ({shown[:80]})") from None
        return schema

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the text means, not how it is laid out."""
        try:
            return bool(json.loads(data or "null") != initial)
        except ValueError:
            return True


def line_of(text: str, path: Path) -> int:
    """Return the line of JSON text on which the value at a path begins; that of the last step which exists."""
    decoder = positions.JSONDecoder()
    index = _skip(text, 0)
    for step in path:
        found = _step(decoder, text, index, step)
        if found is None:
            break
        index = found
    return text.count("\n", 0, index) + 1


def _step(decoder: positions.JSONDecoder, text: str, index: int, step: str | int) -> int | None:
    """Return where the member or element `step` of the object or list at `index` begins."""
    is_object = text[index] == "{"
    if not is_object and text[index] != "[":
        return None
    position, index = 0, _skip(text, index + 1)
    while text[index] not in "}]":
        start, key = index, position
        if is_object:
            key, index = decoder.raw_decode(text, index)
            index = _skip(text, _skip(text, index) + 1)
        if key == step:
            # A scalar is shown with its name, which may stand on the line before.
            return index if text[index] in "{[" else start
        _, index = decoder.raw_decode(text, index)
        index = _skip(text, index)
        if text[index] == ",":
            index = _skip(text, index + 1)
        position += 1
    return None


def _skip(text: str, index: int) -> int:
    while index < len(text) and text[index] in " \t\r\n":
        index += 1
    return index


def _base_types() -> list[tuple[str, Any]]:
    known = base_types()
    groups = {"Resources": "resource", "Values in resources": "value"}
    return [("", "---------")] + [
        (title, [(name, name) for name, kind in known.items() if kind == wanted]) for title, wanted in groups.items()
    ]


class ExtensionTypeForm(forms.ModelForm):
    """The form of an extension type."""

    base_type = forms.ChoiceField(
        choices=_base_types, widget=UnfoldAdminSelectWidget, help_text="The resource, or the nested value, it extends."
    )
    schema = SchemaField(
        label="JSON Schema",
        help_text="Describes the attributes that the type adds. It may refer to itself with #/…, to nothing else.",
    )

    class Meta:
        model = ExtensionType
        fields = ("name", "base_type", "version", "description", "location", "schema")


@admin.register(ExtensionType)
class ExtensionTypeAdmin(ModelAdmin):
    """Sub-classes of resources and values."""

    icon = "extension"
    sidebar_order = 40
    form = ExtensionTypeForm
    list_display = ("name", "version", "base_type", "description", "address")
    list_filter = ("base_type",)
    search_fields = ("name", "description")
    readonly_fields = ("address",)
    fieldsets: ClassVar = [
        (None, {"fields": ("name", "base_type", "version", "description", "address", "location")}),
        ("Attributes", {"fields": ("schema",)}),
    ]

    @display(description="Address of the schema")
    def address(self, extension: ExtensionType) -> SafeString | str:
        """Return a link to the served schema."""
        if extension._state.adding:
            return "Given when it is saved."
        return format_html('<a href="{0}">{0}</a>', extension.get_absolute_url())

    def get_readonly_fields(self, request: HttpRequest, obj: ExtensionType | None = None) -> tuple[str, ...]:
        """Name and version make the address, which stays."""
        return ("address", "name", "version") if obj is not None else ("address",)
