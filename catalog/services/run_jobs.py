"""Running import and export jobs: a worker claims a job, keeps it alive while it works, and settles it.

The claim is a revision of the job, so that of two workers one gets it, and a worker that was thought dead
cannot settle what another one has taken up since. An import and the end of its job are one transaction.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import Any, BinaryIO, Final, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from catalog.models.entity import UPLOAD, Export, Import, Job
from catalog.services.export_entities import MEDIA_TYPES, export_entities, file_format
from catalog.services.import_entities import Report, import_entities, model_named
from catalog.services.read_entries import Found, read_entries
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.events.http import HttpError, fetch
from tmfsite.fields.instants import now
from tmfsite.operations import SYSTEM, Actor
from tmfsite.query.errors import QueryError
from tmfsite.resources import registry
from tmfsite.resources.errors import Conflict, Invalid, NotFound, Stale
from tmfsite.resources.registry import OpenApi
from tmfsite.resources.schema import schema_of

logger = logging.getLogger(__name__)

CLAIM: Final = timedelta(seconds=60)
MAX_ATTEMPTS: Final = 3
GIVEN_UP: Final = f"given up: the worker stopped {MAX_ATTEMPTS} times while it ran"
FOLDER: Final = "jobs"
_BEAT: Final = 1.0
_TRANSFER_TIMEOUT: Final = 300.0
_LISTED_STEPS: Final = 1000
_IN_MEMORY: Final = 4 * 1024 * 1024
_WEB: Final = ("http", "https")

type Settle = Callable[[dict[str, Any]], None]


class JobFailedError(Exception):
    """Ends a job as Failed with this `errorLog`; nothing of it was written."""


def attach(job: Job, *, name: str, content: BinaryIO) -> None:
    """Make a new job import an uploaded file instead of a URL; `Invalid` when the file is too large."""
    largest = settings.TMF_MAX_IMPORT_SIZE
    if content.seek(0, 2) > largest:
        raise Invalid(f"the file is larger than {largest} bytes", path="url")
    content.seek(0)
    name = PurePosixPath(name.replace("\\", "/")).name.lstrip(".") or "upload"
    job.url = f"{UPLOAD}{name}"
    job.file = _kept(job, name, content)


def import_for_real[J: Import](job: J, *, actor: Actor) -> J:
    """Create the job that does what a dry run has shown."""
    again = type(job)(url=job.url, path=job.path, content_type=job.content_type)
    if job.file:
        with default_storage.open(job.file) as content:
            attach(again, name=PurePosixPath(job.file).name, content=cast(BinaryIO, content))
    return operations.save(again, actor=actor).instance


def run_due_jobs() -> int:
    """Run every job that waits, or whose worker has died, one after the other; return how many."""
    count = 0
    while (job := _claim()) is not None:
        _run(job)
        count += 1
    return count


def job_models() -> dict[type[Job], OpenApi]:
    """Return the job resources and the APIs they belong to."""
    return {each.model: each.api for each in reversed(registry.publications()) if issubclass(each.model, Job)}


def _kept(job: Job, name: str, content: BinaryIO) -> str:
    """Put a file of a job into the default storage and return its name there."""
    path = f"{FOLDER}/{job.uid}/{name}"
    default_storage.delete(path)  # a first attempt may have left one
    return str(default_storage.save(path, File(content)))


# --- claiming and settling -------------------------------------------------------------------------


def _claim() -> Job | None:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now())
    for model in job_models():
        for job in model._default_manager.filter(free, status__in=("Not Started", "Running")):
            again = job.status == "Running"
            job.attempts += 1
            if job.attempts > MAX_ATTEMPTS:
                with suppress(Stale, NotFound):
                    _settle(job, "Failed", error_log=GIVEN_UP)
                continue
            job.status = "Running"
            job.claimed_until = now() + CLAIM
            with suppress(Stale, NotFound):  # another worker was faster, or the job was deleted
                return operations.save(job, actor=SYSTEM, reason="taken up again" if again else "").instance
    return None


def _settle(job: Job, status: str, *, error_log: str | None = None, result: dict[str, Any] | None = None) -> None:
    if job.status == "Not Started":
        job.status = "Running"
        job = operations.save(job, actor=SYSTEM).instance
    job.status, job.error_log, job.result = status, error_log, result
    job.claimed_until = None
    if status == "Succeeded":
        job.progress = 100
    operations.save(job, actor=SYSTEM)


def _run(job: Job) -> None:
    api = job_models()[type(job)]
    heartbeat = _Heartbeat(job)
    try:
        with heartbeat:
            match job:
                case Import():
                    _import(job, api, heartbeat)
                case Export():
                    _export(job, api, heartbeat)
    except (Stale, Conflict, NotFound):
        logger.warning("job %s was taken up by another worker or deleted", job.uid)
    except JobFailedError as error:
        _fail(job, str(error))
    except Exception:
        logger.exception("job %s failed", job.uid)
        _fail(job, "internal error; the log of the server says more")


def _fail(job: Job, error_log: str) -> None:
    with suppress(Stale, Conflict, NotFound):
        _settle(job, "Failed", error_log=error_log, result=job.result)


class _Heartbeat:
    """Keeps the claim and shows the progress, from a thread of its own: outside the job's transaction.

    SQLite has one writer at a time; there it waits for the transaction, as does whoever might take the job.
    """

    def __init__(self, job: Job) -> None:
        self._rows = type(job)._default_manager.filter(pk=job.pk, status="Running", attempts=job.attempts)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job-{job.uid}", daemon=True)
        self.percent = 0

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def span(self, low: int, high: int) -> Callable[[int, int], None]:
        """Return a progress callback for the part of the work that goes from `low` to `high` percent."""

        def progress(done: int, total: int) -> None:
            self.percent = low + (high - low) * done // max(total, 1)

        return progress

    def _beat(self) -> None:
        with closing(connection):
            while not self._done.wait(_BEAT):
                # Neither is part of the resource: no revision, no history, no event.
                with suppress(DatabaseError):
                    self._rows.update(progress=self.percent, claimed_until=now() + CLAIM)


# --- the work --------------------------------------------------------------------------------------


def _import(job: Import, api: OpenApi, heartbeat: _Heartbeat) -> None:
    with _incoming(job) as (content, name, content_type):
        heartbeat.percent = 10
        found = list(read_entries(content, name, content_type=content_type, max_bytes=settings.TMF_MAX_IMPORT_SIZE))
    heartbeat.percent = 25
    report = _store(job, api, found, heartbeat)
    if report.problems:
        job.result = _summary(report)
        raise JobFailedError(report.error_log)


def _store(job: Import, api: OpenApi, found: list[Found], heartbeat: _Heartbeat) -> Report:
    with transaction.atomic():
        report = import_entities(
            found,
            api=api,
            actor=_author(job),
            default=model_named(api, job.path),
            dry_run=job.dry_run,
            progress=heartbeat.span(25, 99),
        )
        if not report.problems:
            _settle(job, "Succeeded", result=_summary(report))
    return report


def _author(job: Job) -> Actor:
    """What a job changes is changed by whoever created the job."""
    made = Change.objects.filter(
        resource_type_id=schema_of(type(job)).content_type_id(), resource_id=job.pk, action="create"
    ).first()
    reason = f"{schema_of(type(job)).type_name} {job.uid}"
    if made is None:
        return Actor("system", "system", reason=reason)
    return Actor(made.actor_kind, made.actor_name, made.user_id, made.request_id, reason)


def _summary(report: Report) -> dict[str, Any]:
    changing = [step for step in report.steps if step.action != "unchanged"]
    return {
        "created": report.count("create"),
        "updated": report.count("update"),
        "unchanged": report.count("unchanged"),
        "steps": [asdict(step) for step in changing[:_LISTED_STEPS]],
        "more": max(0, len(changing) - _LISTED_STEPS),
    }


@contextmanager
def _incoming(job: Job) -> Iterator[tuple[BinaryIO, str, str]]:
    """Open what a job imports: the file, its name and its media type."""
    if job.file:
        with default_storage.open(job.file) as uploaded:
            yield cast(BinaryIO, uploaded), PurePosixPath(job.file).name, job.content_type or ""
        return
    _check_scheme(job.url, _WEB)
    name = PurePosixPath(unquote(urlsplit(job.url).path)).name or "import"
    with TemporaryFile() as content:
        try:
            answer = fetch(job.url, into=content, max_bytes=settings.TMF_MAX_IMPORT_SIZE, timeout=_TRANSFER_TIMEOUT)
        except HttpError as error:
            raise JobFailedError(_about_url(error)) from error
        if answer.status != 200:
            raise JobFailedError(f"url: the server answered {answer.status}")
        content.seek(0)
        headers = {key.lower(): value for key, value in answer.headers.items()}
        yield content, name, job.content_type or headers.get("content-type", "")


def _about_url(error: HttpError) -> str:
    return f"url: {str(error).removeprefix('url').lstrip(': ')}"


def _check_scheme(url: str, schemes: tuple[str, ...]) -> str:
    scheme = urlsplit(url).scheme.lower()
    if scheme not in schemes:
        raise JobFailedError(f"url: must begin with {' or '.join(f'{each}:' for each in schemes if each)}")
    return scheme


def _export(job: Export, api: OpenApi, heartbeat: _Heartbeat) -> None:
    scheme = _check_scheme(job.url, (*_WEB, "file", ""))
    only = model_named(api, job.path)
    try:
        written_as = file_format(job.content_type, urlsplit(job.url).path)
        with SpooledTemporaryFile(_IN_MEMORY) as out:
            content = cast(BinaryIO, out)
            summary = export_entities(
                content,
                api=api,
                written_as=written_as,
                query=job.query or "",
                only=only,
                progress=heartbeat.span(0, 80),
            )
            content.seek(0)
            name = _file_name(job, api, written_as, named=only is None)
            job.file = _kept(job, name, content)
            heartbeat.percent = 85
            if scheme in _WEB:
                content.seek(0)
                _put(job.url, content, MEDIA_TYPES[written_as])
    except Invalid as error:
        raise JobFailedError(error.message) from error
    except QueryError as error:
        raise JobFailedError(f"query: {error}") from error
    _settle(job, "Succeeded", result={"counts": summary.counts, "total": summary.total})


def _file_name(job: Job, api: OpenApi, written_as: str, *, named: bool) -> str:
    """Return the last part of `path`, or else of `url`, if it is a file name; else one made from the API."""
    for text in (job.path if named else "", urlsplit(job.url).path):
        name = PurePosixPath(unquote(text or "")).name
        if name.lower().endswith(f".{written_as}"):
            return name
    return f"{api.key}.{written_as}"


def _put(url: str, content: BinaryIO, media_type: str) -> None:
    try:
        answer = fetch(url, method="PUT", body=content, headers={"Content-Type": media_type}, timeout=_TRANSFER_TIMEOUT)
    except HttpError as error:
        raise JobFailedError(_about_url(error)) from error
    if not 200 <= answer.status < 300:
        raise JobFailedError(f"url: the server answered {answer.status}")
