"""TMF640 Service Activation and Configuration: value types."""

from tmfsite.fields.values import Extensible, Text


class HeaderItem(Extensible):
    """A header of a request or response."""

    name: Text
    value: Text


class Request(Extensible):
    """What a client asked for."""

    method: Text | None = None
    to: Text | None = None
    body: Text
    header: list[HeaderItem]


class Response(Extensible):
    """What came of it."""

    status_code: Text | None = None
    body: Text
    header: list[HeaderItem]
