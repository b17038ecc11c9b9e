"""The Django app of running the suite."""

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """Start and stop, health, metrics and logs."""

    name = "tmfsite.server"
    label = "server"
    verbose_name = "Server"

    def ready(self) -> None:
        """Register the system checks; make the Celery application known, also to processes that only send messages."""
        from tmfsite.celery import join_schedules
        from tmfsite.server import checks  # noqa: F401

        join_schedules()
