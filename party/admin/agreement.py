"""TMF651 Agreement Management: admin."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib import admin
from unfold.decorators import display

from party.models.agreement import Agreement, AgreementSpecification
from party.values import agreement as values
from tmfsite.admin.nested import describe
from tmfsite.admin.resource import ResourceAdmin

describe(
    values.AgreementItem,
    fields=("productOffering", "product", "termOrCondition"),
    more=(),
    labels={"productOffering": "Offerings", "product": "Products", "termOrCondition": "Clauses"},
    title=(),
    item="item",
)
describe(
    values.AgreementTermOrCondition,
    fields=("description", "validFor"),
    more=("id",),
    labels={"description": "Clause", "validFor": "Valid", "id": "Number"},
    title=("description",),
    item="clause",
)
describe(
    values.AgreementAuthorization,
    fields=("signatureRepresentation", "state", "date"),
    more=(),
    labels={"signatureRepresentation": "Signature"},
    suggestions={"state": ("signed", "pending", "refused"), "signatureRepresentation": ("digital", "by hand")},
    title=("signatureRepresentation", "state"),
    item="signature",
    layout="table",
)
describe(values.ProductOfferingRef, fields=("id",), more=("name",), item="offering")
describe(values.CategoryRef, fields=("id",), more=("name", "version"), item="category")
describe(
    values.AgreementSpecificationRelationship,
    fields=("id", "relationshipType"),
    more=("name", "validFor"),
    labels={"relationshipType": "Kind", "validFor": "Valid"},
    suggestions={"relationshipType": ("dependency", "exclusivity", "migration", "substitution")},
    item="template",
)
describe(
    values.AgreementSpecCharacteristic,
    fields=("name", "valueType", "configurable", "description", "specCharacteristicValue"),
    more=("validFor",),
    labels={
        "valueType": "Type of value", "configurable": "Chosen per agreement", "specCharacteristicValue": "Allowed values",
        "validFor": "Valid",
    },
    widths={"name": 5, "valueType": 3, "configurable": 4},
    item="characteristic",
    collapsed=True,
)  # fmt: skip
describe(
    values.AgreementSpecCharacteristicValue,
    fields=("value", "unitOfMeasure", "default", "valueFrom", "valueTo"),
    more=("valueType", "validFor"),
    labels={"unitOfMeasure": "Unit", "valueFrom": "From", "valueTo": "To", "valueType": "Type", "validFor": "Valid"},
    title=("value",),
    item="value",
    layout="table",
)


@admin.register(Agreement)
class AgreementAdmin(ResourceAdmin):
    """What parties agreed on."""

    icon = "contract"
    sidebar_order = 10
    list_display = ("name", "state", "agreement_type", "parties", "version", "updated")
    list_filter = ("status", "agreement_type")
    search_fields = ("name", "description", "uid")
    suggestions: ClassVar[dict[str, Sequence[str]]] = {"agreement_type": ("commercial", "wholesale", "licence", "SLA")}
    labels: ClassVar[dict[str, str]] = {
        "status": "State", "agreement_type": "Kind of agreement", "document_number": "Document number",
        "statement_of_intent": "Intent", "initial_date": "Begun on", "agreement_period": "Valid",
        "completion_date": "Completed", "engaged_party": "Parties", "agreement_specification": "Template",
        "agreement_item": "Items", "agreement_authorization": "Signatures", "associated_agreement": "Related agreements",
        "characteristic": "Characteristics",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": [
            "name", "description", ("agreement_type", "version", "document_number"), "statement_of_intent",
            "initial_date", "agreement_period", "completion_date", "agreement_specification",
        ],
        "Parties": ["engaged_party", "agreement_authorization"],
        "Items": ["agreement_item"],
        "Relations": ["associated_agreement"],
        "Characteristics": ["characteristic"],
    }  # fmt: skip

    @display(description="Parties")
    def parties(self, agreement: Agreement) -> str:
        """Names of the parties."""
        return ", ".join(str(each.get("name") or each.get("id")) for each in agreement.engaged_party or []) or "—"


@admin.register(AgreementSpecification)
class AgreementSpecificationAdmin(ResourceAdmin):
    """Templates of agreements."""

    dashboard = False
    icon = "description"
    sidebar_order = 20
    list_display = ("name", "version", "state", "is_bundle", "updated")
    list_filter = ("lifecycle_status", "is_bundle")
    labels: ClassVar[dict[str, str]] = {
        "lifecycle_status": "State", "valid_for": "Valid", "is_bundle": "Bundle", "service_category": "Service category",
        "specification_characteristic": "Characteristics", "specification_relationship": "Related templates",
        "attachment": "Attachments", "related_party": "Parties",
    }  # fmt: skip
    tabs: ClassVar = {
        "Overview": ["name", "description", ("version", "is_bundle"), "service_category", "valid_for"],
        "Attachments": ["attachment"],
        "Characteristics": ["specification_characteristic"],
        "Relations": ["specification_relationship", "related_party"],
    }
