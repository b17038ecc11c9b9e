"""Entities of sub-types in the admin (TMF630 part 2): the type of a new one, and the inputs it adds."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from tmfsite.admin.nested.fields import NestedWidget
from tmfsite.admin.nested.readable import readable
from tmfsite.admin.nested.schemas import title_of
from tmfsite.fields.json import Document
from tmfsite.fields.names import words
from tmfsite.resources.extensions import Extension, extension_fields, registered
from tmfsite.resources.schema import schema_of


class TypeSelect(UnfoldAdminSelectWidget):
    """Chooses a type; the page then comes back with its inputs, and with what was entered so far."""

    def __init__(self) -> None:
        super().__init__(attrs={"data-choose": "_choose"})

    @property
    def media(self) -> forms.Media:
        """Scripts of the page."""
        return forms.Media(NestedWidget.Media)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        button = '<noscript><button type="submit" name="_choose" value="1">Show its attributes</button></noscript>'
        return format_html("{}" + button, super().render(name, value, attrs, renderer))


def _typed(entity: Any) -> Document:
    return {"@type": entity.at_type, "@schemaLocation": entity.at_schema_location}


class SubTypes:
    """What a resource's admin shows of the registered types that extend the resource."""

    model: type[models.Model]

    @property
    def has_subtypes(self) -> bool:
        """Tell whether a new entity's type can be chosen."""
        schema = schema_of(self.model)
        return bool(schema.api.subtypes or registered().extending(schema.type_name))

    def subtype_of(self, request: HttpRequest, entity: Any) -> Extension | None:
        """Return the registered type that adds attributes to an entity; for a new one, that which the user chose."""
        if entity is None:
            sent = request.POST if request.method == "POST" else request.GET
            typed: Document = {"@type": sent.get("at_type")}
        else:
            typed = _typed(entity)
        return (
            registered().of(schema_of(self.model).type_name, typed)
            if extension_fields(schema_of(self.model), typed)
            else None
        )

    def subtype_field(self) -> forms.Field:
        """Return the form field of a new entity's `@type`."""
        schema = schema_of(self.model)
        types = sorted(each.name for each in registered().extending(schema.type_name))
        choices = [("", capfirst(self.model._meta.verbose_name))]
        choices += [(each, capfirst(words(each))) for each in schema.api.subtypes if each not in types]
        choices += [(each, each) for each in types]
        return forms.TypedChoiceField(
            choices=choices,
            empty_value=None,
            required=False,
            label="Type",
            help_text="A type of its own has further attributes. It cannot be changed later.",
            widget=TypeSelect(),
        )

    def subtype_inputs(self, request: HttpRequest, entity: Any, *, editable: bool) -> list[Any]:
        """Return what the first tab shows besides the attributes of the resource."""
        names: list[Any] = ["at_type"] if entity is None and self.has_subtypes else []
        if self.subtype_of(request, entity) is not None:
            names.append("tmf_extension" if editable else self.extended)
        return names

    @display(description="Attributes of the type")
    def extended(self, entity: Any) -> SafeString:
        """Attributes that the registered type adds, for those who cannot edit them."""
        held = entity.extension or {}
        fields = extension_fields(schema_of(self.model), _typed(entity))
        rows = ((title_of(wire, node), readable(held.get(wire))) for wire, node in fields)
        return format_html(
            '<div class="nf-read-root"><dl class="nf-dl">{}</dl></div>',
            format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows),
        )

    @display(description="Further attributes")
    def further(self, entity: Any) -> SafeString:
        """Attributes that neither the standard nor a registered type knows, as the clients sent them."""
        return readable(self.further_attributes(entity))

    def further_attributes(self, entity: Any) -> Document:
        """Return those attributes by wire name."""
        known = {
            *schema_of(self.model).attributes,
            *(wire for wire, _ in extension_fields(schema_of(self.model), _typed(entity))),
        }
        return {wire: value for wire, value in (entity.extension or {}).items() if wire not in known}
