"""The bytes and headers of an event."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from tmfsite.events.envelope import Envelope, secret_key, signed_headers

EVENT_ID = "0d3ae4cd-2b8a-4c0c-9dd5-4ea01b7d3f52"


def envelope(payload: str = '{"id":"7","price":1.0}', correlation_id: str | None = None) -> Envelope:
    return Envelope(
        id=1,
        event_id=EVENT_ID,
        event_type="ProductOfferingCreateEvent",
        event_time=datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC),
        api="tmf620",
        resource_path="productOffering",
        resource_uid="7",
        correlation_id=correlation_id,
        payload=payload,
    )


def test_body_is_the_v4_event_with_the_payload_as_stored() -> None:
    assert envelope(correlation_id="req-1").body().decode() == (
        '{"eventId":"0d3ae4cd-2b8a-4c0c-9dd5-4ea01b7d3f52","eventTime":"2026-01-31T12:00:00.123Z",'
        '"eventType":"ProductOfferingCreateEvent","correlationId":"req-1","domain":"ProductOffering",'
        '"title":"ProductOfferingCreateEvent",'
        '"description":"ProductOfferingCreateEvent of ProductOffering 7","priority":"1",'
        '"timeOcurred":"2026-01-31T12:00:00.123Z","event":{"productOffering":{"id":"7","price":1.0}}}'
    )


def test_no_correlation_id_no_attribute() -> None:
    assert "correlationId" not in orjson.loads(envelope().body())


def test_bytes_are_the_same_in_every_process() -> None:
    assert envelope().body() == envelope().body()
    assert envelope().body(("event.productOffering.id",)) == envelope().body(("event.productOffering.id",))


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        (("event.productOffering.id",), {"productOffering": {"id": "7"}}),
        (("event",), {"productOffering": {"id": "7", "price": 1.0}}),
        (("event.unknown",), {}),
        ((), None),
    ],
)
def test_fields_of_the_query_trim_the_event(fields: tuple[str, ...], event: Any) -> None:
    document = orjson.loads(envelope().body(fields))
    assert document.get("event") == event
    assert document.keys() - {"event"} == {"eventId", "eventTime", "eventType"}


def test_trimming_keeps_the_spelling_of_numbers() -> None:
    assert b'"price":1.0' in envelope().body(("event.productOffering.price",))


def test_signature_is_that_of_standard_webhooks() -> None:
    headers = signed_headers(
        key=secret_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_that_is_not_base64_is_taken_as_text() -> None:
    assert secret_key("a plain secret") == b"a plain secret"
    assert secret_key("whsec_not base64!") == b"whsec_not base64!"


def test_all_tries_of_an_event_share_a_trace() -> None:
    tries = [signed_headers(key=b"k", event_id=EVENT_ID, timestamp=1, body=b"")["traceparent"] for _ in range(2)]
    version, trace, span, flags = tries[0].split("-")
    assert (version, trace, flags) == ("00", EVENT_ID.replace("-", ""), "01")
    assert len(span) == 16
    assert tries[0] != tries[1]
    assert tries[1].startswith(f"00-{trace}-")
