"""Names of admin pages in templates."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def admin_page(opts: Any, page: str) -> str:
    """Return the route name of a model's page: `{% url opts|admin_page:'move' pk %}`."""
    return f"admin:{opts.app_label}_{opts.model_name}_{page}"
