"""The Django app of resources."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ResourcesConfig(AppConfig):
    """Resources."""

    name = "tmfsite.resources"
    label = "resources"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of extension types, the system checks of declarations, and what follows a migration."""
        from tmfsite.resources import checks, extensions  # noqa: F401 - they register themselves
        from tmfsite.resources.schema import forget_content_types
        from tmfsite.resources.storage import keep_rows_whole

        post_migrate.connect(forget_content_types, dispatch_uid="resources.forget_content_types")
        post_migrate.connect(keep_rows_whole, dispatch_uid="resources.keep_rows_whole")
