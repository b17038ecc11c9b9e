"""Resource and VersionedResource, the abstract models every TMF resource derives from, and the Link table."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.db import models

from tmfsite.fields import JsonField
from tmfsite.fields.instants import now
from tmfsite.resources.schema import Api, Inverse, Schema, schema_of


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
        constraints: ClassVar = [models.UniqueConstraint(fields=["uid"], name="%(app_label)s_%(class)s_identity")]

    Api: ClassVar[type] = Api

    inverses: ClassVar[Mapping[str, Inverse]] = {}
    """Attributes, by wire name, that other resources' references determine; see `tmfsite.wire.inverse`."""

    is_imported: bool = False
    """Whether it is being created by an import: it then comes with its history, and must not start any work."""

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

    def special_events(self, *, before: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return event kinds of a write besides those that every resource has, such as `Resolved`."""
        return ()

    def goes_with_move(self, *, before: Mapping[str, Any]) -> Collection[str]:
        """Return the wire names of attributes whose change, when the state changes too, belongs to that.

        Such as a date that the server notes; there is then no event of changed values because of them.
        """
        return ()

    def refusals(self, *, before: Mapping[str, Any]) -> Iterator[str]:
        """Yield why the present state forbids a change to all but the server itself, as strictly as its lifecycle does."""
        yield from ()

    def before_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        """Change other resources, through `operations`, that this one's representation will then show.

        In the transaction of the write, as the two hooks below; `before` as in `complete`. Only resources that
        override one of them pay for a transaction with several statements.
        """

    def after_write(self, *, before: Mapping[str, Any] | None, actor: Any) -> None:
        """Change other resources that must follow this one."""

    def after_delete(self, *, actor: Any) -> None:
        """Change other resources that must follow the end of this one."""


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
            models.Index(fields=["source_type", "path", "target_uid", "source_id"], name="resources_link_filter"),
            models.Index(fields=["source_type", "source_id"], name="resources_link_source"),
            models.Index(fields=["target_type", "target_uid"], name="resources_link_target"),
        ]

    def __str__(self) -> str:
        return f"{self.path} -> {self.target_uid}"


class ExtensionType(models.Model):
    """A sub-class of a resource or value type, described by a JSON Schema (TMF630 parts 2 and 7).

    Entities that name it in `@type`, or its address in `@schemaLocation`, are validated against `schema`; see
    `tmfsite.resources.extensions`. `base_type` names the resource (`ProductOffering`) or the value type
    (`ProductSpecificationCharacteristic`) it extends. `location` is a further address that clients use for it.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=200, help_text="The `@type` of the entities, such as `GsmOffering`.")
    base_type = models.CharField(
        max_length=200, help_text="What it extends: a resource, or the type of a nested value."
    )
    version = models.CharField(max_length=50, default="1.0")
    description = models.TextField(blank=True, default="")
    schema = JsonField(verbose_name="JSON Schema")
    location = models.CharField(
        max_length=2000,
        blank=True,
        default="",
        verbose_name="other location",
        help_text="A URI that clients send as `@schemaLocation` instead of the one served here. Never fetched.",
    )
    created = models.DateTimeField(default=now, editable=False)
    last_update = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="resources_extensiontype_identity")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def save(self, *args: Any, **options: Any) -> None:
        """Save with a new date, by which every process notices the change."""
        self.last_update = now()
        super().save(*args, **options)

    def get_absolute_url(self) -> str:
        """Return the path under which the schema is served."""
        return f"/schemas/{self.name}/{self.version}.json"

    def clean(self) -> None:
        """Refuse names that fit in no URL, unknown base types, and what is no JSON Schema we can apply."""
        from tmfsite.resources import extensions

        extensions.check_definition(self)
