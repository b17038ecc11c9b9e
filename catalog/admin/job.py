"""Admin of import and export jobs: upload, dry run with its differences, progress, download."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from catalog.models import (
    ExportJob,
    ImportJob,
    ResourceExportJob,
    ResourceImportJob,
    ServiceExportJob,
    ServiceImportJob,
)
from catalog.models.entity import Export, Import, Job
from catalog.services.export_entities import MEDIA_TYPES
from catalog.services.import_entities import exchanged, model_named
from catalog.services.run_jobs import attach, import_for_real, job_models
from tmfsite.admin.actor import actor_of
from tmfsite.admin.difference import Line, lines
from tmfsite.admin.forms import ResourceForm
from tmfsite.admin.resource import ResourceAdmin
from tmfsite.fields.names import words
from tmfsite.resources.attention import Attention
from tmfsite.resources.errors import Invalid

_REFRESH_SECONDS = 2
_SHOWN_STEPS = 200
_FORMATS = {"jsonl": "JSON lines", "json": "JSON", "zip": "Zip, a file per resource"}


def _resources(model: type[Job], nothing: str) -> list[tuple[str, str]]:
    """Return the choices of `path`: a resource of the API, or all."""
    found = [(each.path, capfirst(words(each.path))) for each in exchanged(job_models()[model])]
    return [("", nothing), *found]


class JobForm(ResourceForm):
    """The form of a new job; existing ones are only shown."""

    anything: ClassVar[str] = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "url" in self.fields:
            self.fields["url"].required = False
        if "path" in self.fields:
            self.fields["path"] = forms.ChoiceField(
                choices=_resources(type(self.instance), self.anything),
                required=False,
                label="Resource",
                widget=UnfoldAdminSelectWidget,
            )


class ImportJobForm(JobForm):
    """Takes a file or an address."""

    anything = "As the entries or the file names say"
    upload = forms.FileField(
        required=False,
        label="File",
        help_text="JSON, JSON lines, or a zip of such files.",
        widget=UnfoldAdminFileFieldWidget,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload, url = cleaned.get("upload"), cleaned.get("url")
        if bool(upload) == bool(url):
            self.add_error("upload", "Choose a file, or give an address to fetch it from.")
        elif upload:
            try:
                attach(self.instance, name=upload.name, content=upload)
            except Invalid as refusal:
                self.add_error("upload", refusal.message)
            cleaned["url"] = self.instance.url
        return cleaned


class ExportJobForm(JobForm):
    """Asks for the format in words."""

    anything = "All"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "content_type" in self.fields:
            self.fields["content_type"] = forms.ChoiceField(
                choices=[(MEDIA_TYPES[each], label) for each, label in _FORMATS.items()],  # type: ignore[index]
                label="Format",
                widget=UnfoldAdminSelectWidget,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["url"] = cleaned.get("url") or "file:"
        return cleaned


class JobAdmin(ResourceAdmin):
    """What both kinds of job share. A job is made and deleted, never edited."""

    dashboard = False
    change_form_outer_before_template = "catalog/job.html"
    list_display = ("source", "state", "done", "creation_date", "completion_date")
    shown: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar = {"url": "Address", "path": "Resource", "content_type": "Format"}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), *self.shown]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[str, dict[str, Any]]]:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            title, options = fieldsets[0]
            fieldsets[0] = title, {**options, "fields": list(self.shown)}
        return fieldsets

    @display(description="File", ordering="url")
    def source(self, job: Job) -> str:
        """Where the file comes from or goes to."""
        name = PurePosixPath(job.file).name
        return name if name and not job.url.startswith("http") else job.url

    @display(description="Progress", ordering="progress")
    def done(self, job: Job) -> SafeString:
        """Bar and percentage."""
        return format_html('<progress max="100" value="{0}"></progress> {0} %', job.progress)

    @display(description="Resource")
    def scope(self, job: Job) -> str:
        """Resource to which the job is limited."""
        return capfirst(words(job.path)) if job.path else "All"

    @display(description="Format")
    def written_as(self, job: Job) -> str:
        """Format of the file in words."""
        return next(
            (_FORMATS[each] for each, media_type in MEDIA_TYPES.items() if media_type == job.content_type),
            job.content_type or "As the file says",
        )

    @display(description="Dry run", boolean=True)
    def only_shows(self, job: Import) -> bool:
        """Whether nothing was to be written."""
        return job.dry_run

    @display(description="Filter")
    def selection(self, job: Export) -> str:
        """Query that selects what is exported."""
        return job.query or "None"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)
        job = getattr(response, "context_data", {}).get("original") if object_id else None
        if job is not None and job.status in ("Not Started", "Running"):
            response["Refresh"] = str(_REFRESH_SECONDS)
        return response

    def _entity_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super()._entity_context(request, object_id)
        job = context.get("entity")
        if job is not None:
            context |= {
                "problems": (job.error_log or "").splitlines(),
                "file_name": PurePosixPath(job.file).name,
                "steps": list(self._steps(job)),
            }
        return context

    def _steps(self, job: Job) -> Iterator[dict[str, Any]]:
        api = job_models()[type(job)]
        for step in (job.result or {}).get("steps", [])[:_SHOWN_STEPS]:
            model = model_named(api, step["type_name"])
            yield {**step, "kind": capfirst(words(step["type_name"])), "lines": self._lines(model, step["changes"])}

    def _lines(self, model: Any, changes: dict[str, Any]) -> list[Line]:
        if model is None:
            return []
        known = self.admin_site.is_registered(model)
        label = self.admin_site.get_model_admin(model).label_of_wire if known else words
        return lines(model, changes, label)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_file"
        view = self.admin_site.admin_view(require_GET(self.file_view))
        return [path("<path:object_id>/file/", view, name=name), *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Send the file of a job."""
        job = self.entity_or_404(request, object_id, "view")
        if not job.file or not default_storage.exists(job.file):
            raise Http404("The job has no file.")
        return FileResponse(default_storage.open(job.file), as_attachment=True, filename=PurePosixPath(job.file).name)


@admin.register(ImportJob, ServiceImportJob, ResourceImportJob)
class ImportJobAdmin(JobAdmin):
    """Import jobs of every catalog."""

    icon = "upload"
    sidebar_order = 200
    attention = (Attention("failed", {"status__exact": "Failed"}, urgent=True, days=7),)
    form = ImportJobForm
    tabs: ClassVar = {"Import": ["upload", "url", "path", "dry_run"]}
    shown = ("source", "written_as", "scope", "only_shows")
    helps: ClassVar = {
        "url": "http or https address of the file, instead of an upload.",
        "dry_run": "Only show what would change.",
    }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.repeat_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_repeat"
        return [path("<path:object_id>/repeat/", view, name=name), *super().get_urls()]

    def repeat_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Do what a dry run has shown."""
        job = self.entity_or_404(request, object_id, "add")
        if not job.dry_run or job.status != "Succeeded":
            messages.error(request, "Only what a dry run has found good can be imported from here.")
            return self.redirect_to(job)
        return self.redirect_to(import_for_real(job, actor=actor_of(request)))


@admin.register(ExportJob, ServiceExportJob, ResourceExportJob)
class ExportJobAdmin(JobAdmin):
    """Export jobs of every catalog."""

    icon = "download"
    sidebar_order = 210
    attention = (Attention("failed", {"status__exact": "Failed"}, urgent=True, days=7),)
    form = ExportJobForm
    tabs: ClassVar = {"Export": ["content_type", "path", "query", "url"]}
    shown = ("source", "written_as", "scope", "selection")
    helps: ClassVar = {
        "query": "Filter in the query language of the API, such as lifecycleStatus=Launched. Empty: everything.",
        "url": "http or https address to which the file is also sent. Empty: it is kept for download.",
    }
