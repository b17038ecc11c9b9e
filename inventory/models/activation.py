"""TMF640 Service Activation and Configuration v4.0: models, besides the services of TMF638."""

from typing import Any, ClassVar

from django.db import models, transaction

from inventory.values import activation as values
from tmfsite.fields import JsonField, ValueField
from tmfsite.resources.lifecycle import Lifecycle
from tmfsite.resources.models import Resource, text_field
from tmfsite.resources.schema import Api as BaseApi


class Monitor(Resource):
    """A request that was accepted to be carried out later, and what came of it (TMF640).

    Not on the wire: `author` is who asked, in whose name it is carried out.
    """

    state = text_field(max_length=60)
    source_href = text_field(max_length=2000)
    request = ValueField(values.Request)
    response = ValueField(values.Response)
    author = JsonField(null=True, blank=True, editable=False)

    lifecycle = Lifecycle(
        "state",
        initial="InProgress",
        moves={"InProgress": ("Completed", "InError"), "Completed": (), "InError": ()},
    )

    class Meta(Resource.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "id"])]

    class Api(BaseApi):
        hidden = ("author",)

    def __str__(self) -> str:
        request = self.request or {}
        return f"{request.get('method', '')} {request.get('to', '')}".strip() or str(self.uid)

    def after_write(self, *, before: Any, actor: Any) -> None:
        if before is None and self.lifecycle.same(self.state, "InProgress"):
            from inventory.tasks import wake_workers  # the task imports the models

            transaction.on_commit(wake_workers)
