"""What the README says works as it stands: its commands are run, in their order, on a running suite."""

import http.client
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.test_up import Suite
from tmfsite.settings.environment import PROJECT

pytestmark = pytest.mark.kill
PATIENCE = 180


@pytest.fixture
def suite(tmp_path: Path) -> Iterator[Suite]:
    running = Suite(tmp_path / "data", demo=True)
    yield running
    running.process.terminate()
    running.process.wait(30)


def commands() -> str:
    """Return the shell blocks of the README that follow the start of the suite."""
    text = (PROJECT / "README.md").read_text().partition("### As a system")[2]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))


def wait_for_worker(suite: Suite, token: str) -> None:
    """Wait until the worker, which starts beside the server, has looked at an event."""
    connection = http.client.HTTPConnection("127.0.0.1", suite.port, timeout=10)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/tmf-api/productCatalogManagement/v4/category", b'{"name": "First"}', headers)
    assert connection.getresponse().status == 201
    connection.close()
    end = time.monotonic() + PATIENCE
    while b"tmf_events_waiting 0.0" not in suite.get("/metrics")[1]:
        assert time.monotonic() < end
        time.sleep(0.2)


def test_its_commands_do_what_it_says(suite: Suite) -> None:
    token = suite.until(r"API token +(\S+)")[1]
    wait_for_worker(suite, token)
    script = (
        commands().replace("TOKEN=tmf_…\n", f"TOKEN={token}\n").replace("127.0.0.1:8000", f"127.0.0.1:{suite.port}")
    )
    for number in (9000, 9001):  # of the listeners: other ports than those of a suite that runs here already
        script = script.replace(str(number), str(suite.port + number - 8990 if suite.port < 60000 else number))
    script = script.replace("sleep 3; kill", "sleep 15; kill")  # a busy machine is slower than a reader
    done = subprocess.run(
        ["bash", "-eu", "-c", script],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert '"@type":"Error"' not in said, said
    assert not re.search(r"^\[\]$", said, re.MULTILINE), said  # every list shows something
    assert '"eventType":"CategoryCreateEvent"' in said
    assert '"state":"completed"' in said
    for event in (
        "ProductOrderStateChangeEvent inProgress",
        "ProductOrderStateChangeEvent completed",
        "ServiceOrderStateChangeEvent completed",
        "ResourceOrderStateChangeEvent completed",
        "ProductCreateEvent created",
        "ProductStateChangeEvent active",
    ):
        assert event in said, event
