"""Inputs of scalar attributes."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget


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
