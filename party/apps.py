"""The Django app of parties."""

from django.apps import AppConfig


class PartyConfig(AppConfig):
    """What is agreed with whom: parties, roles, customers, accounts, agreements, partnerships, bills and payments."""

    name = "party"
    verbose_name = "Parties"
    sidebar_order = 20
