"""Inputs of scalar attributes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget

from tmfsite.admin.nested.fields import NestedWidget
from tmfsite.admin.nested.references import ELSEWHERE, names, select_html, target_model


class SuggestInput(UnfoldAdminTextInputWidget):
    """A text input that offers values; others may be typed."""

    def __init__(self, suggestions: Sequence[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        listed = f"{name}-suggestions"
        options = format_html_join("", '<option value="{}"></option>', ((each,) for each in self.suggestions))
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


class EntityChoice(forms.Widget):
    """Chooses a local entity by name where the attribute holds just its wire id."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target

    @staticmethod
    def medium() -> forms.Media:
        """Return what the page needs; for admins that use this widget."""
        return forms.Media(NestedWidget.Media)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.get(name) or None

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        model = target_model(self.target)
        known = names(model, [value]) if model and value else {}
        chosen = [(value, known.get(value, f"{value} ({ELSEWHERE})"))] if value else []
        select = select_html(name, chosen, self.target, format_html(' id="{}"', (attrs or {}).get("id", f"id_{name}")))
        return format_html(
            '<div class="nf nf-single" data-references="{}">{}</div>', reverse("admin:references"), select
        )
