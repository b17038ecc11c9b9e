"""The admin of assurance: every page opens, and alarms are handled in the list."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from assurance.models import AckAlarms, Alarm, ClearAlarms
from tests.assurance import test_alarm, test_performance, test_problem, test_quality, test_ticket
from tests.resource import ResourceTests
from tmfsite import operations

CASES = [
    case
    for module in (test_ticket, test_alarm, test_problem, test_quality, test_performance)
    for case in vars(module).values()
    if isinstance(case, type) and issubclass(case, ResourceTests) and case.__dict__.get("model")
]


@pytest.fixture
def browser(db: None) -> Client:
    """A browser in which an administrator is logged in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_every_resource_has_a_case() -> None:
    resources = set(apps.get_app_config("assurance").get_models())
    assert {case.model for case in CASES} == resources


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.model.__name__)
def test_pages(browser: Client, case: Any) -> None:
    """The list, the form of a full resource and the empty form."""
    if case.model.__name__.startswith("Problem"):
        for uid in ("sp-1", "sp-2"):
            body = {**test_problem.MINIMAL, "id": uid}
            operations.create(test_problem.ServiceProblem, body, actor=operations.SYSTEM, trusted=True)
    made = operations.create(case.model, case.full, actor=operations.SYSTEM).instance
    base = f"admin:assurance_{case.model._meta.model_name}"
    assert browser.get(reverse(f"{base}_changelist")).status_code == 200
    assert browser.get(reverse(f"{base}_change", args=[made.pk])).status_code == 200
    request = type("Request", (), {"user": User.objects.get()})()
    may_add = admin.site.get_model_admin(case.model).has_add_permission(request)
    assert browser.get(reverse(f"{base}_add")).status_code == (200 if may_add else 403)


def test_alarms_are_acknowledged_and_cleared_in_the_list(browser: Client) -> None:
    alarms = [operations.create(Alarm, test_alarm.MINIMAL, actor=operations.SYSTEM).instance for _ in range(2)]
    for action in ("acknowledge", "clear"):
        answer = browser.post(
            reverse("admin:assurance_alarm_changelist"),
            {"action": action, "_selected_action": [each.pk for each in alarms]},
        )
        assert answer.status_code == 302
    for alarm in Alarm.objects.all():
        assert (alarm.ack_state, alarm.ack_user_id, alarm.state, alarm.clear_user_id) == (
            "acknowledged", "root", "cleared", "root",
        )  # fmt: skip
    assert (AckAlarms.objects.count(), ClearAlarms.objects.count()) == (1, 1)
