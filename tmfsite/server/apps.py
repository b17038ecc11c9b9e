"""The Django app of running the suite."""

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """Start and stop, health, metrics and logs."""

    name = "tmfsite.server"
    label = "server"
    verbose_name = "Server"

    def ready(self) -> None:
        """Register the system checks, and the Celery application for processes that only send messages."""
        from tmfsite import celery  # noqa: F401
        from tmfsite.server import checks  # noqa: F401
