"""System pages: the history of all resources for auditors, and users and groups in the look of the theme."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from tmfsite.admin import difference
from tmfsite.audit.models import Change
from tmfsite.fields.names import words

_COLOURS = {"create": "success", "delete": "danger", "transition": "info", "update": "", "restore": "warning"}


class CappedPaginator(Paginator):
    """Counts no further than `LIMIT` rows: the history only grows, and nobody leafs that far."""

    LIMIT = 10_000

    @cached_property
    def count(self) -> int:
        """The number of rows, at most `LIMIT`."""
        rows: Any = self.object_list
        return len(rows.order_by().values_list("pk")[: self.LIMIT])


@admin.register(Change)
class ChangeAdmin(ModelAdmin):
    """One row per write, with a readable difference."""

    icon = "history"
    sidebar_order = 50
    paginator = CappedPaginator
    show_full_result_count = False
    list_display = ("at", "what", "kind", "done", "actor_name", "revision", "reason")
    list_display_links = ("at", "what")
    list_filter = (("at", RangeDateTimeFilter), "action", "actor_kind")
    list_filter_submit = True
    search_fields = ("=resource_uid", "=actor_name", "=request_id", "reason")
    search_help_text = "ID of the entry, name of the actor, request ID, or words of the reason"
    fieldsets: Sequence[Any] = (
        (None, {"fields": ("at", "what", "kind", "done", "resource_uid", "revision")}),
        ("Who and why", {"fields": ("actor_name", "actor_kind", "reason", "request_id")}),
        ("Differences", {"fields": ("differences",)}),
    )
    readonly_fields = ("what", "kind", "done", "differences")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Entry")
    def what(self, change: Change) -> SafeString:
        """Name of the resource, linked to its history while it exists."""
        model = change.resource_type.model_class()
        entity = model._default_manager.filter(pk=change.resource_id).first() if model else None
        if entity is None:
            pair = change.changes.get("")
            document = pair[0] if isinstance(pair, list) and pair and isinstance(pair[0], dict) else {}
            return format_html("{}", document.get("name") or change.resource_uid)
        return format_html("{}", entity)

    @display(description="Kind")
    def kind(self, change: Change) -> str:
        """What sort of resource it is."""
        return str(change.resource_type.name).capitalize()

    @display(
        description="Action", label={"success": "success", "danger": "danger", "info": "info", "warning": "warning"}
    )
    def done(self, change: Change) -> tuple[str, str]:
        """Badge of the action."""
        return _COLOURS.get(change.action, ""), change.action

    @display(description="Differences")
    def differences(self, change: Change) -> SafeString:
        """The difference in words."""
        model: Any = change.resource_type.model_class()
        if model is None:
            return format_html("{}", "—")
        lines = difference.lines(model, change.changes, words)
        if change.action == "delete":
            pair = change.changes.get("") or [{}, None]
            lines = difference.between(model, pair[0] or {}, {}, words)
        return format_html(
            '<div class="nf-read-root">{}</div>', render_to_string("tmfadmin/lines.html", {"lines": lines})
        )


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(BaseUserAdmin, ModelAdmin):
    """People who sign in here."""

    icon = "person"
    sidebar_order = 20
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    """Roles: what their members may see and change."""

    icon = "group"
    sidebar_order = 30
