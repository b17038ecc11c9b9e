"""The Django app of running the suite."""

from django.apps import AppConfig
from django.conf import settings
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries


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
        # Stale connections are dropped before a request, so there is no need to do it after each one as well; the log of
        # queries, which is emptied before each one, is kept in debug mode only.
        request_finished.disconnect(close_old_connections)
        request_finished.disconnect(close_caches)  # the cache is the memory of the process
        if not settings.DEBUG:
            request_started.disconnect(reset_queries)
