"""TMF621 Trouble Ticket Management v4.0: the contract of tickets, their history, and the official sample."""

from typing import ClassVar

import pytest

from assurance.models import TroubleTicket
from tests.assurance.samples import ENTITY, PARTY, differing, official
from tests.caller import Caller
from tests.resource import ResourceTests
from tests.samples import NOTE, PERIOD, TYPED, reference
from tmfsite.events.models import Event
from tmfsite.fields.json import RawFloat

ROUTE = "/tmf-api/troubleTicket/v4/troubleTicket"
MINIMAL = {"description": "No signal", "severity": "Major", "ticketType": "Incident"}


class TestTroubleTicket(ResourceTests):
    model = TroubleTicket
    route = ROUTE
    minimal: ClassVar = MINIMAL
    mandatory = ("description", "severity", "ticketType")
    defaults: ClassVar = {"status": "acknowledged"}
    stamped = ("creationDate", "lastUpdate", "statusChangeDate", "statusChange")
    server_set: ClassVar = {
        "creationDate": "2001-01-01T00:00:00.000Z",
        "lastUpdate": "2001-01-01T00:00:00.000Z",
        "statusChangeDate": "2001-01-01T00:00:00.000Z",
        "statusChange": [{"status": "closed"}],
    }
    unpatchable: ClassVar = server_set
    full: ClassVar = {
        **TYPED,
        **MINIMAL,
        "name": "Signal",
        "priority": "High",
        "status": "acknowledged",
        "statusChangeReason": "Reported by phone",
        "externalId": "EXT-1",
        "expectedResolutionDate": "2026-02-03T12:00:00.000Z",
        "requestedResolutionDate": "2026-02-02T12:00:00+01:00",
        "resolutionDate": "2026-02-04T12:00:00Z",
        "channel": reference("w-1", "Channel"),
        "relatedParty": [PARTY],
        "relatedEntity": [ENTITY],
        "troubleTicketRelationship": [reference("t-2", "TroubleTicket", relationshipType="dependency")],
        "note": [NOTE],
        "attachment": [
            {
                "id": "at-1",
                "href": "https://elsewhere.example.com/at-1",
                "attachmentType": "picture",
                "content": "aGVsbG8=",
                "description": "Screen",
                "mimeType": "image/png",
                "name": "screen.png",
                "url": "https://elsewhere.example.com/screen.png",
                "size": {"amount": RawFloat("1.50"), "units": "MB"},
                "validFor": PERIOD,
                "@referredType": "Attachment",
            }
        ],
    }
    patch: ClassVar = {"priority": "Low", "note": [NOTE, {"text": "Done"}]}
    state = "status"
    moves: ClassVar = {
        "acknowledged": ("inProgress", "rejected", "cancelled"),
        "inProgress": ("pending", "held", "resolved", "cancelled"),
        "pending": ("inProgress", "cancelled"),
        "held": ("inProgress", "cancelled"),
        "resolved": ("closed", "inProgress"),
        "rejected": (),
        "cancelled": (),
        "closed": (),
    }
    events = ("Create", "AttributeValueChange", "StatusChange", "Delete", "Resolved", "InformationRequired")

    def test_events_of_a_move(self) -> None:
        """A ticket that waits asks for information, one that is resolved says so."""
        document = self.create()
        for status, kinds in (
            ("inProgress", ["StatusChange"]),
            ("pending", ["StatusChange", "InformationRequired"]),
            ("inProgress", ["StatusChange"]),
            ("resolved", ["StatusChange", "AttributeValueChange", "Resolved"]),
        ):
            Event.objects.all().delete()
            self.api.patch(self.url(document), {"status": status})
            assert self.happened() == [f"TroubleTicket{kind}Event" for kind in kinds]


@pytest.mark.django_db
def test_history_of_a_ticket() -> None:
    call = Caller("all")
    ticket = call.post(ROUTE, MINIMAL).body
    url = f"{ROUTE}/{ticket['id']}"
    assert ticket["statusChange"] == [{"status": "acknowledged", "changeDate": ticket["creationDate"]}]
    call.patch(url, {"status": "inProgress", "statusChangeReason": "Engineer on the way"})
    call.patch(url, {"priority": "High"})
    after = call.patch(url, {"status": "resolved"}).body
    assert [(each["status"], each.get("changeReason")) for each in after["statusChange"]] == [
        ("acknowledged", None),
        ("inProgress", "Engineer on the way"),
        ("resolved", None),
    ]
    assert after["resolutionDate"] == after["statusChangeDate"] == after["lastUpdate"]
    assert call.get(url).body == after


@pytest.mark.django_db
@pytest.mark.parametrize("sample", official(621).values(), ids=official(621))
def test_official_sample(sample) -> None:
    call = Caller("all")
    made = call.post(ROUTE, sample)
    assert made.status == 201, made.response.content
    stamps = ("creationDate", "lastUpdate", "statusChange", "statusChangeDate")
    assert differing(sample, made.body, *stamps) == {}
    assert differing(sample, call.get(f"{ROUTE}/{made.body['id']}").body, *stamps) == {}
