"""The admin of the catalogs: every page of every resource, for every kind of user."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from catalog.admin.entity import content_counts
from catalog.models import (
    Catalog,
    Category,
    ProductOffering,
    ProductOfferingPrice,
    ProductSpecification,
    ResourceCandidate,
    ResourceCatalog,
    ResourceCategory,
    ResourceSpecification,
    ServiceCandidate,
    ServiceCatalog,
    ServiceCategory,
    ServiceSpecification,
)
from tests.catalog import test_resource as resource_contract
from tests.catalog import test_service as service_contract
from tests.framework.test_admin_nested import Sent
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.operations import SYSTEM
from tmfsite.wire import document_of

pytestmark = pytest.mark.django_db

ENTITIES = (
    Catalog,
    Category,
    ProductSpecification,
    ProductOffering,
    ProductOfferingPrice,
    ServiceCatalog,
    ServiceCategory,
    ServiceCandidate,
    ServiceSpecification,
    ResourceCatalog,
    ResourceCategory,
    ResourceCandidate,
    ResourceSpecification,
)
RICH = {
    "name": "Access",
    "description": "Two\nlines",
    "brand": "",
    "x-vendor": {"deep": [1.50, {"a": None}]},
    "validFor": {"startDateTime": "2026-01-02T03:04:05.678+02:00"},
    "productSpecCharacteristic": [
        {
            "name": "Speed",
            "valueType": "number",
            "@type": "Special",
            "x-unit": 1e3,
            "productSpecCharacteristicValue": [
                {"value": 100, "isDefault": False},
                {"value": {"amount": 5, "unit": "GB"}},
                {},
            ],
        }
    ],
    "relatedParty": [{"id": "7", "name": "Norvane", "role": "Owner", "@referredType": "Organization"}],
    "attachment": [],
}


@pytest.fixture
def manager(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("paula"))
    return client


@pytest.fixture
def reader() -> Client:
    user = User.objects.create_user("robert", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(user)
    return client


def make(model: Any = ProductSpecification, **document: Any) -> Any:
    if model is ServiceCandidate:
        document["serviceSpecification"] = {"id": "s"}
    return operations.create(model, {"name": "Access", **document}, actor=SYSTEM).instance


def url(entity: Any, page: str = "change") -> str:
    return reverse(f"admin:{entity._meta.app_label}_{entity._meta.model_name}_{page}", args=[entity.pk])


def form_of(client: Client, address: str) -> dict[str, list[str]]:
    """Return what a browser would submit of a page's untouched form."""
    reader = Sent()
    reader.feed(client.get(address).content.decode())
    data: dict[str, list[str]] = {}
    for name, value in reader.pairs:
        if name and not name.startswith(("csrf", "_", "attribute", "reason")):
            data.setdefault(name, []).append(value)
    return data


@pytest.mark.parametrize("model", ENTITIES)
def test_every_page_opens(model: Any, manager: Client, reader: Client) -> None:
    entity = make(model)
    for page in ("change", "history", "versions", "delete"):
        assert manager.get(url(entity, page)).status_code == 200, page
    for page in ("change", "history", "versions"):
        assert reader.get(url(entity, page)).status_code == 200, page
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert manager.get(reverse(f"{name}_add")).status_code == 200
    assert reader.get(reverse(f"{name}_add")).status_code == 403
    assert entity.name in manager.get(reverse(f"{name}_changelist"), {"q": "Acc"}).content.decode()
    assert manager.get(reverse("admin:index")).status_code == 200
    assert reader.get(reverse("admin:index")).status_code == 200


def test_an_untouched_save_changes_nothing(manager: Client) -> None:
    entity = operations.create(ProductSpecification, json.loads(json.dumps(RICH)), actor=SYSTEM).instance
    entity = operations.get(ProductSpecification, entity.uid)
    before = json.dumps(document_of(entity))
    rows = (Change.objects.count(), Event.objects.count())

    answer = manager.post(url(entity), {**form_of(manager, url(entity)), "_save": ""})

    assert answer.status_code == 302, answer.context["errors"]
    assert Change.objects.first().changes == {}
    assert json.dumps(document_of(operations.get(ProductSpecification, entity.uid))) == before
    assert (Change.objects.count(), Event.objects.count()) == rows


@pytest.mark.parametrize("of", [service_contract.TestServiceSpecification, resource_contract.TestResourceSpecification])
def test_an_untouched_save_of_everything_changes_nothing(of: Any, manager: Client) -> None:
    entity = operations.create(of.model, json.loads(json.dumps(of.full)), actor=SYSTEM).instance
    before = json.dumps(document_of(operations.get(of.model, entity.uid)))

    answer = manager.post(url(entity), {**form_of(manager, url(entity)), "_save": ""})

    assert answer.status_code == 302, answer.context["errors"]
    assert json.dumps(document_of(operations.get(of.model, entity.uid))) == before


def test_the_type_of_a_specification_decides_its_tabs(manager: Client) -> None:
    add = reverse("admin:catalog_resourcespecification_add")
    physical = f"{add}?at_type=PhysicalResourceSpecification"
    assert all(each in manager.get(add).content.decode() for each in ("Device", "Connectivity"))
    assert "Connectivity" not in manager.get(physical).content.decode()
    data = {**form_of(manager, physical), "name": "Router", "vendor": "Acme"}

    answer = manager.post(add, {**data, "at_type": "PhysicalResourceSpecification", "_save": ""})

    assert answer.status_code == 302, answer.content.decode()
    made = ResourceSpecification.objects.get()
    assert (made.at_type, made.at_base_type) == ("PhysicalResourceSpecification", "ResourceSpecification")
    assert made.vendor == "Acme"
    page = manager.get(url(made)).content.decode()
    assert 'name="sku"' in page
    assert "Connectivity" not in page
    logical = make(ResourceSpecification, **{"@type": "LogicalResourceSpecification"})
    assert 'name="sku"' not in manager.get(url(logical)).content.decode()


def test_specifications_of_other_catalogs_are_found_by_name(manager: Client) -> None:
    service = make(ServiceSpecification, name="Broadband", **{"@type": "CustomerFacingServiceSpecification"})
    entity = make()
    data = {**form_of(manager, url(entity)), "service_specification": [service.uid], "_save": ""}
    assert manager.post(url(entity), data).status_code == 302
    entity.refresh_from_db()
    (reference,) = entity.service_specification
    assert (reference["name"], reference["@referredType"]) == ("Broadband", "CustomerFacingServiceSpecification")
    assert "Access" in manager.get(url(service, "delete")).content.decode()


def test_a_save_writes_change_and_event(manager: Client) -> None:
    entity = make()
    data = {**form_of(manager, url(entity)), "description": "New", "tmf_reason": "Because", "_save": ""}

    assert manager.post(url(entity), data).status_code == 302

    change = Change.objects.first()
    assert change is not None
    assert (change.actor_kind, change.actor_name, change.reason) == ("user", "paula", "Because")
    assert change.changes["description"] == [None, "New"]
    assert (
        Event.objects.filter(resource_uid=entity.uid).last().event_type
        == "ProductSpecificationAttributeValueChangeEvent"
    )


def test_moves_follow_the_lifecycle_and_the_permission(manager: Client, reader: Client) -> None:
    entity = make()
    move = url(entity, "move")
    assert manager.get(move).status_code == 405
    assert reader.post(move, {"attribute": "lifecycle_status", "to": "In Design"}).status_code == 403

    manager.post(move, {"attribute": "lifecycle_status", "to": "Launched"})
    entity.refresh_from_db()
    assert entity.lifecycle_status == "In Study"

    manager.post(move, {"attribute": "lifecycle_status", "to": "In Design", "reason": "Ready"})
    entity.refresh_from_db()
    assert entity.lifecycle_status == "In Design"
    assert Change.objects.first().reason == "Ready"


def test_the_state_cannot_be_set_by_the_form(manager: Client) -> None:
    entity = make()
    data = {**form_of(manager, url(entity)), "lifecycle_status": "Launched", "description": "x", "_save": ""}
    manager.post(url(entity), data)
    entity.refresh_from_db()
    assert (entity.lifecycle_status, entity.description) == ("In Study", "x")


def test_a_stale_form_is_refused_and_shows_the_difference(manager: Client) -> None:
    entity = make()
    mine = form_of(manager, url(entity))
    other = operations.get(ProductSpecification, entity.uid)
    other.brand = "Theirs"
    operations.save(other, actor=SYSTEM)

    answer = manager.post(url(entity), {**mine, "description": "Mine", "_save": ""})

    page = answer.content.decode()
    assert "Somebody else saved this meanwhile" in page
    assert "Brand: added “Theirs”" in page
    entity.refresh_from_db()
    assert (entity.brand, entity.description) == ("Theirs", None)

    agreed = {**mine, "description": "Mine", "tmf_overwrite": str(entity.revision), "_save": ""}
    assert manager.post(url(entity), agreed).status_code == 302
    entity.refresh_from_db()
    assert (entity.brand, entity.description) == ("Theirs", "Mine")


def test_an_earlier_state_is_restored(manager: Client, reader: Client) -> None:
    entity = make(brand="Old", productSpecCharacteristic=[{"name": "Colour"}])
    created = Change.objects.first()
    entity.brand, entity.product_spec_characteristic = "New", None
    operations.save(entity, actor=SYSTEM)
    restore = reverse("admin:catalog_productspecification_restore", args=[entity.pk, created.pk])
    assert reader.post(restore).status_code == 403

    manager.post(restore)

    entity.refresh_from_db()
    assert (entity.brand, entity.product_spec_characteristic) == ("Old", [{"name": "Colour"}])
    assert "Characteristics" in manager.get(url(entity, "history")).content.decode()


def test_a_new_version_starts_the_lifecycle_anew(manager: Client) -> None:
    entity = make(lifecycleStatus="Launched", brand="B")

    manager.post(url(entity, "new_version"), {"version": "2.0"})

    first, second = ProductSpecification.objects.order_by("id")
    assert (second.uid, second.version, second.brand) == (entity.uid, "2.0", "B")
    assert (first.lifecycle_status, second.lifecycle_status) == ("Launched", "In Study")
    assert "In Study" in manager.get(url(second, "versions")).content.decode()


def test_an_entity_in_use_is_deleted_only_knowingly(manager: Client) -> None:
    entity = make()
    make(ProductOffering, name="User", productSpecification={"id": entity.uid})
    assert "User" in manager.get(url(entity, "delete")).content.decode()

    manager.post(url(entity, "delete"), {"post": "yes"})
    assert ProductSpecification.objects.exists()

    manager.post(url(entity, "delete"), {"post": "yes", "understood": "1"})
    assert not ProductSpecification.objects.exists()
    assert Event.objects.filter(event_type="ProductSpecificationDeleteEvent").exists()


def test_several_are_deleted_at_once(manager: Client) -> None:
    one, two = make(name="One"), make(name="Two")
    listed = reverse("admin:catalog_productspecification_changelist")
    data = {"action": "delete_selected", "_selected_action": [one.pk, two.pk]}
    assert "Delete 2 product specifications?" in manager.post(listed, data).content.decode()
    manager.post(listed, {**data, "post": "yes"})
    assert not ProductSpecification.objects.exists()


def test_references_are_searched_with_permission(manager: Client, reader: Client) -> None:
    make(Category, name="Broadband")
    make(Category, name="Mobile")
    search = reverse("admin:references")
    found = manager.get(search, {"target": "catalog.category", "term": "broad"}).json()
    assert [each["text"] for each in found["results"]] == ["Broadband · In Study"]
    assert reader.get(search, {"target": "catalog.category"}).status_code == 200
    assert manager.get(search, {"target": "auth.user"}).status_code == 403
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody", is_staff=True))
    assert nobody.get(search, {"target": "catalog.category"}).status_code == 403


def test_references_keep_what_they_say_besides(manager: Client) -> None:
    category = make(Category, name="Broadband")
    elsewhere = {"id": "x9", "name": "Elsewhere", "x-note": 1.0}
    offering = make(ProductOffering, category=[elsewhere])
    data = form_of(manager, url(offering))
    assert "Elsewhere (other system)" in manager.get(url(offering)).content.decode()

    manager.post(url(offering), {**data, "category": [*data["category"], category.uid], "_save": ""})

    offering.refresh_from_db()
    kept, added = offering.category
    assert kept == elsewhere
    assert {
        "id": category.uid,
        "name": "Broadband",
        "version": "1.0",
        "@referredType": "Category",
    }.items() <= added.items()
    assert added["href"].endswith(f"/category/{category.uid}")


def test_readers_see_no_json(reader: Client) -> None:
    entity = operations.create(ProductSpecification, json.loads(json.dumps(RICH)), actor=SYSTEM).instance
    page = reader.get(url(entity)).content.decode()
    assert "Speed" in page
    assert "Norvane" in page
    assert "&#x27;name&#x27;" not in page
    assert "&quot;name&quot;" not in page


@pytest.mark.parametrize(
    ("model", "content"),
    [(Category, ProductOffering), (ServiceCategory, ServiceCandidate), (ResourceCategory, ResourceCandidate)],
)
def test_categories_are_listed_as_a_tree(model: Any, content: Any, manager: Client) -> None:
    top = make(model, name="Top")
    make(model, name="A child", parentId=top.uid)
    make(content, category=[{"id": top.uid}])
    page = manager.get(reverse(f"admin:catalog_{model._meta.model_name}_changelist")).content.decode()
    assert content_counts(model, [top.uid]) == {top.uid: 1}
    assert page.index('tmf-depth-0">Top') < page.index('tmf-depth-1">A child')


def test_every_resource_admin_writes_through_operations() -> None:
    from tmfsite.admin.resource import ResourceAdmin
    from tmfsite.resources.models import Resource

    for model, model_admin in admin.site._registry.items():
        if issubclass(model, Resource):
            assert isinstance(model_admin, ResourceAdmin), model


def test_the_audit_trail_is_readable(manager: Client) -> None:
    make()
    change = Change.objects.first()
    assert manager.get(reverse("admin:audit_change_changelist")).status_code == 200
    assert "Access" in manager.get(reverse("admin:audit_change_change", args=[change.pk])).content.decode()


def test_users_and_groups_have_pages(manager: Client) -> None:
    user = User.objects.get()
    for address in (
        reverse("admin:auth_user_changelist"),
        reverse("admin:auth_user_add"),
        url(user),
        reverse("admin:auth_group_add"),
    ):
        assert manager.get(address).status_code == 200
