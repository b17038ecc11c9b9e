"""Import and export jobs in the admin: upload, dry run, the import itself, download."""

import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from catalog.models import Category, ExportJob, ImportJob
from catalog.services.run_jobs import run_due_jobs
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.fields import json
from tmfsite.operations import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("ines", password="-"))
    return client


def page(kind: str, name: str, *args: Any) -> str:
    return reverse(f"admin:catalog_{kind}_{name}", args=args)


def upload(name: str, *documents: Any) -> io.BytesIO:
    file = io.BytesIO(b"".join(json.dump_bytes(each) + b"\n" for each in documents))
    file.name = name
    return file


def test_a_dry_run_shows_the_differences_and_is_then_imported(browser: Client) -> None:
    old = {"id": "a", "version": "1.0", "name": "Phones", "description": "All phones"}
    operations.create(Category, old, actor=SYSTEM)
    assert browser.get(page("importjob", "add")).status_code == 200
    file = upload("c.jsonl", {**old, "description": "Smartphones"}, {"id": "b", "name": "Tablets"})
    form = {"upload": file, "url": "", "path": "category", "dry_run": "on"}
    answer = browser.post(page("importjob", "add"), form)
    job = ImportJob.objects.get()
    assert answer.status_code == 302, answer.content.decode()
    waiting = browser.get(page("importjob", "change", job.pk))
    assert waiting.headers["Refresh"] == "2"
    assert "Waiting for a worker." in waiting.content.decode()

    assert run_due_jobs() == 1
    shown = browser.get(page("importjob", "change", job.pk))
    text = shown.content.decode()
    assert "Refresh" not in shown.headers
    assert "Would create 1, update 1 and leave 0 unchanged" in text
    assert "All phones" in text
    assert "Smartphones" in text
    assert "Tablets" in text
    assert Category.objects.get().description == "All phones"

    answer = browser.post(page("importjob", "repeat", job.pk))
    again = ImportJob.objects.latest("pk")
    assert answer.headers["Location"] == page("importjob", "change", again.pk)
    assert run_due_jobs() == 1
    assert "1 created, 1 updated, 0 unchanged" in browser.get(answer.headers["Location"]).content.decode()
    assert list(Category.objects.order_by("uid").values_list("name", "description")) == [
        ("Phones", "Smartphones"),
        ("Tablets", None),
    ]
    assert Change.objects.filter(resource_uid="b").get().actor_name == "ines"
    assert browser.get(page("importjob", "changelist")).status_code == 200


def test_problems_are_listed(browser: Client) -> None:
    browser.post(page("importjob", "add"), {"upload": upload("c.jsonl", {"id": "b"}), "url": "", "path": "category"})
    job = ImportJob.objects.get()
    run_due_jobs()
    text = browser.get(page("importjob", "change", job.pk)).content.decode()
    assert "1 problem; nothing was written" in text
    assert "c.jsonl, line 1: Category b version 1.0: name is mandatory" in text
    assert browser.post(page("importjob", "repeat", job.pk)).status_code == 302
    assert ImportJob.objects.count() == 1


def test_a_file_or_an_address_is_needed(browser: Client) -> None:
    answer = browser.post(page("importjob", "add"), {"url": "", "path": ""})
    assert "Choose a file, or give an address to fetch it from." in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_an_export_is_downloaded(browser: Client) -> None:
    operations.create(Category, {"id": "a", "version": "1.0", "name": "Phones"}, actor=SYSTEM)
    assert browser.get(page("exportjob", "add")).status_code == 200
    form = {"content_type": "application/x-ndjson", "path": "", "query": "", "url": ""}
    assert browser.post(page("exportjob", "add"), form).status_code == 302
    job = ExportJob.objects.get()
    assert browser.get(page("exportjob", "file", job.pk)).status_code == 404
    run_due_jobs()
    text = browser.get(page("exportjob", "change", job.pk)).content.decode()
    assert "1 exported" in text
    assert "Download tmf620.jsonl" in text
    answer = browser.get(page("exportjob", "file", job.pk))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tmf620.jsonl"'
    assert json.loads(b"".join(answer.streaming_content))["id"] == "a"  # type: ignore[attr-defined]


def test_permissions(browser: Client) -> None:
    browser.post(page("exportjob", "add"), {"content_type": "application/zip", "path": "", "query": "", "url": ""})
    job = ExportJob.objects.get()
    run_due_jobs()
    stranger = Client()
    stranger.force_login(get_user_model().objects.create_user("eve", is_staff=True))
    assert stranger.get(page("exportjob", "file", job.pk)).status_code in (403, 404)
    assert stranger.get(page("importjob", "add")).status_code == 403
