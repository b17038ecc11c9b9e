"""TMF652 Resource Ordering Management: admin."""

from typing import ClassVar

from django.contrib import admin

from inventory.values.resource import ADMINISTRATIVE_STATES, OPERATIONAL_STATES, RESOURCE_STATUSES, USAGE_STATES
from ordering.admin.order import ITEM_HELP, ITEM_LABELS, RELATIONSHIPS, STATE_CHOICES, CancelOrderAdmin, OrderAdmin
from ordering.models import CancelResourceOrder, ResourceOrder
from ordering.values import resource as values
from tmfsite.admin.nested import describe

describe(values.ResourceOrderRef, fields=("id",), more=("name",), item="order")
describe(
    values.ExternalId,
    fields=("id", "owner", "entityType"),
    more=(),
    labels={"id": "Number there", "owner": "Whose number", "entityType": "What it numbers"},
    item="number elsewhere",
    layout="table",
)
describe(
    values.ResourceOrderItemRef,
    fields=("itemId", "resourceOrderId"),
    more=(),
    labels={"itemId": "Item number", "resourceOrderId": "Of order"},
    title=("itemId",),
    item="item",
)
describe(
    values.ResourceOrderItemRelationship,
    fields=("relationshipType", "orderItem"),
    labels={"relationshipType": "This item", "orderItem": "Item"},
    suggestions={"relationshipType": RELATIONSHIPS},
    title=("relationshipType",),
    item="tie",
)
describe(
    values.OrderedResource,
    fields=("id", "name", "description", "resourceCharacteristic", "place"),
    more=(
        "category", "resourceSpecification", "resourceVersion", "startOperatingDate", "endOperatingDate",
        "administrativeState", "operationalState", "usageState", "resourceStatus", "attachment", "relatedParty",
        "resourceRelationship", "note",
    ),
    labels={
        "resourceCharacteristic": "Characteristics", "resourceSpecification": "Specification",
        "resourceVersion": "Version", "startOperatingDate": "In operation from", "endOperatingDate": "Until",
        "administrativeState": "Administrative state", "operationalState": "Operational state",
        "usageState": "Usage", "resourceStatus": "Status", "attachment": "Documents", "relatedParty": "Parties",
        "resourceRelationship": "Ties to other resources", "note": "Notes",
    },
    suggestions={
        "administrativeState": ADMINISTRATIVE_STATES, "operationalState": OPERATIONAL_STATES,
        "usageState": USAGE_STATES, "resourceStatus": RESOURCE_STATUSES,
    },
    title=("name", "resourceSpecification", "id"),
    layout="cards",
    item="resource",
)  # fmt: skip
describe(
    values.ResourceOrderItem,
    fields=("id", "action", "quantity", "state", "resourceSpecification", "resource"),
    more=("appointment", "orderItemRelationship"),
    labels={**ITEM_LABELS, "resourceSpecification": "Specification", "orderItemRelationship": "Ties to other items"},
    help=ITEM_HELP,
    suggestions={
        "action": ("add", "modify", "delete", "no_change"),
        "state": [state for state, _ in STATE_CHOICES],
    },
    widths={"id": 2, "action": 4, "quantity": 2, "state": 4},
    title=("resource", "resourceSpecification", "id"),
    item="item",
)


@admin.register(ResourceOrder)
class ResourceOrderAdmin(OrderAdmin):
    """What is ordered from those who run resources."""

    icon = "construction"
    sidebar_order = 30
    search_fields = ("name", *OrderAdmin.search_fields)
    labels: ClassVar[dict[str, str]] = {**OrderAdmin.labels, "order_item": "Items", "order_type": "Kind of order"}
    tabs: ClassVar = {
        "Overview": [
            "name", "description", ("order_type", "category"), ("external_id", "priority"), "related_party",
            ("requested_start_date", "requested_completion_date", "expected_completion_date"),
            ("order_date", "start_date", "completion_date"),
        ],
        "Items": ["order_item"],
        "Elsewhere": ["external_reference"],
        "Notes": ["note"],
    }  # fmt: skip


@admin.register(CancelResourceOrder)
class CancelResourceOrderAdmin(CancelOrderAdmin):
    """Requests to cancel resource orders."""

    sidebar_order = 35
    labels: ClassVar[dict[str, str]] = {**CancelOrderAdmin.labels, "resource_order": "Order"}
    tabs: ClassVar = {
        "Overview": [
            "resource_order", "cancellation_reason", ("requested_cancellation_date", "effective_cancellation_date"),
        ]
    }  # fmt: skip
