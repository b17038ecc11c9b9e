"""The LOGGING settings: every line carries the id of its request, as text or as JSON."""

from typing import Any


def logging(level: str, form: str) -> dict[str, Any]:
    """Return the dictConfig that logs to standard error from `level` on, `form` being "text" or "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "tmfsite.server.logs.TextFormatter"},
            "json": {"()": "tmfsite.server.logs.JsonFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"level": level},
            "django.request": {"level": "ERROR"},  # 4xx are the client's affair; the access log has them
            # A line per wake-up would drown the rest.
            **{name: {"level": max(level, "WARNING", key=_SEVERITY.index)} for name in ("celery", "kombu", "amqp")},
        },
    }


_SEVERITY = ("DEBUG", "INFO", "WARNING", "ERROR")
