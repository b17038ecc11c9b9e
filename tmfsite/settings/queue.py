"""The Celery settings of a broker address."""

from pathlib import Path
from typing import Any


def queue(url: str, folder: Path) -> dict[str, Any]:
    """Return the CELERY_* settings for the broker at `url`, or for files in `folder` when it is empty.

    Messages are only wake-ups: no results are kept, and a lost message is made good by a periodic task.
    """
    return {
        "CELERY_BROKER_URL": url or "filesystem://localhost//",
        "CELERY_BROKER_TRANSPORT_OPTIONS": _files(folder / "queue") if not url else _options(url),
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        "CELERY_WORKER_REDIRECT_STDOUTS": False,
        "CELERY_WORKER_ENABLE_REMOTE_CONTROL": bool(url),
        "CELERY_ACCEPT_CONTENT": ["json"],
        "CELERY_TASK_SERIALIZER": "json",
        "CELERY_TASK_DEFAULT_QUEUE": "tmf",
        "CELERY_BEAT_SCHEDULE_FILENAME": str(folder / "beat-schedule"),
        "CELERY_TIMEZONE": "UTC",
    }


def _files(folder: Path) -> dict[str, Any]:
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    messages = str(folder / "messages")
    # Readers and writers share one folder; a message is moved away when it is taken.
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(folder / "control"),
    }


def _options(url: str) -> dict[str, Any]:
    if not url.startswith("redis"):
        return {}
    # A task that runs longer than the visibility timeout is given to a second worker.
    return {
        "visibility_timeout": 3600,
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
    }
