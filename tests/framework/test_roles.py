"""What the seeded groups may do, in the admin and through the APIs: a table of (group, request, status)."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import Category
from tmfsite import operations
from tmfsite.operations import SYSTEM
from tmfsite.resources.registry import publications

pytestmark = pytest.mark.django_db

API = "/tmf-api"
CATALOG = f"{API}/productCatalogManagement/v4"
OK, INVALID, FORBIDDEN = 200, 400, 403

# A POST without content shows whether its sender may write: then it is invalid, and else forbidden.
TABLE = [
    ("Product manager", "GET /admin/catalog/productoffering/add/", OK),
    ("Product manager", "GET /admin/catalog/importjob/add/", OK),
    ("Product manager", "GET /admin/catalog/serviceimportjob/add/", OK),
    ("Product manager", "GET /admin/catalog/resourcecategory/add/", OK),
    ("Product manager", "GET /admin/party/partnership/add/", OK),
    ("Product manager", "GET /admin/party/agreementspecification/add/", OK),
    ("Product manager", "GET /admin/party/customer/", OK),
    ("Product manager", "GET /admin/party/customer/add/", FORBIDDEN),
    ("Product manager", "GET /admin/inventory/product/", OK),
    ("Product manager", "GET /admin/inventory/product/add/", FORBIDDEN),
    ("Product manager", "GET /admin/ordering/productorder/", OK),
    ("Product manager", "GET /admin/assurance/troubleticket/", FORBIDDEN),
    ("Product manager", "GET /admin/resources/extensiontype/", FORBIDDEN),
    ("Product manager", "GET /admin/events/topic/", FORBIDDEN),
    ("Product manager", "GET /admin/audit/change/", FORBIDDEN),
    ("Product manager", f"POST {CATALOG}/productOffering", INVALID),
    ("Product manager", f"POST {API}/productOrderingManagement/v4/productOrder", FORBIDDEN),
    ("Order manager", "GET /admin/ordering/productorder/add/", OK),
    ("Order manager", "GET /admin/ordering/cancelserviceorder/add/", OK),
    ("Order manager", "GET /admin/party/customer/add/", OK),
    ("Order manager", "GET /admin/party/individual/add/", OK),
    ("Order manager", "GET /admin/party/billingaccount/add/", FORBIDDEN),
    ("Order manager", "GET /admin/catalog/productoffering/", OK),
    ("Order manager", "GET /admin/catalog/productoffering/add/", FORBIDDEN),
    ("Order manager", "GET /admin/inventory/resourcepool/", OK),
    ("Order manager", "GET /admin/inventory/resourcepool/add/", FORBIDDEN),
    ("Order manager", "GET /admin/assurance/alarm/", FORBIDDEN),
    ("Order manager", f"POST {CATALOG}/productOffering", FORBIDDEN),
    ("Inventory manager", "GET /admin/inventory/resource/add/", OK),
    ("Inventory manager", "GET /admin/inventory/resourcepool/add/", OK),
    ("Inventory manager", "GET /admin/inventory/reservation/add/", OK),
    ("Inventory manager", "GET /admin/inventory/monitor/", OK),
    ("Inventory manager", "GET /admin/inventory/monitor/add/", FORBIDDEN),
    ("Inventory manager", "GET /admin/ordering/resourceorder/", OK),
    ("Inventory manager", "GET /admin/ordering/resourceorder/add/", FORBIDDEN),
    ("Inventory manager", f"POST {API}/resourcePoolManagement/v4/reservation", INVALID),
    ("Inventory manager", f"POST {API}/serviceInventory/v4/service", INVALID),
    ("Assurance agent", "GET /admin/assurance/troubleticket/add/", OK),
    ("Assurance agent", "GET /admin/assurance/serviceproblem/add/", OK),
    ("Assurance agent", "GET /admin/assurance/servicelevelobjective/add/", OK),
    ("Assurance agent", "GET /admin/assurance/measurementcollectionjob/add/", OK),
    ("Assurance agent", "GET /admin/inventory/service/", OK),
    ("Assurance agent", "GET /admin/inventory/service/add/", FORBIDDEN),
    ("Assurance agent", "GET /admin/events/hub/", FORBIDDEN),
    ("Assurance agent", f"POST {API}/troubleTicket/v4/troubleTicket", INVALID),
    ("Billing", "GET /admin/party/billingaccount/add/", OK),
    ("Billing", "GET /admin/party/customerbillondemand/add/", OK),
    ("Billing", "GET /admin/party/refund/add/", OK),
    ("Billing", "GET /admin/party/billingcyclespecification/add/", OK),
    ("Billing", "GET /admin/party/customer/", OK),
    ("Billing", "GET /admin/party/customer/add/", FORBIDDEN),
    ("Billing", "GET /admin/party/agreement/add/", FORBIDDEN),
    ("Billing", "GET /admin/assurance/troubleticket/", FORBIDDEN),
    ("Billing", f"POST {API}/accountManagement/v4/billingAccount", INVALID),
    ("Billing", f"POST {API}/customerManagement/v4/customer", FORBIDDEN),
    ("Auditor", "GET /admin/audit/change/", OK),
    ("Auditor", "GET /admin/events/topic/", OK),
    ("Auditor", "GET /admin/events/hub/", OK),
    ("Auditor", "GET /admin/events/delivery/", OK),
    ("Auditor", "GET /admin/events/event/", OK),
    ("Auditor", "GET /admin/resources/extensiontype/", OK),
    ("Auditor", "GET /admin/rest/apiclient/", OK),
    ("Auditor", "GET /admin/rest/apiclient/add/", FORBIDDEN),
    ("Auditor", "GET /admin/events/hub/add/", FORBIDDEN),
    ("Auditor", "GET /admin/assurance/alarm/", OK),
    ("Auditor", "GET /admin/catalog/productoffering/add/", FORBIDDEN),
    ("Auditor", "GET /admin/auth/user/", FORBIDDEN),
    ("Auditor", f"POST {CATALOG}/productOffering", FORBIDDEN),
    ("API reader", f"GET {CATALOG}/productOffering", OK),
    ("API reader", f"POST {CATALOG}/productOffering", FORBIDDEN),
    ("API reader", f"POST {API}/event/v4/topic", FORBIDDEN),
    ("API reader", "GET /admin/rest/apiclient/", FORBIDDEN),
    ("API reader", "GET /admin/audit/change/", FORBIDDEN),
]  # fmt: skip


def member(group: str) -> Client:
    """Return a client with a new member of a group signed in."""
    user = User.objects.create_user("member", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("group", "request_line", "status"), TABLE, ids=[f"{each[0]}: {each[1]}" for each in TABLE])
def test_request(group: str, request_line: str, status: int) -> None:
    method, _, url = request_line.partition(" ")
    content = {"data": "{}", "content_type": "application/json"} if method == "POST" else {}
    assert member(group).generic(method, url, **content).status_code == status


def test_api_readers_read_every_api() -> None:
    client = member("API reader")
    routes = [each.route for each in publications() if "L" in each.verbs]
    assert {route: client.get(route).status_code for route in routes} == dict.fromkeys(routes, 200)


@pytest.mark.parametrize("group", ["Product manager", "Billing", "Auditor"])
def test_the_history_of_what_one_may_see(group: str) -> None:
    category = operations.create(Category, {"name": "Mobile"}, actor=SYSTEM).instance
    assert member(group).get(f"/admin/catalog/category/{category.pk}/history/").status_code == 200


def test_people_without_a_role_see_nothing() -> None:
    client = Client()
    client.force_login(User.objects.create_user("new", is_staff=True))
    category = operations.create(Category, {"name": "Mobile"}, actor=SYSTEM).instance
    assert client.get(f"/admin/catalog/category/{category.pk}/history/").status_code == 403
    assert client.get(f"{CATALOG}/category").status_code == 403
