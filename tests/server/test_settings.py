"""Settings from the environment."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tmfsite.server.management.commands.settings_table import PAGE, page
from tmfsite.settings.database import database
from tmfsite.settings.environment import PROJECT, kept_secret, read, unknown

PRODUCTION = {
    "DATABASE_URL": "postgresql://tmf:secret@db/tmf",
    "CELERY_BROKER_URL": "redis://redis/0",
    "TMF_SECRET_KEY": "0123456789abcdef" * 4,
    "TMF_PUBLIC_URL": "https://tmf.example.com/",
}


def test_nothing_set_is_embedded_mode() -> None:
    env = read({})
    assert env.embedded
    assert env.TMF_ALLOWED_CALLBACK_NETWORKS == ("127.0.0.0/8", "::1/128")
    assert env.TMF_ALLOWED_HOSTS == ("localhost", "127.0.0.1", "[::1]")
    assert (env.TMF_DEFAULT_LIMIT, env.TMF_PARTIAL_STATUS, env.TMF_LOG_FORMAT) == (100, 206, "text")
    assert env.TMF_LIFECYCLE_MODE == {"default": "strict"}


def test_a_database_means_production() -> None:
    env = read(PRODUCTION)
    assert not env.embedded
    assert env.https
    assert env.TMF_PUBLIC_URL == "https://tmf.example.com"
    assert env.TMF_ALLOWED_HOSTS == ("tmf.example.com",)
    assert env.TMF_ALLOWED_CALLBACK_NETWORKS == ()
    assert env.TMF_LOG_FORMAT == "json"


def test_an_empty_variable_is_none() -> None:
    assert read({"TMF_DEFAULT_LIMIT": "", "DATABASE_URL": ""}) == read({})


def test_values_are_read() -> None:
    env = read(
        {
            "TMF_LIFECYCLE_MODE": "warn, tmf641=off",
            "TMF_STRICT_REFERENCES": "tmf620, tmf622",
            "TMF_ALLOWED_CALLBACK_NETWORKS": "10.0.0.0/8,192.168.1.7",
            "TMF_PARTIAL_STATUS": "200",
            "TMF_DEBUG": "true",
        }
    )
    assert env.TMF_LIFECYCLE_MODE == {"default": "warn", "tmf641": "off"}
    assert env.TMF_STRICT_REFERENCES == ("tmf620", "tmf622")
    assert env.TMF_ALLOWED_CALLBACK_NETWORKS == ("10.0.0.0/8", "192.168.1.7/32")
    assert env.TMF_PARTIAL_STATUS == 200
    assert env.TMF_DEBUG is True


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"TMF_DEFAULT_LIMIT": "many"},
            "The setting TMF_DEFAULT_LIMIT is refused: 'many' is not a whole number of resources",
        ),
        ({"TMF_MAX_LIMIT": "0"}, "The setting TMF_MAX_LIMIT is refused: '0' is not a whole number of resources"),
        ({"TMF_HUB_LEASE": "-1"}, "greater than 0"),
        ({"TMF_MODE": "test"}, "'test' is not embedded or production"),
        ({"TMF_PARTIAL_STATUS": "204"}, "'204' is not 200 or 206"),
        ({"TMF_PARTIAL_STATUS": "x"}, "'x' is not 200 or 206"),
        ({"TMF_PUBLIC_URL": "tmf.example.com"}, "'tmf.example.com' is not https://tmf.example.com"),
        ({"TMF_LIFECYCLE_MODE": "strict,641=warn"}, "The setting TMF_LIFECYCLE_MODE is refused"),
        ({"TMF_ALLOWED_CALLBACK_NETWORKS": "10.0.0.1/8"}, "has host bits set"),
        ({"TMF_SECRET_KEY": "short"}, "The setting TMF_SECRET_KEY is refused: its value is not at least 50"),
        (
            {"DATABASE_URL": "mysql://me:pa55@db/x"},
            "The setting DATABASE_URL is refused: its value is not postgresql://",
        ),
        ({"CELERY_BROKER_URL": "kafka://x"}, "The setting CELERY_BROKER_URL is refused"),
        ({"TMF_DEFAULT_LIMIT": "500", "TMF_MAX_LIMIT": "100"}, "TMF_DEFAULT_LIMIT is greater than TMF_MAX_LIMIT"),
        ({"TMF_MODE": "production"}, "needs DATABASE_URL, CELERY_BROKER_URL, TMF_SECRET_KEY, TMF_PUBLIC_URL"),
        (PRODUCTION | {"TMF_DEBUG": "1"}, "TMF_DEBUG is not for production"),
    ],
)
def test_a_bad_value_is_refused_with_its_name(variables: dict[str, str], message: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(variables)
    assert message in str(refusal.value)
    assert "pa55" not in str(refusal.value)


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read({"TMF_MAX_LIMIT": "x", "TMF_LOG_FORMAT": "xml"})
    assert len(str(refusal.value).splitlines()) == 2


def test_a_slip_of_the_pen_is_noticed() -> None:
    assert unknown(["TMF_DEFALT_LIMIT", "TMF_MODE", "TMF_SPECS", "HOME"]) == {"TMF_DEFALT_LIMIT": "TMF_DEFAULT_LIMIT"}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "tmfsite.settings", **variables}
    return subprocess.run(
        [sys.executable, *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    "program",
    [["manage.py", "check"], ["-c", "import tmfsite.wsgi"], ["-m", "celery", "-A", "tmfsite.celery", "report"]],
)
def test_programs_stop_with_the_message_alone(program: list[str], tmp_path: Path) -> None:
    result = run(*program, TMF_DATA_DIR=str(tmp_path), TMF_MAX_LIMIT="x")
    assert result.returncode == 1
    assert result.stderr.startswith("The setting TMF_MAX_LIMIT is refused: 'x' is not a whole number of resources (")
    assert len(result.stderr.splitlines()) == 1


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", TMF_DATA_DIR=str(tmp_path), **PRODUCTION)
    assert result.returncode == 0, result.stderr


def test_data_dir_is_an_option_of_every_command(tmp_path: Path) -> None:
    result = run("manage.py", "check", "--data-dir", str(tmp_path / "here"))
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "here" / "secret-key").exists()


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path / "new", "key")
    assert len(secret) >= 50
    assert kept_secret(tmp_path / "new", "key") == secret
    assert stat.S_IMODE((tmp_path / "new" / "key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["key"]


def test_database_addresses(tmp_path: Path) -> None:
    postgresql = database("postgresql://me:p%40ss@db:5433/tmf?sslmode=require", tmp_path)
    assert {name: postgresql[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "tmf",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": 5433,
    }
    assert postgresql["OPTIONS"] == {"sslmode": "require", "prepare_threshold": None}
    assert database("postgresql:///tmf?host=/run/postgresql", tmp_path)["HOST"] == "/run/postgresql"
    assert database("sqlite:////srv/tmf.sqlite3", tmp_path)["NAME"] == "/srv/tmf.sqlite3"
    assert database("", tmp_path)["NAME"] == str(tmp_path / "tmf.sqlite3")


def test_the_page_of_the_settings_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run `make docs`"
