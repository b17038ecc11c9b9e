"""The Django app of event streaming: it has no tables of its own."""

from django.apps import AppConfig


class StreamingConfig(AppConfig):
    """Topics, over REST and in the admin."""

    name = "tmfsite.streaming"
    verbose_name = "Event streaming"
