"""TMF688 Event v4.0: REST API."""

import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from tmfsite.events.envelope import Envelope
from tmfsite.events.models import Topic
from tmfsite.events.services import post_event
from tmfsite.events.topics import find, find_event
from tmfsite.events.values.topic import Event
from tmfsite.fields.json import Document
from tmfsite.query import parse, project
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.body import read_document
from tmfsite.rest.hubs import readable_apis, topic_of
from tmfsite.rest.nested import NestedViewSet
from tmfsite.rest.pages import answer, page_answer, page_of, root_of
from tmfsite.rest.routers import ApiRouter
from tmfsite.rest.viewsets import ResourceViewSet

# What is always shown of an event: it has no id and no href.
IDENTITY = ("eventId",)

router = ApiRouter(
    OpenApi(
        number=688,
        title="Event",
        version="4.0.0",
        base_path="/tmf-api/event/v4",
        description="Topics that select from the events of all APIs and take those of others, to read and to subscribe to.",
    )
)


@router.resource("topic")
class TopicViewSet(ResourceViewSet):
    """Topics."""

    model = Topic
    verbs = "LGCD"
    has_hubs = True


@router.below("topic", "event")
class TopicEventViewSet(NestedViewSet):
    """The events of a topic: those of the APIs that the caller may read, and those posted to it."""

    value = Event

    def list(self, request: Request, above: str) -> HttpResponse:
        """Answer the events that topic and query select, oldest first."""
        query = parse(request._request.META["QUERY_STRING"])
        page = page_of(query)
        found = find(topic_of(above), query, page, apis=readable_apis(request.auth))
        documents = [_document(event, query.fields) for event in found.events]
        return page_answer(request, documents, page, found.total, exact=found.exact)

    def retrieve(self, request: Request, above: str, uid: str) -> HttpResponse:
        """Answer one event."""
        query = parse(request._request.META["QUERY_STRING"])
        event = find_event(topic_of(above), uid, apis=readable_apis(request.auth))
        return answer(_document(event, query.fields))

    def create(self, request: Request, above: str) -> HttpResponse:
        """Take an event; whether anybody is told of it is for the queries of the topic and its hubs to say."""
        event = post_event(topic=topic_of(above), api=self.api.key, document=read_document(request._request))
        location = f"{root_of(request)}{self.api.base_path}/{self.above}/{above}/{self.collection}/{event.event_id}"
        return answer(orjson.Fragment(event.body()), status=201, headers={"Location": location})


def _document(event: Envelope, fields: tuple[str, ...] | None) -> Document | orjson.Fragment:
    return orjson.Fragment(event.body()) if fields is None else project(event.document(), fields, always=IDENTITY)
