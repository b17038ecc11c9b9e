"""Run everything from one folder: `manage.py up`."""

import fcntl
import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from tmfsite.server.supervisor import Supervisor
from tmfsite.settings.environment import kept_secret

_ANY: Final = ("0.0.0.0", "::")  # noqa: S104
_WEB: Final = [
    *("granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "2", "--no-ws"),
    *("--log-level", "warning", "tmfsite.wsgi:application"),
]
_CELERY: Final = ("celery", "--app", "tmfsite.celery:app", "--quiet")
_WORKER: Final = [
    *_CELERY,
    "worker",
    "--pool",
    "threads",
    "--concurrency",
    "2",
    "--without-mingle",
    "--without-heartbeat",
]
_SCHEDULER: Final = [*_CELERY, "beat", "--pidfile", ""]
_START_TIMEOUT: Final = 300  # in tenths of a second


class Command(BaseCommand):
    """Prepares the data folder, then runs web server, worker and beat until it is told to stop."""

    help = "Run web server, background worker and scheduler from one folder, without other services."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen at (8000)")
        parser.add_argument("--no-demo", action="store_true", help="start without demo data")
        parser.add_argument("--data-dir", help="folder of database, queue and keys; the same as TMF_DATA_DIR")

    def handle(self, *args: Any, host: str, port: int, no_demo: bool, **options: Any) -> None:
        if settings.TMF_MODE != "embedded":
            raise CommandError(
                "`up` is for embedded mode; in production each process is started by itself (docs/deploy.md)."
            )
        try:
            with _sole_user(settings.DATA_DIR):
                _check_port(host, port)
                self._prepare(demo=not no_demo)
                self._run(host, port)
        except KeyboardInterrupt:
            sys.exit(130)

    def _prepare(self, *, demo: bool) -> None:
        """Bring the database up to date; on the first start, fill it and make the accounts."""
        self._say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        users = get_user_model()._default_manager
        if not users.filter(is_superuser=True).exists():
            if demo:
                self._say("Loading the demo data …")
                call_command("load_demo", stdout=StringIO())
            if not (settings.DATA_DIR / "api-token").exists():
                token = StringIO()
                call_command("token", "demo", "--scope", "all", stdout=token)
                _keep(settings.DATA_DIR / "api-token", token.getvalue().strip())
            # Last, because its presence says that the first start was completed.
            get_user_model().objects.create_superuser("admin", password=_password())
        connections.close_all()

    def _run(self, host: str, port: int) -> None:
        shown = "127.0.0.1" if host in _ANY else host
        root = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
        environment = dict(os.environ)
        environment.setdefault("TMF_PUBLIC_URL", root)
        environment.setdefault("TMF_ALLOWED_HOSTS", "*" if host in _ANY else f"{host},localhost,127.0.0.1,[::1]")
        environment["PYTHONPATH"] = os.pathsep.join(
            [str(settings.BASE_DIR), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        python = [sys.executable, "-m"]
        with Supervisor(environment) as supervisor:
            supervisor.start("web server", [*python, *_WEB, "--host", host, "--port", str(port)])
            supervisor.start("worker", [*python, *_WORKER])
            supervisor.start("scheduler", [*python, *_SCHEDULER])
            for _ in range(_START_TIMEOUT):
                if not supervisor.pause(0.1) or _answers(shown, port):
                    break
            if not supervisor.dead():
                self._greet(root)
            while supervisor.pause(0.5):
                pass
            dead = supervisor.dead()
            self._say("Stopping …")
        if dead:
            raise CommandError(
                "\n".join(f"The {name} ended by itself (exit code {code})." for name, code in dead.items())
            )

    def _greet(self, root: str) -> None:
        user = get_user_model()._default_manager.filter(username="admin").first()
        login = f"admin / {_password()}" if user and user.check_password(_password()) else "the password you chose"
        connections.close_all()
        token = (settings.DATA_DIR / "api-token").read_text().strip()
        self._say(
            f"""
The suite is running; Ctrl-C stops it.

  Start page   {root}/
  Admin        {root}/admin/   {login}
  API token    {token}
  Data         {settings.DATA_DIR}

  curl -H "Authorization: Bearer {token}" "{root}/tmf-api/productCatalogManagement/v4/productOffering?limit=2"
"""
        )

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _sole_user(folder: Path) -> IO[str]:
    """Lock the data folder for as long as the returned file is open."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "up.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CommandError(
            f"The suite is already running from {folder}; choose another folder with --data-dir."
        ) from None
    return lock


def _check_port(host: str, port: int) -> None:
    """Refuse a port that is taken before anything is prepared."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen at {host}, port {port}: {error.strerror}. Choose another with --port."
            ) from None


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _password() -> str:
    return kept_secret(settings.DATA_DIR, "admin-password", 9)


def _keep(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
