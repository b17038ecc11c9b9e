"""TMF688 Event: admin."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from tmfsite.admin.resource import ResourceAdmin
from tmfsite.events.models import Topic


@admin.register(Topic)
class TopicAdmin(ResourceAdmin):
    """What systems listen to: which events, and how many listen."""

    icon = "rss_feed"
    sidebar_order = 10
    dashboard = False
    list_display = ("title", "header_query", "content_query", "subscribers", "updated")
    search_fields = ("name", "uid", "header_query", "content_query")
    labels = {"header_query": "Which events", "content_query": "About what"}
    helps = {
        "header_query": "By what the event says of itself. Empty: all events. "
        "Example: eventType=TroubleTicketCreateEvent,TroubleTicketStatusChangeEvent or domain=TroubleTicket.",
        "content_query": "By what it happened to. Empty: whatever it is. Example: troubleTicket.severity=Critical.",
    }
    tabs = {"Overview": ["name", "header_query", "content_query"]}

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Topic]":
        return super().get_queryset(request).annotate(hub_count=Count("hubs"))

    @display(description="Topic", ordering="name")
    def title(self, topic: Topic) -> str:
        """Its name, or what stands in for it."""
        return str(topic)

    @display(description="Subscriptions", ordering="hub_count")
    def subscribers(self, topic: Topic) -> int:
        """How many clients are told of its events."""
        return topic.hub_count  # type: ignore[attr-defined]
