"""API clients in the admin: making one shows its token once, and never again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelect2MultipleWidget

from tmfsite.resources import registry
from tmfsite.resources.attention import Attention, moment
from tmfsite.rest.models import ApiClient, check_scopes

STATE_COLOURS = {"valid": "success", "expired": "warning", "revoked": "danger"}
_RIGHTS = {"read": "read", "write": "read and write", "read-released": "read what is released"}


def scope_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every scope there is, grouped by API."""
    everything = [("all", "all APIs: read and write"), ("all:read", "all APIs: read")]
    everything.append(("all:read-released", "all APIs: read what is released"))
    groups = [("All APIs", everything)]
    for key, title in {api.key: api.title for api in registry.apis()}.items():
        name = key.upper()
        scopes = [(f"{key}:{right}", f"{name}: {label}") for right, label in _RIGHTS.items()]
        groups.append((f"{name} {title}", scopes))
    return groups


class ApiClientForm(forms.ModelForm):
    """A client with its scopes to choose from."""

    scopes = forms.MultipleChoiceField(
        choices=scope_choices, widget=UnfoldAdminSelect2MultipleWidget, help_text="What the token allows."
    )

    class Meta:
        model = ApiClient
        fields = ("name", "scopes", "expires_at", "rate")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("scopes")
        if isinstance(field, forms.MultipleChoiceField):
            offered = {scope for _, scopes in scope_choices() for scope, _ in scopes}
            kept = [(scope, scope) for scope in self.instance.scopes or () if scope not in offered]
            field.choices = [*scope_choices(), *([("Of APIs not offered here", kept)] if kept else [])]

    def clean_scopes(self) -> list[str]:
        scopes: list[str] = self.cleaned_data["scopes"]
        check_scopes(scopes)
        return scopes


@admin.register(ApiClient)
class ApiClientAdmin(ModelAdmin):
    """Systems that call the APIs: what they may do, since when they were last seen, and ending it."""

    icon = "key"
    sidebar_order = 10
    form = ApiClientForm
    list_display = (
        "name",
        "token_hint",
        "scope_list",
        "state_badge",
        "expires_at",
        "last_used_at",
        "created",
    )
    list_fullwidth = True
    search_fields = ("name", "token_hint")
    attention = (
        Attention(
            "with a token that ends within a week",
            {"revoked_at__isnull": "True", "expires_at__gte": moment(), "expires_at__lt": moment(days=7)},
        ),
    )
    readonly_fields = ("token_hint", "state_badge", "revoked_at", "last_used_at", "created")
    actions = ("revoke_selected",)
    actions_submit_line = ("revoke",)

    def get_fieldsets(self, request: HttpRequest, obj: ApiClient | None = None) -> Any:
        """Return the form; what is known only later is not on the one for a new client."""
        settings = (None, {"fields": ("name", "scopes", "expires_at", "rate")})
        if obj is None:
            return (settings,)
        return (settings, ("Token", {"fields": self.readonly_fields}))

    @display(description="scopes")
    def scope_list(self, client: ApiClient) -> str:
        return ", ".join(client.scopes)

    @display(description="state", label=STATE_COLOURS)
    def state_badge(self, client: ApiClient) -> tuple[str, str]:
        state = "revoked" if client.revoked_at else "expired" if client.is_expired else "valid"
        return state, state.capitalize()

    def save_model(self, request: HttpRequest, obj: ApiClient, form: forms.ModelForm, change: bool) -> None:
        """Give a new client its token; only the request in hand gets to know it."""
        if not change:
            request.new_token = obj.renew()  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: ApiClient, post_url_continue: str | None = None) -> HttpResponse:
        """Show the token; as a message on the next page it would be kept in a cookie or session."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Token of {obj.name}",
            "client": obj,
            "token": request.new_token,  # type: ignore[attr-defined]
        }
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "admin/rest/apiclient/token.html", context, headers=headers)

    @admin.action(description="Revoke the tokens of the chosen clients", permissions=["change"])
    def revoke_selected(self, request: HttpRequest, clients: QuerySet[ApiClient]) -> None:
        """End the validity of tokens, from the list."""
        for client in clients:
            self._revoke(request, client)

    @action(description="Revoke the token", permissions=["revoke"])
    def revoke(self, request: HttpRequest, client: ApiClient) -> None:
        """End the validity of a token, from its form."""
        self._revoke(request, client)

    def has_revoke_permission(self, request: HttpRequest, object_id: str | int | None = None) -> bool:
        """Say whether the button is offered: to those who may change a client that has a valid token."""
        if not self.has_change_permission(request):
            return False
        return object_id is None or ApiClient.objects.filter(pk=object_id, revoked_at=None).exists()

    def _revoke(self, request: HttpRequest, client: ApiClient) -> None:
        if client.revoked_at is None:
            client.revoke()
            self.log_change(request, client, "Revoked the token.")
            self.message_user(request, f"The token of {client.name} is revoked.", messages.SUCCESS)
