"""TMF641 Service Ordering Management: admin."""

from typing import ClassVar

from django.contrib import admin

from inventory.values.service import SERVICE_STATES
from ordering.admin.order import (
    ACTION_CHOICES,
    ITEM_HELP,
    ITEM_LABELS,
    RELATIONSHIPS,
    STATE_CHOICES,
    CancelOrderAdmin,
    OrderAdmin,
)
from ordering.models import CancelServiceOrder, ServiceOrder
from ordering.values import service as values
from tmfsite.admin.filters import refers_to
from tmfsite.admin.nested import describe

describe(values.ServiceOrderRef, fields=("id",), more=("name",), item="order")
describe(
    values.ServiceOrderRelationship,
    fields=("relationshipType", "id"),
    more=(),
    labels={"relationshipType": "This order", "id": "Order"},
    suggestions={"relationshipType": ("dependsOn", "replaces", "follows")},
    item="order",
)
describe(
    values.ExternalReference,
    fields=("name", "externalReferenceType", "id"),
    more=(),
    labels={"name": "Name there", "externalReferenceType": "Where", "id": "ID"},
    item="name elsewhere",
)
describe(
    values.ServiceOrderItemRef,
    fields=("itemId", "serviceOrderId"),
    more=(),
    labels={"itemId": "Item number", "serviceOrderId": "Of order"},
    title=("itemId",),
    item="item",
    layout="table",
)
describe(
    values.ServiceOrderItemRelationship,
    fields=("relationshipType", "orderItem"),
    labels={"relationshipType": "This item", "orderItem": "Item"},
    suggestions={"relationshipType": RELATIONSHIPS},
    title=("relationshipType",),
    item="tie",
)
describe(
    values.ErrorMessage,
    fields=("reason", "message", "code"),
    more=("status", "referenceError", "timestamp", "serviceOrderItem"),
    labels={"timestamp": "When", "referenceError": "More about it", "serviceOrderItem": "Items"},
    title=("reason", "message", "code"),
    item="error",
)
describe(
    values.ServiceOrderMilestone,
    fields=("name", "milestoneDate", "status", "message"),
    more=("description", "serviceOrderItem"),
    labels={"milestoneDate": "When", "serviceOrderItem": "Items"},
    item="milestone",
)
describe(
    values.ServiceOrderJeopardyAlert,
    fields=("name", "alertDate", "jeopardyType", "message"),
    more=("exception", "serviceOrderItem"),
    labels={"alertDate": "When", "jeopardyType": "Kind", "serviceOrderItem": "Items"},
    item="warning",
)
describe(
    values.OrderedService,
    fields=("id", "serviceSpecification", "state", "serviceCharacteristic"),
    more=(
        "name", "description", "category", "serviceType", "feature", "place", "startMode", "startDate", "endDate",
        "isBundle", "isServiceEnabled", "isStateful", "hasStarted", "relatedParty", "relatedEntity",
        "serviceRelationship", "supportingService", "supportingResource", "note",
    ),
    labels={
        "serviceSpecification": "Specification", "state": "To be", "serviceCharacteristic": "Characteristics",
        "serviceType": "Kind of service", "feature": "Features", "place": "Places", "startMode": "Started by",
        "startDate": "From", "endDate": "Until", "isBundle": "Bundle", "isServiceEnabled": "Enabled",
        "isStateful": "Keeps a state", "hasStarted": "Has started", "relatedParty": "Parties",
        "relatedEntity": "Related to", "serviceRelationship": "Ties to other services",
        "supportingService": "Rests on services", "supportingResource": "Rests on resources", "note": "Notes",
    },
    suggestions={"state": SERVICE_STATES},
    widths={"serviceSpecification": 6, "state": 6},
    title=("name", "serviceSpecification", "id"),
    layout="cards",
    item="service",
)  # fmt: skip
describe(
    values.ServiceOrderItem,
    fields=("id", "action", "quantity", "state", "service"),
    more=("appointment", "serviceOrderItemRelationship", "serviceOrderItem", "errorMessage"),
    labels={
        **ITEM_LABELS, "serviceOrderItemRelationship": "Ties to other items", "serviceOrderItem": "Items inside",
        "errorMessage": "Errors",
    },
    help=ITEM_HELP,
    choices={"action": ACTION_CHOICES, "state": STATE_CHOICES},
    widths={"id": 2, "action": 4, "quantity": 2, "state": 4},
    title=("service", "id"),
    item="item",
)  # fmt: skip


@admin.register(ServiceOrder)
class ServiceOrderAdmin(OrderAdmin):
    """What is ordered from those who run services."""

    icon = "assignment"
    sidebar_order = 20
    list_filter = (
        *OrderAdmin.list_filter, refers_to("serviceOrderItem.service.serviceSpecification", "specification"),
    )  # fmt: skip
    labels: ClassVar[dict[str, str]] = {
        **OrderAdmin.labels, "service_order_item": "Items", "order_relationship": "Related orders",
        "milestone": "Milestones", "jeopardy_alert": "Warnings", "error_message": "Errors",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            "description", ("external_id", "category", "priority"), "related_party",
            ("requested_start_date", "requested_completion_date", "expected_completion_date"),
            ("order_date", "start_date", "completion_date"), ("cancellation_date", "cancellation_reason"),
            "notification_contact",
        ],
        "Items": ["service_order_item"],
        "Progress": ["milestone", "jeopardy_alert", "error_message"],
        "Relations": ["order_relationship", "external_reference"],
        "Notes": ["note"],
    }  # fmt: skip


@admin.register(CancelServiceOrder)
class CancelServiceOrderAdmin(CancelOrderAdmin):
    """Requests to cancel service orders."""

    sidebar_order = 25
    labels: ClassVar[dict[str, str]] = {**CancelOrderAdmin.labels, "service_order": "Order"}
    tabs: ClassVar = {
        "Overview": [
            "service_order", "cancellation_reason", ("requested_cancellation_date", "effective_cancellation_date"),
            "completion_message", "error_message",
        ]
    }  # fmt: skip
