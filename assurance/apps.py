"""The Django app of assurance."""

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """Tickets, alarms, problems, quality and performance."""

    name = "assurance"
    verbose_name = "Assurance"
    sidebar_order = 50
