"""TMF688 Event: topics."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from tmfsite.resources.errors import Invalid
from tmfsite.resources.models import Resource, text_field


class Topic(Resource):
    """A selection of events that can be read and subscribed to, and a place to post events to (TMF688).

    It selects from the events of all APIs here and from those posted to it. `header_query` asks about the envelope,
    `content_query` about what stands below `event`; an absent query is met by all.
    """

    name = text_field(help_text="What the topic is called.")
    header_query = models.TextField(
        null=True,
        blank=True,
        verbose_name="header query",
        help_text="Which events, by their envelope, such as `eventType=AlarmCreateEvent&domain=Alarm`.",
    )
    content_query = models.TextField(
        null=True,
        blank=True,
        verbose_name="content query",
        help_text="Which events, by what happened to, such as `event.alarm.perceivedSeverity=critical`.",
    )

    class Meta(Resource.Meta):
        verbose_name = "topic"

    class Api(Resource.Api):
        """As the listeners of the standard have it; there is no PATCH, but the admin changes topics."""

        events: ClassVar = ("Create", "Change", "Delete")

    def clean(self) -> None:
        """Refuse queries that cannot be read."""
        from tmfsite.events.topics import compile_topic

        for name in ("header_query", "content_query"):
            try:
                compile_topic(**{"header": "", "content": "", name.removesuffix("_query"): getattr(self, name) or ""})
            except Invalid as error:
                raise ValidationError({name: error.message}) from error

    def after_delete(self, *, actor: Any) -> None:
        """End the subscriptions; what was posted is forgotten when it is past its time."""
        from tmfsite.events.services import remove_hub

        for hub in self.hubs.all():
            remove_hub(hub=hub)
