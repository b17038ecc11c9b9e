"""The Django app of resources."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """Resources."""

    name = "tmfsite.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of extension types, and the system checks of declarations."""
        from tmfsite.resources import checks, extensions  # noqa: F401 - they register themselves
