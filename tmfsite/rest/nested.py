"""What lies below one resource and is no resource itself: `{basePath}/topic/{topicId}/event`."""

from typing import ClassVar

from rest_framework.viewsets import ViewSet

from tmfsite.fields.values import Value
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.views import ApiView


class NestedViewSet(ApiView, ViewSet):
    """Serves a collection below each resource of another: set `value`, the type of what is in it, and `verbs`.

    `above` is the path of the resource and `collection` that of what is below; `ApiRouter.below` sets both. A subclass has
    the methods `list`, `create`, `retrieve` and `destroy` for its verbs; they are given the resource's id as `above`,
    and `uid`.
    """

    api: ClassVar[OpenApi]
    above: ClassVar[str]
    collection: ClassVar[str]
    value: ClassVar[type[Value]]
    verbs: ClassVar[str] = "LGC"
