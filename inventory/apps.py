"""The Django app of inventory."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """What is installed and running: products, services, resources, pools."""

    name = "inventory"
    verbose_name = "Inventory"
    sidebar_order = 30
