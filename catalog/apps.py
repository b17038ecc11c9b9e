"""The Django app of the catalogs."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Product, service and resource catalogs."""

    name = "catalog"
    verbose_name = "Catalog"
    default_auto_field = "django.db.models.BigAutoField"
    sidebar_order = 10
