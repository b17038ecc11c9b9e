"""The Django app of parties."""

from django.apps import AppConfig


class PartyConfig(AppConfig):
    """Parties and what is agreed with them: party, roles, customers, accounts, agreements, partnerships, bills, payments."""

    name = "party"
    verbose_name = "Parties"
