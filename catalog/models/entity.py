"""What catalog entities of TMF620, TMF633 and TMF634 share: versions, the catalog lifecycle, and jobs."""

from functools import partial
from typing import Any, ClassVar, Final

from django.core.files.storage import default_storage
from django.db import models, transaction

from tmfsite.fields import JsonField, ValueField
from tmfsite.fields.values import TimePeriod
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, VersionedResource, text_field
from tmfsite.resources.schema import Api as BaseApi

UPLOAD: Final = "upload:"
"""Scheme of the `url` of an import job whose file was uploaded."""


class CatalogEntity(VersionedResource):
    """A versioned entity of a catalog with the lifecycle of TMF620, chapter lifecycle of catalog entities."""

    name = text_field(max_length=255, null=False, blank=False)
    description = models.TextField(null=True, blank=True)
    lifecycle_status = text_field(max_length=60)
    valid_for = ValueField(TimePeriod)

    lifecycle = Lifecycle(
        "lifecycle_status",
        initial="In Study",
        moves={
            "In Study": ("In Design",),
            "In Design": ("In Test",),
            "In Test": ("Active", "Rejected"),
            "Active": ("Launched", "Retired"),
            "Launched": ("Retired",),
            "Retired": ("Obsolete",),
            "Rejected": (),
            "Obsolete": (),
        },
        released=("Active", "Launched"),
    )

    class Meta(VersionedResource.Meta):
        abstract = True
        indexes: ClassVar = [
            models.Index(fields=["lifecycle_status", "id"]),
            models.Index(fields=["name"]),
        ]

    class Api(BaseApi):
        mandatory = ("name",)
        server_set = ("lastUpdate",)
        wire: ClassVar = {"last_update": "lastUpdate"}


class Job(Resource):
    """A long-running transfer of catalog data, worked by a Celery task (TMF620 import and export jobs).

    `path` names a resource of the API, to which the transfer is then limited, or the file of an export.

    Not on the wire: `file` is the name in the default storage of what was uploaded for an import or written by an
    export. `result` says what was done, see `services.run_jobs`. `progress` is in percent. A worker holds the job
    until `claimed_until`, then another one may take it up.
    """

    url = text_field(max_length=2000, null=False, blank=False)
    content_type = text_field()
    path = text_field(max_length=1000)
    status = text_field(max_length=40)
    error_log = models.TextField(null=True, blank=True)
    creation_date = models.DateTimeField(null=True, blank=True)
    completion_date = models.DateTimeField(null=True, blank=True)
    progress = models.PositiveSmallIntegerField(default=0, editable=False)
    file = models.CharField(max_length=255, default="", blank=True, editable=False)
    result = JsonField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)

    lifecycle = Lifecycle(
        "status",
        initial="Not Started",
        moves={
            "Not Started": ("Running",),
            "Running": ("Succeeded", "Failed"),
            "Succeeded": (),
            "Failed": (),
        },
    )

    class Meta(Resource.Meta):
        abstract = True

    class Api(BaseApi):
        mandatory = ("url",)
        server_set = ("status", "errorLog", "creationDate", "completionDate")
        hidden: ClassVar[tuple[str, ...]] = ("progress", "file", "result", "attempts", "claimed_until")
        events = ()

    def __str__(self) -> str:
        return str(self.url).removeprefix(UPLOAD)

    def complete(self, *, before: Any) -> None:
        if self.creation_date is None:
            self.creation_date = self.created
        if self.status in ("Succeeded", "Failed") and self.completion_date is None:
            self.completion_date = self.last_update

    def after_write(self, *, before: Any, actor: Any) -> None:
        if before is None:
            from catalog.tasks import wake_workers  # the task imports the models

            transaction.on_commit(wake_workers)

    def after_delete(self, *, actor: Any) -> None:
        if self.file:
            transaction.on_commit(partial(default_storage.delete, self.file))
