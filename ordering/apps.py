"""The Django app of ordering."""

from django.apps import AppConfig


class OrderingConfig(AppConfig):
    """Orders of products, services and resources, and their decomposition."""

    name = "ordering"
    verbose_name = "Ordering"
    sidebar_order = 40
