"""Resource and VersionedResource, the abstract models every TMF resource derives from, and the Link table."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import models

from tmfsite.fields import JsonField
from tmfsite.fields.instants import now
from tmfsite.resources.schema import Api, Schema, schema_of


def new_uid() -> str:
    """Return a fresh wire id."""
    return str(uuid4())


def text_field(**options: Any) -> Any:
    """Return a text column that may be absent: NULL is "not sent", the empty string is what the client sent."""
    return models.CharField(**{"max_length": 255, "null": True, "blank": True, **options})


class Resource(models.Model):
    """What every TMF resource has: identity, type, extension attributes, revision and dates.

    `id` is the internal key in creation order; `uid` is the wire `id`. `extension` holds attributes the model does
    not declare, by wire name, and the client's spelling of a scalar where a column cannot keep it. `revision` counts
    changes and is the ETag.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.CharField(max_length=255, default=new_uid, verbose_name="ID")
    at_type = text_field(verbose_name="@type")
    at_base_type = text_field(verbose_name="@baseType")
    at_schema_location = text_field(max_length=2000, verbose_name="@schemaLocation")
    extension = JsonField(null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created = models.DateTimeField(default=now, editable=False)
    last_update = models.DateTimeField(default=now, editable=False)

    class Meta:
        abstract = True
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uid"], name="%(app_label)s_%(class)s_identity")
        ]

    Api: ClassVar[type] = Api

    derivations: ClassVar[tuple[Callable[[list[dict[str, Any]]], None], ...]] = ()
    """Functions that add to wire documents the attributes which other resources determine."""

    def __str__(self) -> str:
        return str(getattr(self, "name", None) or self.uid)

    @classmethod
    def schema(cls) -> Schema:
        """Return what is derived from this declaration."""
        return schema_of(cls)

    def complete(self, *, before: Mapping[str, Any] | None) -> None:
        """Set the attributes that the server derives from others; called before validation of every write.

        `before` holds the old column values of an update by field name, None on creation.
        """

    def spread(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        """Change other resources that must follow this one, through `operations`, in the same transaction.

        Called after the write; `before` as in `complete`. Only resources that override it pay for a transaction.
        """


class VersionedResource(Resource):
    """A resource kept in several versions under one wire id (TMF630 part 4).

    `is_latest` marks the highest version of a uid, `is_current` the highest one in a released state.
    """

    version = text_field(max_length=100, default="1.0")
    is_latest = models.BooleanField(default=True, editable=False)
    is_current = models.BooleanField(default=False, editable=False)

    class Meta(Resource.Meta):
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uid", "version"], name="%(app_label)s_%(class)s_identity")
        ]

    def __str__(self) -> str:
        name = super().__str__()
        return name if self.version in (None, "", "1.0") else f"{name} ({self.version})"


class Link(models.Model):
    """A reference held by a resource, resolvable or not: the index of reference filters and of where-used.

    `path` is the dotted wire path of the reference in its source; `target_type` is empty when the referred type is
    not kept here.
    """

    id = models.BigAutoField(primary_key=True)
    source_type = models.ForeignKey(
        ContentType, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    source_id = models.BigIntegerField()
    path = models.CharField(max_length=200)
    target_type = models.ForeignKey(
        ContentType,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    target_uid = models.CharField(max_length=255)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["source_type", "path", "target_uid", "source_id"], name="resources_link_filter"
            ),
            models.Index(fields=["source_type", "source_id"], name="resources_link_source"),
            models.Index(fields=["target_type", "target_uid"], name="resources_link_target"),
        ]

    def __str__(self) -> str:
        return f"{self.path} -> {self.target_uid}"
