"""Is this process fit to answer: database, migrations and broker, looked at once in two seconds at most."""

from threading import Lock
from time import monotonic
from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tmfsite.celery import app

_SECONDS: Final = 2.0
_lock: Final = Lock()
_latest: tuple[float, dict[str, str]] = (-_SECONDS, {})
_migrated = False


def readiness() -> dict[str, str]:
    """Return "ok" or what is wrong, for each thing this process needs."""
    global _latest
    with _lock:
        if monotonic() - _latest[0] >= _SECONDS:
            found = {"database": _database(), "broker": _broker()}
            found["migrations"] = _migrations() if found["database"] == "ok" else "unknown"
            _latest = monotonic(), found
        return _latest[1]


def _database() -> str:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()  # the next look opens a new one
        return "unreachable"
    return "ok"


def _migrations() -> str:
    """Tell whether the schema is that of this code; once it is, it is not looked at again."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "not applied"
        _migrated = True
    return "ok"


def _broker() -> str:
    try:
        with app.connection_for_write(connect_timeout=1) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except Exception:  # each transport has its own
        return "unreachable"
    return "ok"
