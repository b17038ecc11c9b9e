"""`manage.py up`: everything starts from an empty folder, and nothing is left behind."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmfsite.settings.environment import PROJECT

pytestmark = pytest.mark.kill
PATIENCE = 90.0


class Suite:
    """A running `manage.py up`."""

    def __init__(self, folder: Path, *options: str, demo: bool = False) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "manage.py", "up", "--data-dir", str(folder), "--port", str(self.port)]
        command += [] if demo else ["--no-demo"]
        self.output = folder.parent / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [*command, *options], cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )

    def until(self, pattern: str) -> re.Match[str]:
        """Wait for a pattern in the output."""
        end = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.output.read_text())):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < end, self.output.read_text()
            time.sleep(0.1)
        return found

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    def descendants(self) -> set[int]:
        """Return the ids of all processes below this one."""
        table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in map(str.split, table.splitlines())}
        found, before = {self.process.pid}, set()
        while found != before:
            before = set(found)
            found |= {pid for pid, parent in parents.items() if parent in before}
        return found - {self.process.pid}


def gone(processes: set[int]) -> bool:
    """Wait a little for processes to end."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if not any(
            Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes
        ):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    running = Suite(tmp_path / "data")
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(30)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_serves_what_it_prints_and_leaves_nothing_behind(suite: Suite, tmp_path: Path) -> None:
    token = suite.until(r"API token +(\S+)")[1]
    assert suite.get("/livez") == (200, b'{"status": "ok"}')
    status, body = suite.get("/readyz")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    offerings = "/tmf-api/productCatalogManagement/v4/productOffering"
    assert suite.get(offerings)[0] == 401
    assert suite.get(offerings, Authorization=f"Bearer {token}") == (200, b"[]")
    assert suite.get("/admin/login/")[0] == 200
    assert suite.get("/static/admin/js/core.js")[0] == 200
    assert suite.until(r"Admin +\S+ +admin / (\S+)")[1] == (tmp_path / "data" / "admin-password").read_text()

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--data-dir", str(tmp_path / "data"), "--port", "1"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "already running" in second.stderr

    children = suite.descendants()
    assert len(children) >= 3
    suite.process.send_signal(signal.SIGTERM)
    assert suite.process.wait(30) == 0, suite.output.read_text()
    assert gone(children)
    assert "Traceback" not in suite.output.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_when_one_process_dies_all_stop(suite: Suite) -> None:
    suite.until(r"API token")
    children = suite.descendants()
    victim = next(pid for pid in children if b"beat" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
    os.kill(victim, signal.SIGKILL)
    assert suite.process.wait(30) == 1
    assert "The scheduler ended by itself" in suite.output.read_text()
    assert gone(children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_when_it_is_killed_its_children_stop(suite: Suite) -> None:
    suite.until(r"API token")
    children = suite.descendants()
    suite.process.kill()
    suite.process.wait()
    assert gone(children)


def test_a_taken_port_is_refused_before_anything_is_prepared(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = subprocess.run(
            [sys.executable, "manage.py", "up", "--data-dir", str(tmp_path), "--port", port],
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert result.returncode == 1
    assert result.stderr.strip().startswith(f"CommandError: Cannot listen at 127.0.0.1, port {port}")
    assert not (tmp_path / "tmf.sqlite3").exists()
