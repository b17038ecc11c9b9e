"""The Django app of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Event outbox, hubs and deliveries."""

    name = "tmfsite.events"
    label = "events"
    verbose_name = "Events"
    default_auto_field = "django.db.models.BigAutoField"
    sidebar_order = 80
