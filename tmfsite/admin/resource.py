"""ResourceAdmin: the admin of a resource, derived from its declaration; saves through `tmfsite.operations` only."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from tmfsite import operations
from tmfsite.admin.actor import actor_of
from tmfsite.admin.forms import ResourceForm
from tmfsite.admin.history import HistoryPages
from tmfsite.admin.nested.readable import readable
from tmfsite.admin.pages import AddedPages
from tmfsite.admin.states import StatePages, colour_of
from tmfsite.admin.subtypes import SubTypes
from tmfsite.admin.usage import uses_of
from tmfsite.admin.versions import VersionPages, versions_of
from tmfsite.admin.widgets import SuggestInput
from tmfsite.fields import JsonField
from tmfsite.fields.names import words
from tmfsite.resources.attention import Attention
from tmfsite.resources.errors import ResourceError, Stale
from tmfsite.resources.models import Resource
from tmfsite.resources.schema import Schema, schema_of
from tmfsite.wire.encode import encode_scalar

_TECHNICAL = ("uid", "at_type", "at_base_type", "at_schema_location", "created", "last_update", "revision")


class ResourceAdmin(HistoryPages, StatePages, VersionPages, AddedPages, SubTypes, ModelAdmin):
    """The admin of one resource; a subclass names list columns, tabs and filters.

    icon: Material symbol in the sidebar. labels: what attributes are called here, by field name. tabs: fields by tab
    title; without it, every nested attribute gets a tab. suggestions: values offered for text attributes.
    sidebar_order: place in the sidebar. section: its part of the sidebar, if not that of its app. dashboard: whether people
    work with it, so that the start page counts it. attention: what of it waits for somebody.
    """

    icon: ClassVar[str] = "data_object"
    labels: ClassVar[dict[str, str]] = {}
    helps: ClassVar[dict[str, str]] = {}
    suggestions: ClassVar[dict[str, Sequence[str]]] = {}
    tabs: ClassVar[dict[str, Sequence[Any]]] = {}
    sidebar_order: ClassVar[int] = 100
    section: ClassVar[str | None] = None
    dashboard: ClassVar[bool] = True
    attention: ClassVar[Sequence[Attention]] = ()

    form = ResourceForm
    list_per_page = 50
    list_display: Sequence[Any] = ("__str__", "state", "updated")
    show_full_result_count = False
    warn_unsaved_form = True
    list_filter_submit = False
    list_before_template = "tmfadmin/list_before.html"
    change_form_outer_before_template = "tmfadmin/bar.html"
    change_form_before_template = "tmfadmin/form_before.html"
    change_form_after_template = "tmfadmin/form_after.html"
    delete_confirmation_template = "tmfadmin/delete.html"
    delete_selected_confirmation_template = "tmfadmin/delete_selected.html"
    model: type[Resource]

    formfield_overrides: ClassVar = {models.TextField: {"widget": UnfoldAdminExpandableTextareaWidget}}

    class Media:
        css: ClassVar = {"all": ("tmfadmin/nested.css",)}

    def __init__(self, *args: Any, **options: Any) -> None:
        self._readings: dict[str, Callable[[Any], SafeString]] = {}
        super().__init__(*args, **options)

    # --- declaration -----------------------------------------------------------------------------------------------

    @property
    def schema(self) -> Schema:
        """What is derived from the model."""
        return schema_of(self.model)

    def label_of(self, name: str) -> str:
        """Return what a field is called."""
        if name in self.labels:
            return self.labels[name]
        attribute = self.schema.by_field.get(name)
        verbose = str(attribute.field.verbose_name) if attribute else name.replace("_", " ")
        return verbose[:1].upper() + verbose[1:]

    def label_of_wire(self, wire: str) -> str:
        """Return what an attribute is called, by its wire name."""
        attribute = self.schema.attributes.get(wire)
        return self.label_of(attribute.name) if attribute else words(wire)

    @property
    def states(self) -> list[str]:
        """Names of the lifecycle attributes; the form does not edit them."""
        return [lifecycle.attribute for lifecycle in self.schema.lifecycles]

    def get_search_fields(self, request: HttpRequest) -> Sequence[str]:
        if self.search_fields:
            return self.search_fields
        return ("name", "uid") if "name" in self.schema.by_field else ("uid",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("-id") if not self.ordering else super().get_queryset(request)

    # --- form ------------------------------------------------------------------------------------------------------

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fixed = [each.name for each in self.schema.attributes.values() if each.server_set]
        if obj is None:
            fixed += [each.name for each in self.schema.attributes.values() if not each.postable]
        else:
            fixed += [each.name for each in self.schema.attributes.values() if not each.patchable]
        names = dict.fromkeys((*super().get_readonly_fields(request, obj), *fixed, *_TECHNICAL))
        if obj is None and self.has_subtypes:
            names.pop("at_type", None)
        readings = [self.reading_of(name) for name in names if name in self.schema.by_field]
        return [*names, *readings, self.extended, self.further]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[str, dict[str, Any]]]:
        """Tabs; attributes that the user may not edit are replaced by a reading of them."""
        editable = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        fixed = set(filter(lambda name: isinstance(name, str), self.get_readonly_fields(request, obj)))

        def shown(name: Any) -> Any:
            if isinstance(name, tuple | list):
                return tuple(shown(each) for each in name)
            attribute = self.schema.by_field.get(name) if isinstance(name, str) else None
            if attribute is not None and (not editable or name in fixed):
                return self.reading_of(name)
            return name

        tabs = {title: [shown(name) for name in names] for title, names in self._tabs().items()}
        tabs[next(iter(tabs))] += self.subtype_inputs(request, obj, editable=editable)
        if obj is not None:
            tabs["Technical"] = [name for name in _TECHNICAL if hasattr(obj, name)]
            if self.further_attributes(obj):
                tabs["Further attributes"] = [self.further]
        return [(title, {"fields": names, "classes": ["tab"]}) for title, names in tabs.items() if names]

    def _tabs(self) -> dict[str, Sequence[Any]]:
        if self.tabs:
            return self.tabs
        hidden = {*_TECHNICAL, *self.states}
        fields = [each for each in self.schema.by_field.values() if each.name not in hidden and each.field.editable]
        tabs: dict[str, Sequence[Any]] = {"Overview": [each.name for each in fields if not each.is_json]}
        return tabs | {self.label_of(each.name): [each.name] for each in fields if each.is_json}

    def reading_of(self, name: str) -> Callable[[Any], SafeString]:
        """Return the column that shows an attribute to those who cannot edit it; always the same function."""
        if name not in self._readings:
            attribute = self.schema.by_field[name]
            value_type = getattr(attribute.field, "value_type", None)

            @display(description=self.label_of(name))
            def reading(entity: Any) -> SafeString:
                value = getattr(entity, name)
                value = value if attribute.is_json else encode_scalar(attribute, value)
                return format_html('<div class="nf-read-root">{}</div>', readable(value, value_type))

            reading.__name__ = f"read_{name}"
            self._readings[name] = reading
        return self._readings[name]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("label", self.label_of(db_field.name))
        if db_field.name in self.helps:
            kwargs.setdefault("help_text", self.helps[db_field.name])
        if isinstance(db_field, JsonField):
            return db_field.formfield(**kwargs)
        if db_field.name == "at_type":
            return self.subtype_field()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in self.suggestions:
            field.widget = SuggestInput(self.suggestions[db_field.name])
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "_refusal", None)
        form.label = staticmethod(self.label_of_wire)
        form.extended = self.subtype_of(request, obj)
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = {**self._entity_context(request, object_id), **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except ResourceError as refusal:
            # Nothing was written. Show the same submission again with the refusal at its inputs; a stale one is
            # found by the form itself, which then reads the newer revision.
            request._refusal = None if isinstance(refusal, Stale) else refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, context)

    def _entity_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        entity: Any = self.get_object(request, unquote(object_id)) if object_id else None
        if entity is None:
            return {}
        return {
            "entity": entity,
            "bars": self.lifecycle_bars(request, entity),
            "pages": self.links_of(request, entity),
            "uses": uses_of(entity, self.url_of),
            "versions": versions_of(entity),
            "subtitle": None,
        }

    # --- saving ----------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        reason = form.cleaned_data.get("tmf_reason", "") if hasattr(form, "cleaned_data") else ""
        operations.save(obj, actor=actor_of(request, reason), reason=reason)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        version = obj.version if self.schema.versioned else None
        operations.delete(type(obj), obj.uid, actor=actor_of(request), version=version)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for entity in queryset:
            self.delete_model(request, entity)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Do nothing: the history is kept by `operations`."""

    log_change = log_addition

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Do nothing: the history is kept by `operations`."""

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """Return what is deleted and who refers to it; nothing else goes with it, references are open (TMF630)."""
        entities = list(objs)
        listed: list[Any] = []
        for entity in entities:
            listed.append(format_html('<a href="{}" class="text-link">{}</a>', self.change_url(entity), entity))
            uses = uses_of(entity, self.url_of)
            if uses:
                listed.append([format_html("is used by {} “{}” ({})", use.kind, use.entity, use.path) for use in uses])
        lacking = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return listed, {str(self.opts.verbose_name_plural): len(entities)}, lacking, []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        entity: Any = self.get_object(request, unquote(object_id))
        uses = uses_of(entity, self.url_of) if entity is not None else []
        if request.method == "POST" and uses and not request.POST.get("understood"):
            messages.error(request, "Tick the box to delete an entry that others refer to.")
            return self.redirect_to(entity, "delete")
        try:
            return super().delete_view(request, object_id, {"uses": uses, "entity": entity, **(extra_context or {})})
        except ResourceError as refusal:
            messages.error(request, refusal.message)
            return self.redirect_to(entity)

    # --- pages -----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        def route(pattern: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(
                pattern, self.admin_site.admin_view(view), name=f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            )

        own = [
            *(route(*added) for added in self.added_views()),
            route("<path:object_id>/move/", self.move_view, "move"),
            route("<path:object_id>/restore/<int:change_id>/", self.restore_view, "restore"),
        ]
        if self.schema.versioned:
            own += [
                route("<path:object_id>/versions/", self.versions_view, "versions"),
                route("<path:object_id>/new-version/", self.new_version_view, "new_version"),
            ]
        return own + super().get_urls()

    def entity_or_404(self, request: HttpRequest, object_id: str, permission: str) -> Any:
        """Return an entity for a page of its own, if the user has the permission (`view`, `change`, `add`)."""
        entity: Any = self.get_object(request, unquote(object_id))
        if entity is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id}.")
        if permission == "add":
            allowed = self.has_add_permission(request)
        elif permission == "view":
            allowed = self.has_view_or_change_permission(request, entity)
        else:
            allowed = self.has_change_permission(request, entity)
        if not allowed:
            raise PermissionDenied
        return entity

    def change_url(self, entity: Any, page: str = "change") -> str:
        """Return the address of one of an entity's pages."""
        return reverse(
            f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}", args=(quote(entity.pk),)
        )

    def url_of(self, entity: models.Model) -> str:
        """Return the address of any entity's form, empty when it has none."""
        try:
            return reverse(
                f"{self.admin_site.name}:{entity._meta.app_label}_{entity._meta.model_name}_change",
                args=(quote(entity.pk),),
            )
        except NoReverseMatch:
            return ""

    def redirect_to(self, entity: Any, page: str = "change") -> HttpResponseBase:
        """Return a redirect to one of an entity's pages."""
        return redirect(self.change_url(entity, page))

    def page_context(self, request: HttpRequest, entity: Any, title: str) -> dict[str, Any]:
        """Return the context of a page about one entity."""
        return {
            **self.admin_site.each_context(request),
            "title": f"{title}: {entity}",
            "subtitle": None,
            "opts": self.opts,
            "original": entity,
            "object": entity,
            "entity": entity,
            "model_admin": self,
            "bars": self.lifecycle_bars(request, entity),
            "pages": self.links_of(request, entity),
            "versions": versions_of(entity),
            "has_change_permission": self.has_change_permission(request, entity),
            "media": self.media,
            "page_title": title,
        }

    def list_context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        """Return the context of a page about all entities."""
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": None,
            "opts": self.opts,
            "model_admin": self,
            "media": self.media,
            "page_title": title,
        }

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show the list, with links to the pages about all entities."""
        return super().changelist_view(request, {"pages": self.links_of(request), **(extra_context or {})})

    # --- list columns ----------------------------------------------------------------------------------------------

    @display(
        description="State",
        label={"success": "success", "danger": "danger", "warning": "warning", "info": "info", "neutral": "default"},
    )
    def state(self, entity: Any) -> tuple[str, str]:
        """Badge of the (first) lifecycle state."""
        state = getattr(entity, self.states[0]) if self.states else None
        return colour_of(state) or "neutral", state or "—"

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Show the badge also where the model has a field called `state`, which Django would prefer."""
        return [self.state if name == "state" else name for name in super().get_list_display(request)]

    @display(description="Changed", ordering="last_update")
    def updated(self, entity: Any) -> str:
        """When the entity last changed."""
        return date_format(localtime(entity.last_update), "j M Y, H:i")
