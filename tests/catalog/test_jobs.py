"""Import and export jobs: the whole way from POST to the settled job, and workers that fail."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from catalog.models import Category, ExportJob, ImportJob, ProductOffering
from catalog.services import run_jobs
from catalog.services.run_jobs import GIVEN_UP, attach, import_for_real, run_due_jobs
from tests.caller import Caller, footprint
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.fields import json
from tmfsite.fields.instants import now
from tmfsite.fields.json import Document
from tmfsite.operations import SYSTEM, Actor
from tmfsite.resources.errors import Invalid
from tmfsite.wire import document_of

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "/tmf-api/productCatalogManagement/v4"
INES = Actor("user", "ines", user_id=7)


@dataclass
class FileServer:
    """Serves `files` by path, and keeps what is PUT there; use within `serving`."""

    files: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    received: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    on_get: Callable[[], object] = lambda: None
    put_status: int = 201
    url: str = ""


class QuietServer(ThreadingHTTPServer):
    """Says nothing about clients that go away, as killed ones do."""

    def handle_error(self, *_: Any) -> None:
        """Nothing is printed."""


@contextmanager
def serving() -> Iterator[FileServer]:
    server = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.on_get()
            status, media_type, body = server.files.get(self.path, (404, "text/plain", b""))
            self.answer(status, body, media_type)

        def do_PUT(self) -> None:
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers["Content-Length"]))
            server.received[self.path] = self.headers["Content-Type"], body
            self.answer(server.put_status)

        def answer(self, status: int, body: bytes = b"", media_type: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is logged."""

    with QuietServer(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_port}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        listener.shutdown()
        thread.join()


@pytest.fixture
def files() -> Iterator[FileServer]:
    with serving() as server:
        yield server


def lines(*documents: Document) -> bytes:
    return b"".join(json.dump_bytes(each) + b"\n" for each in documents)


def category(uid: str, **more: Any) -> Document:
    return {"@type": "Category", "id": uid, "version": "1.0", "name": uid.title(), **more}


def submit[J: (ImportJob, ExportJob)](model: type[J], actor: Actor = INES, **document: Any) -> J:
    return operations.create(model, document, actor=actor).instance


def upload(name: str, content: bytes, *, dry_run: bool = False) -> ImportJob:
    job = ImportJob(dry_run=dry_run)
    attach(job, name=name, content=io.BytesIO(content))
    return operations.save(job, actor=INES).instance


def run[J: (ImportJob, ExportJob)](job: J) -> J:
    """Let a worker run the one job there is and return it as it is then."""
    assert run_due_jobs() == 1
    return type(job).objects.get(pk=job.pk)


def states(job: ImportJob | ExportJob) -> list[list[str | None]]:
    changes = Change.objects.filter(resource_uid=job.uid).order_by("id").values_list("changes", flat=True)
    return [change["status"] for change in changes if "status" in change]


# --- importing ---------------------------------------------------------------------------------------------


def test_import_from_a_url_over_rest(files: FileServer) -> None:
    files.files["/data/all.jsonl"] = 200, "application/x-ndjson", lines(category("a"), category("b"))
    call = Caller("tmf620:read", "tmf620:write")
    posted = call.post(f"{BASE}/importJob", {"url": f"{files.url}/data/all.jsonl"})
    assert posted.status == 201
    assert posted.body["status"] == "Not Started"
    assert "completionDate" not in posted.body
    assert run_due_jobs() == 1
    job = call.get(posted.headers["Location"]).body
    assert job.keys() == {"id", "href", "@type", "url", "status", "creationDate", "completionDate"}
    assert job["status"] == "Succeeded"
    assert job["completionDate"] >= job["creationDate"]
    assert sorted(Category.objects.values_list("uid", flat=True)) == ["a", "b"]
    assert run_due_jobs() == 0


def test_the_history_names_who_made_the_job(files: FileServer) -> None:
    files.files["/c.json"] = 200, "application/json", lines(category("a"))
    job = run(submit(ImportJob, url=f"{files.url}/c.json"))
    change = Change.objects.get(resource_uid="a")
    assert (change.actor_kind, change.actor_name, change.user_id) == ("user", "ines", 7)
    assert change.reason == f"ImportJob {job.uid}"
    assert states(job) == [["Not Started", "Running"], ["Running", "Succeeded"]]
    assert (job.progress, job.attempts, job.claimed_until) == (100, 1, None)
    assert job.result == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "steps": [
            {"action": "create", "type_name": "Category", "uid": "a", "version": "1.0", "name": "A", "changes": {}}
        ],
        "more": 0,
    }


def test_a_failed_import_leaves_nothing(files: FileServer) -> None:
    files.files["/x.jsonl"] = 200, "", lines(category("a"), {"@type": "Category", "id": "b"})
    before = footprint(Category)
    job = run(submit(ImportJob, url=f"{files.url}/x.jsonl"))
    assert (job.status, job.error_log) == ("Failed", "x.jsonl, line 2: Category b version 1.0: name is mandatory")
    assert job.completion_date is not None
    after = footprint(Category)
    assert (after["catalog.Category"], after["events.Event"]) == (0, before["events.Event"])
    assert not Change.objects.exclude(resource_uid=job.uid).exists()


@pytest.mark.parametrize(
    ("url", "error_log"),
    [
        ("{root}/missing.json", "url: the server answered 404"),
        ("{root}/empty.json", "empty.json: is empty"),
        ("ftp://files.example.com/all.json", "url: must begin with http: or https:"),
        ("all.json", "url: must begin with http: or https:"),
        ("http://169.254.169.254/latest", "url: address 169.254.169.254 is not allowed"),
    ],
)
def test_says_why_a_file_was_not_read(files: FileServer, url: str, error_log: str) -> None:
    files.files["/empty.json"] = 200, "application/json", b""
    job = run(submit(ImportJob, url=url.format(root=files.url)))
    assert (job.status, job.error_log) == ("Failed", error_log)


def test_a_file_larger_than_allowed_is_not_read(files: FileServer, settings: Any) -> None:
    settings.TMF_MAX_IMPORT_SIZE = 100
    files.files["/x.json"] = 200, "application/json", b" " * 101
    job = run(submit(ImportJob, url=f"{files.url}/x.json"))
    assert (job.status, job.error_log) == ("Failed", "url: the answer is larger than 100 bytes")
    with pytest.raises(Invalid, match="the file is larger than 100 bytes"):
        upload("x.json", b" " * 101)


def test_path_names_the_resource(files: FileServer) -> None:
    files.files["/x.json"] = 200, "application/json", b'[{"id": "o", "name": "O"}]'
    run(submit(ImportJob, url=f"{files.url}/x.json", path=f"{BASE}/productOffering"))
    assert ProductOffering.objects.get().uid == "o"


def test_an_unexpected_fault_fails_the_job(files: FileServer, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*args: Any, **options: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(run_jobs, "read_entries", broken)
    files.files["/x.json"] = 200, "application/json", b"{}"
    job = run(submit(ImportJob, url=f"{files.url}/x.json"))
    assert (job.status, job.error_log) == ("Failed", "internal error; the log of the server says more")
    assert "secret detail" in caplog.text


def test_upload_with_a_dry_run_first() -> None:
    operations.create(Category, category("a", description="old"), actor=SYSTEM)
    before = footprint(Category)
    job = upload("../cat.jsonl", lines(category("a", description="new"), category("b")), dry_run=True)
    assert (job.url, job.file) == ("upload:cat.jsonl", f"jobs/{job.uid}/cat.jsonl")
    job = run(job)
    assert (job.status, job.error_log) == ("Succeeded", None)
    assert job.result is not None
    assert (job.result["created"], job.result["updated"]) == (1, 1)
    assert job.result["steps"][0]["changes"] == {"description": ["old", "new"]}
    assert footprint(Category) == before | {"audit.Change": before["audit.Change"] + 3}  # those of the job
    assert Category.objects.get().description == "old"

    job = run(import_for_real(job, actor=INES))
    assert (job.status, job.dry_run) == ("Succeeded", False)
    assert sorted(Category.objects.values_list("uid", "description")) == [("a", "new"), ("b", None)]
    stored = job.file
    assert default_storage.exists(stored)
    operations.delete(ImportJob, job.uid, actor=INES)
    assert not default_storage.exists(stored)


# --- exporting ---------------------------------------------------------------------------------------------


def fill() -> None:
    operations.create(Category, category("a", lifecycleStatus="Launched"), actor=SYSTEM)
    operations.create(Category, category("b"), actor=SYSTEM)
    operations.create(ProductOffering, {"name": "O", "id": "o", "version": "1"}, actor=SYSTEM)


def kept(job: ExportJob) -> bytes:
    with default_storage.open(job.file) as content:
        return bytes(content.read())


def test_export_is_kept_and_read_back_by_an_import() -> None:
    fill()
    job = run(submit(ExportJob, url="file:all.zip", contentType="application/zip"))
    assert (job.status, job.progress) == ("Succeeded", 100)
    assert job.file == f"jobs/{job.uid}/all.zip"
    assert job.result is not None
    assert job.result["total"] == 3
    for model, uid, version in ((ProductOffering, "o", "1"), (Category, "a", "1.0"), (Category, "b", "1.0")):
        operations.delete(model, uid, actor=SYSTEM, version=version)
    run(upload("all.zip", kept(job)))
    again = run(submit(ExportJob, url="file:all.zip", contentType="application/zip"))
    assert kept(again) == kept(job)


def test_export_is_put_to_a_web_address(files: FileServer) -> None:
    fill()
    job = run(submit(ExportJob, url=f"{files.url}/in/all.json", contentType="application/json"))
    assert job.status == "Succeeded"
    assert files.received["/in/all.json"] == ("application/json", kept(job))


def test_query_path_and_file_name() -> None:
    fill()
    job = run(submit(ExportJob, url="", query="lifecycleStatus=Launched", path="launched.jsonl"))
    assert [json.loads(line)["id"] for line in kept(job).splitlines()] == ["a"]
    assert job.file.endswith("/launched.jsonl")
    job = run(submit(ExportJob, url="file:", path="/category"))
    assert [json.loads(line)["id"] for line in kept(job).splitlines()] == ["a", "b"]
    assert job.file.endswith("/tmf620.jsonl")


@pytest.mark.parametrize(
    ("document", "error_log"),
    [
        ({"url": "{root}/refused"}, "url: the server answered 403"),
        ({"url": "ftp://files.example.com/x"}, "url: must begin with http: or https: or file:"),
        ({"url": "file:", "query": "name.regex=("}, "query: "),
        (
            {"url": "file:", "contentType": "text/csv"},
            "contentType text/csv is none of application/json, application/x-ndjson, application/zip",
        ),
    ],
)
def test_says_why_an_export_failed(files: FileServer, document: Document, error_log: str) -> None:
    files.put_status = 403
    job = run(submit(ExportJob, **document | {"url": document["url"].format(root=files.url)}))
    assert job.status == "Failed"
    assert (job.error_log or "").startswith(error_log)


# --- workers that die --------------------------------------------------------------------------------------


def running(job: ImportJob, *, attempts: int, claimed_for: timedelta) -> ImportJob:
    """Put a job into the state in which a worker left it."""
    job.status, job.attempts, job.claimed_until = "Running", attempts, now() + claimed_for
    return operations.save(job, actor=SYSTEM).instance


def test_a_job_whose_worker_died_is_taken_up_again(files: FileServer) -> None:
    files.files["/x.json"] = 200, "application/json", lines(category("a"))
    job = running(submit(ImportJob, url=f"{files.url}/x.json"), attempts=1, claimed_for=timedelta(seconds=1))
    assert run_due_jobs() == 0
    ImportJob.objects.update(claimed_until=now() - timedelta(seconds=1))
    job = run(job)
    assert (job.status, job.attempts) == ("Succeeded", 2)
    assert Change.objects.filter(resource_uid=job.uid, reason="taken up again").count() == 1


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    job = running(submit(ImportJob, url="http://x"), attempts=3, claimed_for=timedelta(seconds=-1))
    assert run_due_jobs() == 0
    job.refresh_from_db()
    assert (job.status, job.error_log) == ("Failed", GIVEN_UP)


def test_a_worker_that_was_overtaken_writes_nothing(files: FileServer) -> None:
    files.files["/x.json"] = 200, "application/json", lines(category("a"))
    job = submit(ImportJob, url=f"{files.url}/x.json")

    def overtake() -> None:
        running(ImportJob.objects.get(pk=job.pk), attempts=2, claimed_for=timedelta(seconds=60))
        connection.close()

    files.on_get = overtake
    job = run(job)
    assert (job.status, job.attempts, job.completion_date) == ("Running", 2, None)
    assert not Category.objects.exists()


def test_a_job_deleted_while_it_runs_writes_nothing(files: FileServer) -> None:
    files.files["/x.json"] = 200, "application/json", lines(category("a"))
    job = submit(ImportJob, url=f"{files.url}/x.json")

    def delete() -> None:
        operations.delete(ImportJob, job.uid, actor=INES)
        connection.close()

    files.on_get = delete
    assert run_due_jobs() == 1
    assert not ImportJob.objects.exists()
    assert not Category.objects.exists()


def test_progress_shows_while_the_job_runs(files: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_jobs, "_BEAT", 0.01)
    files.files["/x.json"] = 200, "application/json", lines(category("a"))
    job = submit(ImportJob, url=f"{files.url}/x.json")
    revision = job.revision
    seen: list[int] = []

    def read(*args: Any, **options: Any) -> Iterator[Any]:
        until = time.monotonic() + 10
        while not seen and time.monotonic() < until:
            time.sleep(0.02)
            seen.extend(ImportJob.objects.filter(pk=job.pk, progress__gt=0).values_list("progress", flat=True))
        yield from ()

    monkeypatch.setattr(run_jobs, "read_entries", read)
    job = run(job)
    assert seen == [10]
    assert (job.progress, job.revision) == (100, revision + 2)  # taken and settled: showing progress is no change


@pytest.mark.kill
def test_kill_the_worker_and_let_another_one_finish(files: FileServer) -> None:
    """A worker process is killed in the middle of a job; the next one, once the claim is over, does it."""
    files.files["/x.json"] = 200, "application/json", lines(category("a"))
    reached, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        reached.set()
        go_on.wait(30)

    files.on_get = hang
    job = submit(ImportJob, url=f"{files.url}/x.json")
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE": database()},
    )
    try:
        assert reached.wait(30)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        go_on.set()
    job.refresh_from_db()
    assert job.status == "Running"
    assert run_due_jobs() == 0
    ImportJob.objects.update(claimed_until=now() - timedelta(seconds=1))
    job = run(job)
    assert (job.status, job.attempts) == ("Succeeded", 2)
    assert document_of(Category.objects.get())["name"] == "A"


WORKER = """
import os
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
django.setup()
from catalog.services.run_jobs import run_due_jobs
run_due_jobs()
"""


def database() -> str:
    return str(connection.settings_dict["NAME"])
