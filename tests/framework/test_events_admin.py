"""Operating delivery in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from tests.events.factories import make_event, make_hub
from tmfsite.events.admin import readable
from tmfsite.events.fanout import fan_out
from tmfsite.events.models import Attempt, Delivery, Event, Hub
from tmfsite.fields.instants import now

pytestmark = pytest.mark.django_db

CALLBACK = "https://shop.example/cb"


def login(*permissions: str) -> Client:
    user = User.objects.create_user("ada", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="events", codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator() -> Client:
    return login(
        *(f"{verb}_{model}" for verb in ("view", "change", "add", "delete") for model in ("hub", "delivery", "event"))
    )


@pytest.fixture
def hub() -> Hub:
    return make_hub(CALLBACK)


def act(client: Client, model: str, action: str, *rows: Any) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(f"admin:events_{model}_changelist"), data, follow=True)


def form(hub: Hub, **changes: str) -> dict[str, str]:
    names = ("api", "owner", "callback", "query", "secret")
    return {name: getattr(hub, name) for name in names} | changes


def test_the_list_shows_backlog_dead_letters_and_problem(operator: Client, hub: Hub) -> None:
    for _ in range(3):
        make_event()
    fan_out()
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(status="dead")
    Hub.objects.update(consecutive_failures=1, last_error="HTTP 500 broken")
    page = operator.get(reverse("admin:events_hub_changelist")).content.decode()
    assert CALLBACK in page
    assert "HTTP 500 broken" in page
    shown = operator.get(reverse("admin:events_hub_changelist")).context["cl"].result_list[0]
    assert (shown.pending, shown.dead) == (2, 1)


def test_the_lists_need_few_queries(operator: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(5):
        make_hub(f"{CALLBACK}/{number}")
        make_event()
    fan_out()
    for model in ("hub", "delivery", "event"):
        with django_assert_max_num_queries(12):
            assert operator.get(reverse(f"admin:events_{model}_changelist")).status_code == 200


def test_pausing_and_resuming(operator: Client, hub: Hub) -> None:
    act(operator, "hub", "pause_selected", hub)
    hub.refresh_from_db()
    assert (hub.state, hub.paused_reason) == ("paused", "by ada")
    assert hub.is_paused_by_hand
    act(operator, "hub", "resume_selected", hub)
    hub.refresh_from_db()
    assert hub.state == "active"


def test_the_buttons_of_the_page(operator: Client, hub: Hub) -> None:
    url = reverse("admin:events_hub_change", args=[hub.pk])
    assert "events_hub_pause" in operator.get(url).content.decode()
    operator.post(url, form(hub, events_hub_pause="Pause"))
    hub.refresh_from_db()
    assert hub.state == "paused"


def test_editing_leaves_what_a_worker_writes(operator: Client, hub: Hub) -> None:
    url = reverse("admin:events_hub_change", args=[hub.pk])
    Hub.objects.update(lease_token="held", consecutive_failures=3)
    response = operator.post(url, form(hub, callback=CALLBACK + "/new"))
    assert response.status_code == 302
    hub.refresh_from_db()
    assert (hub.callback, hub.lease_token, hub.consecutive_failures) == (CALLBACK + "/new", "held", 3)
    assert not Hub.objects.filter(fingerprint=make_hub(CALLBACK).fingerprint, pk=hub.pk).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"callback": "http://169.254.169.254/"}, "is not allowed"),
        ({"query": "name.regex=("}, "name"),
        ({"callback": CALLBACK + "/taken"}, "has the same subscription already"),
    ],
)
def test_what_cannot_work_is_refused(operator: Client, hub: Hub, changes: dict[str, str], message: str) -> None:
    make_hub(CALLBACK + "/taken")
    response = operator.post(reverse("admin:events_hub_change", args=[hub.pk]), form(hub, **changes))
    assert response.status_code == 200
    assert message in str(response.context["errors"])


def test_adding(operator: Client) -> None:
    data = {"api": "tmf620", "owner": "shop", "callback": CALLBACK, "query": "", "secret": "whsec_MTIz"}
    response = operator.post(reverse("admin:events_hub_add"), data)
    assert response.status_code == 302
    assert Hub.objects.get().callback == CALLBACK


def test_sending_again_since_a_time(operator: Client, hub: Hub) -> None:
    make_event()
    fan_out()
    Delivery.objects.update(status="delivered")
    data = form(hub, send_again_since_0="2026-01-01", send_again_since_1="00:00:00")
    assert operator.post(reverse("admin:events_hub_change", args=[hub.pk]), data).status_code == 302
    assert Delivery.objects.get().status == "pending"


def test_deleting_takes_the_deliveries_along(operator: Client, hub: Hub) -> None:
    make_event()
    fan_out()
    operator.post(reverse("admin:events_hub_delete", args=[hub.pk]), {"post": "yes"})
    assert not Hub.objects.exists()
    assert not Delivery.objects.exists()


def test_dead_letters_are_sent_again(operator: Client, hub: Hub) -> None:
    make_event()
    fan_out()
    delivery = Delivery.objects.get()
    act(operator, "delivery", "give_up", delivery)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_error) == ("dead", "given up by ada")
    act(operator, "delivery", "replay", delivery)
    delivery.refresh_from_db()
    assert delivery.status == "pending"
    Delivery.objects.update(status="dead")
    act(operator, "hub", "replay_dead_letters", hub)
    delivery.refresh_from_db()
    assert delivery.status == "pending"


def test_a_delivery_shows_its_tries(operator: Client, hub: Hub) -> None:
    make_event()
    fan_out()
    delivery = Delivery.objects.get()
    Attempt.objects.create(delivery=delivery, at=now(), status_code=500, duration_ms=12, error="HTTP 500 broken")
    page = operator.get(reverse("admin:events_delivery_change", args=[delivery.pk]))
    assert "HTTP 500 broken" in page.content.decode()


def test_an_event_is_readable(operator: Client) -> None:
    event = make_event(name="Fibre <b>", validFor={"startDateTime": "2026-01-01"}, category=[{"id": "7"}])
    page = operator.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "Start date time" in page
    assert "Fibre &lt;b&gt;" in page
    assert "{&quot;" not in page
    assert operator.post(reverse("admin:events_event_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    assert Event.objects.exists()


def test_who_may_only_look_sees_no_secret_and_changes_nothing(hub: Hub) -> None:
    viewer = login("view_hub", "view_delivery")
    make_event()
    fan_out()
    page = viewer.get(reverse("admin:events_hub_change", args=[hub.pk])).content.decode()
    assert CALLBACK in page
    assert hub.secret not in page
    act(viewer, "hub", "pause_selected", hub)
    act(viewer, "delivery", "give_up", Delivery.objects.get())
    hub.refresh_from_db()
    assert (hub.state, Delivery.objects.get().status) == ("active", "pending")


def test_values_are_worded() -> None:
    assert readable({"isBundle": True, "@type": None, "version": 1.0}) == (
        "<ul><li><strong>Is bundle</strong> Yes</li><li><strong>Type</strong> </li>"
        "<li><strong>Version</strong> 1.0</li></ul>"
    )
