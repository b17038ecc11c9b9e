"""The admin of parties: every page of every resource opens, and what was not edited stays as it was."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from party.models import BillingAccount, CustomerBill, Individual, Payment
from tests.catalog.test_admin import form_of
from tests.party import (
    test_account,
    test_agreement,
    test_billing,
    test_customer,
    test_partnership,
    test_party,
    test_payment,
    test_role,
)
from tests.resource import ResourceTests
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.operations import SYSTEM
from tmfsite.resources.models import Resource
from tmfsite.wire import document_of

pytestmark = pytest.mark.django_db

MODULES = (
    test_account,
    test_agreement,
    test_billing,
    test_customer,
    test_partnership,
    test_party,
    test_payment,
    test_role,
)
SAMPLES = [
    (each.model, each.full)
    for module in MODULES
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, ResourceTests) and "model" in vars(each)
]
EVERY = pytest.mark.parametrize(("model", "full"), SAMPLES, ids=[model.__name__ for model, _ in SAMPLES])
READ_ONLY = {"Payment", "Refund", "CustomerBillOnDemand"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("paula"))
    return client


def url(model: type[Resource], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def test_every_resource_is_here() -> None:
    assert len({model for model, _ in SAMPLES}) == 20


@EVERY
def test_pages_open(boss: Client, model: type[Resource], full: dict[str, Any]) -> None:
    entity = operations.create(model, full, actor=SYSTEM).instance
    operations.create(model, {name: full[name] for name in model.Api.mandatory}, actor=SYSTEM)
    for address in (
        url(model, "changelist"),
        url(model, "changelist") + "?q=a",
        url(model, "add"),
        url(model, "change", entity.pk),
        url(model, "history", entity.pk),
        url(model, "delete", entity.pk),
    ):
        assert boss.get(address).status_code == 200, address


@EVERY
def test_saving_without_an_edit_changes_nothing(boss: Client, model: type[Resource], full: dict[str, Any]) -> None:
    entity = operations.create(model, full, actor=SYSTEM).instance
    before = document_of(entity)
    address = url(model, "change", entity.pk)
    answer = boss.post(address, form_of(boss, address))
    assert answer.status_code == (403 if model.__name__ in READ_ONLY else 302), answer.content[:2000]
    assert document_of(model.objects.get(pk=entity.pk)) == before
    assert Change.objects.count() == 1


def test_an_edit_is_saved(boss: Client) -> None:
    entity = operations.create(Individual, test_party.TestIndividual.full, actor=SYSTEM).instance
    address = url(Individual, "change", entity.pk)
    answer = boss.post(address, {**form_of(boss, address), "family_name": "Roe"})
    assert answer.status_code == 302
    entity = Individual.objects.get(pk=entity.pk)
    assert document_of(entity) == {**test_party.TestIndividual.full, **_identity(entity), "familyName": "Roe"}


def _identity(entity: Any) -> dict[str, Any]:
    return {name: document_of(entity)[name] for name in ("id", "href")}


def test_what_is_mandatory_is_asked_for(boss: Client) -> None:
    address = url(BillingAccount, "add")
    answer = boss.post(address, {**form_of(boss, address), "name": "Home"})
    assert answer.status_code == 200 and "mandatory" in answer.content.decode()
    assert not BillingAccount.objects.exists()


def test_a_bill_is_moved_but_not_edited(boss: Client) -> None:
    bill = operations.create(CustomerBill, test_billing.BILL, actor=SYSTEM).instance
    page = boss.get(url(CustomerBill, "change", bill.pk)).content.decode()
    assert 'name="bill_no"' not in page and "19.90 EUR" in page
    boss.post(url(CustomerBill, "move", bill.pk), {"attribute": "state", "to": "sent", "reason": "Printed"})
    bill.refresh_from_db()
    assert bill.state == "sent"
    assert Change.objects.latest("id").reason == "Printed"


def test_a_payment_is_noted_by_hand(boss: Client) -> None:
    address = url(Payment, "add")
    page = boss.get(address).content.decode()
    assert 'name="status"' not in page and 'name="payment_date"' not in page
