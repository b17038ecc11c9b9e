"""The Django app of resources."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """Resources."""

    name = "tmfsite.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"
