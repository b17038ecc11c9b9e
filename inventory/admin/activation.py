"""TMF640 Service Activation and Configuration: admin."""

from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from inventory.models import Monitor
from inventory.values import activation as values
from tmfsite.admin.nested import describe
from tmfsite.admin.record import RecordAdmin

describe(values.HeaderItem, fields=("name", "value"), more=(), item="header", layout="table")
describe(values.Request, fields=("method", "to", "body", "header"), more=(), labels={"to": "Address"}, item="request")
describe(
    values.Response, fields=("statusCode", "body", "header"), more=(), labels={"statusCode": "Status"}, item="answer"
)


@admin.register(Monitor)
class MonitorAdmin(RecordAdmin):
    """Requests that are carried out later."""

    icon = "hourglass_top"
    sidebar_order = 20
    list_display = ("method", "address", "state", "answer", "updated")
    list_filter = ("state",)
    search_fields = ("uid", "source_href")
    date_hierarchy = "created"
    labels: ClassVar[dict[str, str]] = {"source_href": "Service", "response": "Answer"}
    tabs: ClassVar = {"Overview": ["source_href"], "Request": ["request"], "Answer": ["response"]}

    @display(description="Method")
    def method(self, monitor: Monitor) -> str:
        """What is to be done."""
        return str((monitor.request or {}).get("method") or "—")

    @display(description="Address")
    def address(self, monitor: Monitor) -> str:
        """With what."""
        return str((monitor.request or {}).get("to") or "—")

    @display(description="Answer")
    def answer(self, monitor: Monitor) -> str:
        """Status of the answer."""
        return str((monitor.response or {}).get("statusCode") or "—")
