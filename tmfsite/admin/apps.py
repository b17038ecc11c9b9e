"""The Django app of the admin's building blocks."""

from django.apps import AppConfig


class AdminConfig(AppConfig):
    """Forms, pages and widgets of the admin."""

    name = "tmfsite.admin"
    label = "tmfadmin"
    verbose_name = "Administration"
