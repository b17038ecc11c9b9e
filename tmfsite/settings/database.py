"""The DATABASES entry of a database address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;"
)


def database(url: str, folder: Path) -> dict[str, Any]:
    """Return Django's settings of the database at `url`, or of the SQLite file in `folder` when it is empty."""
    parts = urlsplit(url)
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    return _sqlite(unquote(parts.path)[1:] if url else str(folder / "tmf.sqlite3"))


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path).lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or options.pop("host", "")),
        "PORT": parts.port or "",
        # One connection per thread, kept. One that broke fails a single request; asking first would cost each one.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        # psycopg is to prepare nothing: it deallocates all statements after a rollback, those of `wire.statements` too.
        "OPTIONS": options | {"prepare_threshold": None},
    }


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        # IMMEDIATE takes the write lock at the start: a transaction that reads before it writes cannot fail half-way.
        "OPTIONS": {"init_command": SQLITE_PRAGMAS, "transaction_mode": "IMMEDIATE", "timeout": 20},
    }
