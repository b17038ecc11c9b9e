"""What TMF620, TMF633 and TMF634 share: versions, the catalog lifecycle, category trees, and jobs."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, Final

from django.core.files.storage import default_storage
from django.db import models, transaction

from tmfsite.fields import JsonField, ValueField
from tmfsite.fields.values import TimePeriod
from tmfsite.resources.lifecycle import SPECIFICATION, Lifecycle
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

    lifecycle = SPECIFICATION

    class Meta(VersionedResource.Meta):
        abstract = True
        indexes: ClassVar = [
            models.Index(fields=["lifecycle_status", "id"]),
            models.Index(fields=["name"]),
        ]

    class Api(BaseApi):
        mandatory: ClassVar[tuple[str, ...]] = ("name",)
        server_set = ("lastUpdate",)
        wire: ClassVar = {"last_update": "lastUpdate"}


class TreeCategory(CatalogEntity):
    """A node of the tree in which the entities of a catalog are found.

    `parentId` decides the tree: `isRoot` and the parent's list of categories below, the attribute `below`, follow it,
    and setting that list sets the children's `parentId`. The contents of a category, its `inverses`, are what names it.
    """

    parent_id = text_field()
    is_root = models.BooleanField(null=True, blank=True)

    below: ClassVar[str] = "category"

    class Meta(CatalogEntity.Meta):
        abstract = True

    class Api(CatalogEntity.Api):
        maintained: tuple[str, ...] = ("isRoot", "category")

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        self.is_root = not self.parent_id

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from catalog.services import category_tree

        category_tree.refuse_cycle(self, before=before)
        category_tree.adopt_contents(self, before=before, actor=actor)

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        from catalog.services import category_tree

        category_tree.adopt_children(self, before=before, actor=actor)
        category_tree.enter_in_parent(self, before=before, actor=actor)

    def after_delete(self, *, actor: Any) -> None:
        from catalog.services import category_tree

        category_tree.leave(self, actor=actor)


class Job(Resource):
    """A long-running transfer of the entities of one API, worked by a Celery task.

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
        events: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return str(self.url).removeprefix(UPLOAD)

    def complete(self, *, before: Any) -> None:
        if self.creation_date is None:
            self.creation_date = self.created
        if self.status in ("Succeeded", "Failed") and self.completion_date is None:
            self.completion_date = self.last_update
        if self.is_imported and self.status == "Succeeded":
            self.progress = 100

    def after_write(self, *, before: Any, actor: Any) -> None:
        if before is None:
            from catalog.tasks import wake_workers  # the task imports the models

            transaction.on_commit(wake_workers)

    def after_delete(self, *, actor: Any) -> None:
        if self.file:
            transaction.on_commit(partial(default_storage.delete, self.file))


class Import(Job):
    """Reads entities of its API from a URL or an uploaded file; a dry run only reports what it would do."""

    dry_run = models.BooleanField(default=False)

    class Meta(Job.Meta):
        abstract = True

    class Api(Job.Api):
        type_name = "ImportJob"
        hidden = (*Job.Api.hidden, "dry_run")


class Export(Job):
    """Writes the entities of its API, those that `query` selects, to a file or URL."""

    query = text_field(max_length=2000)

    class Meta(Job.Meta):
        abstract = True

    class Api(Job.Api):
        type_name = "ExportJob"
