"""The Django app of audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audit."""

    name = "tmfsite.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
