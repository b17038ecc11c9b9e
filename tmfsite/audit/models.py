"""The history of resources."""

from typing import ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models

from tmfsite.fields import JsonField


class Change(models.Model):
    """One write of one resource.

    `changes` maps wire attributes to [old, new]; on deletion its key "" holds [last representation, null]. Written by
    `tmfsite.operations`, never edited.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=255)
    user_id = models.IntegerField(null=True)
    request_id = models.CharField(max_length=100, null=True)
    action = models.CharField(max_length=10)
    resource_type = models.ForeignKey(
        ContentType, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    resource_id = models.BigIntegerField()
    resource_uid = models.CharField(max_length=255)
    revision = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    changes = JsonField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["resource_type", "resource_id", "id"], name="audit_change_resource"),
            models.Index(fields=["at"], name="audit_change_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.resource_uid} by {self.actor_name}"
