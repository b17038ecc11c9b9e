"""The write path: all or nothing, and nothing lost between those who write at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, ProductOffering
from party.models import FinancialAccount
from tests.caller import footprint
from tmfsite import operations
from tmfsite.audit.models import Change
from tmfsite.events.models import Event
from tmfsite.fields import json
from tmfsite.resources import validation
from tmfsite.resources.errors import Conflict, Invalid, NotFound, ResourceError, Stale, UnresolvedReference
from tmfsite.resources.models import Link

pytestmark = pytest.mark.django_db(transaction=True)

ACTOR = operations.Actor("user", "tests", user_id=7, request_id="request-1")


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run jobs in threads that start together; return results, and refusals in their place."""
    start = Barrier(len(jobs))

    def work(job: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            return job()
        except ResourceError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(work, jobs))


def create(**more: Any) -> ProductOffering:
    return operations.create(ProductOffering, {"name": "Fibre", **more}, actor=ACTOR).instance


def patched(uid: str, **changes: Any) -> Any:
    return operations.update(ProductOffering, uid, lambda present: {**present, **changes}, actor=ACTOR)


def payloads() -> list[json.Document]:
    return [json.loads(text) for text in Event.objects.order_by("id").values_list("payload", flat=True)]


def test_parallel_patches_lose_nothing() -> None:
    uid = create().uid
    names = [f"x{number}" for number in range(8)]
    outcomes = at_once(*(partial(patched, uid, **{name: name}) for name in names))
    assert all(isinstance(each, operations.Outcome) for each in outcomes), outcomes
    stored = operations.get(ProductOffering, uid)
    assert stored.revision == 9
    assert stored.extension.keys() == set(names)
    assert list(Change.objects.order_by("id").values_list("revision", flat=True)) == list(range(1, 10))
    assert [sum(name in each for name in names) for each in payloads()] == list(range(9))


def test_parallel_creation_of_one_version() -> None:
    body = {"name": "Fibre", "id": "f1", "version": "1.0", "category": [{"id": "c1"}]}
    outcomes = at_once(*[partial(operations.create, ProductOffering, body, actor=ACTOR)] * 6)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict"] * 5 + ["Outcome"]
    assert set(footprint(ProductOffering).values()) == {1}


def test_parallel_versions_agree_on_the_latest() -> None:
    create(id="f1", version="1.0")
    bodies = [{"name": "Fibre", "id": "f1", "version": f"{number}.0"} for number in range(2, 8)]
    at_once(*(partial(operations.create, ProductOffering, body, actor=ACTOR) for body in bodies))
    latest = ProductOffering.objects.filter(uid="f1", is_latest=True)
    assert list(latest.values_list("version", flat=True)) == ["7.0"]
    assert ProductOffering.objects.filter(uid="f1").count() == 7


def test_update_against_delete() -> None:
    uid = create().uid
    jobs = [partial(operations.delete, ProductOffering, uid, actor=ACTOR)]
    outcomes = at_once(*jobs, *(partial(patched, uid, name=f"n{number}") for number in range(4)))
    assert all(isinstance(each, operations.Outcome | NotFound | None) for each in outcomes), outcomes
    assert not ProductOffering.objects.exists()
    assert not Link.objects.exists()
    assert Event.objects.order_by("id").last().event_type == "ProductOfferingDeleteEvent"


def test_a_transaction_rolled_back_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[int] = []
    monkeypatch.setattr(operations, "wake", lambda: woken.append(1))
    before = footprint(ProductOffering)
    with pytest.raises(RuntimeError), transaction.atomic():
        offering = create(category=[{"id": "c1"}])
        patched(offering.uid, name="Other")
        operations.delete(ProductOffering, offering.uid, actor=ACTOR)
        create()
        raise RuntimeError
    assert footprint(ProductOffering) == before
    assert woken == []
    create()
    assert woken == [1]


def test_a_conflict_does_not_spoil_the_transaction_around_it() -> None:
    create(id="f1", version="1.0")
    with transaction.atomic():
        with pytest.raises(Conflict):
            create(id="f1", version="1.0")
        with pytest.raises(Conflict):
            create(id="f1", version="2.0") and patched("f1", version="1.0")
        create(name="Other")
    assert ProductOffering.objects.filter(name="Other").count() == 1


def test_a_refusal_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = operations.create(Category, {"name": "Parent"}, actor=ACTOR).document["id"]
    before = footprint(Category)

    def refuse(self: Category, **_: Any) -> None:
        raise Invalid("not now")

    monkeypatch.setattr(Category, "after_write", refuse)
    with pytest.raises(Invalid):
        operations.create(Category, {"name": "Child", "parentId": parent}, actor=ACTOR)
    with pytest.raises(Invalid):
        operations.update(Category, parent, lambda present: {**present, "name": "Other"}, actor=ACTOR)
    assert footprint(Category) == before
    assert operations.get(Category, parent).name == "Parent"


def test_registered_checks_see_the_whole_document(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[json.Document] = []

    def check(schema: Any, document: json.Document) -> Any:
        seen.append(document)
        yield ("xDepth", 0), "is too deep"

    monkeypatch.setattr(validation, "_checks", [check])
    with pytest.raises(Invalid) as refusal:
        create(xDepth=[1])
    assert (refusal.value.path, seen[0]["xDepth"], seen[0]["@type"]) == ("xDepth.0", [1], "ProductOffering")
    assert set(footprint(ProductOffering).values()) == {0}


def test_strict_references(settings: Any) -> None:
    settings.TMF_STRICT_REFERENCES = ("tmf620",)
    with pytest.raises(UnresolvedReference):
        create(category=[{"id": "nothing"}])
    assert set(footprint(ProductOffering).values()) == {0}
    category = operations.create(Category, {"name": "Mobile"}, actor=ACTOR).document["id"]
    create(category=[{"id": category}], channel=[{"id": "elsewhere"}])


def test_save_of_an_instance() -> None:
    offering = create(xKept={"a": 1}, channel=[{"id": "w1"}])
    offering.name = "Saved"
    offering.channel = [{"id": "w2"}]
    outcome = operations.save(offering, actor=ACTOR, reason="because")
    assert (outcome.document["name"], outcome.document["xKept"], offering.revision) == ("Saved", {"a": 1}, 2)
    change = Change.objects.latest("id")
    assert (change.reason, change.user_id, set(change.changes)) == ("because", 7, {"name", "channel", "lastUpdate"})
    assert list(Link.objects.values_list("target_uid", flat=True)) == ["w2"]
    assert operations.save(offering, actor=ACTOR).changed is False
    with pytest.raises(Stale):
        operations.save(offering, actor=ACTOR, revision=1)
    with pytest.raises(Invalid):
        operations.save(ProductOffering(name=None), actor=ACTOR)


def test_a_stale_instance_is_refused() -> None:
    offering = create()
    patched(offering.uid, name="Meanwhile")
    offering.name = "Mine"
    with pytest.raises(Stale):
        operations.save(offering, actor=ACTOR)
    assert operations.get(ProductOffering, offering.uid).name == "Meanwhile"


def test_transitions() -> None:
    offering = create()
    outcome = operations.transition(offering, "In Design", actor=ACTOR, reason="go")
    change = Change.objects.latest("id")
    assert (outcome.instance.lifecycle_status, change.action, change.reason) == ("In Design", "transition", "go")
    with pytest.raises(Conflict) as refusal:
        operations.transition(offering, "Launched", actor=ACTOR)
    assert refusal.value.code == "stateTransition"
    assert (
        operations.transition(offering, "Launched", actor=ACTOR, force=True).document["lifecycleStatus"] == "Launched"
    )


@pytest.mark.parametrize(("mode", "allowed"), [("strict", False), ("warn", True), ("off", True)])
def test_lifecycle_modes(mode: str, allowed: bool, settings: Any) -> None:
    settings.TMF_LIFECYCLE_MODE = {"default": "strict", "tmf620": mode}
    uid = create().uid
    if allowed:
        assert patched(uid, lifecycleStatus="Launched").changed
    else:
        with pytest.raises(Conflict):
            patched(uid, lifecycleStatus="Launched")


def test_statements_can_be_watched() -> None:
    with CaptureQueriesContext(connection) as captured:
        uid = create(category=[{"id": "c1"}]).uid
        patched(uid, name="Other", category=[{"id": "c2"}])
        operations.delete(ProductOffering, uid, actor=ACTOR)
    assert any("audit_change" in each["sql"] for each in captured)


def test_trusted_creation_keeps_what_the_server_sets() -> None:
    body = {"id": "f1", "name": "Fibre", "lastUpdate": "2001-02-03T04:05:06.789Z"}
    assert operations.create(ProductOffering, body, actor=ACTOR, trusted=True).document.items() >= body.items()
    account = {"id": "a1", "name": "House", "lastModified": "2001-02-03T04:05:06.789Z"}
    assert operations.create(FinancialAccount, account, actor=ACTOR, trusted=True).document.items() >= account.items()


@pytest.mark.parametrize("trusted", [True, False])
def test_hooks_know_whether_a_resource_is_imported(trusted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(ProductOffering, "complete", lambda self, before: seen.append(self.is_imported))
    outcome = operations.create(ProductOffering, {"name": "Fibre"}, actor=ACTOR, trusted=trusted)
    patched(outcome.instance.uid, name="Other")
    assert seen == [trusted, False]


def test_a_resource_refuses_what_its_state_forbids(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    offering = create()
    monkeypatch.setattr(ProductOffering, "refusals", lambda self, before: iter([f"{before['name']} is fixed"]))
    before = footprint(ProductOffering)
    with pytest.raises(Conflict, match="Fibre is fixed") as refused:
        patched(offering.uid, name="Other")
    assert refused.value.code == "stateTransition"
    with pytest.raises(Conflict):
        operations.transition(offering, "In Design", actor=ACTOR)
    assert footprint(ProductOffering) == before
    assert operations.transition(offering, "In Design", actor=ACTOR, force=True).changed
    for mode in ("warn", "off"):
        settings.TMF_LIFECYCLE_MODE = {**settings.TMF_LIFECYCLE_MODE, "default": mode}
        assert patched(offering.uid, name=mode).changed


def test_what_goes_with_a_move_is_no_change_of_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProductOffering, "goes_with_move", lambda self, before: ("statusReason",))
    uid = create().uid
    for changes, kinds in (
        ({"lifecycleStatus": "In Design", "statusReason": "begun"}, ["StateChange"]),
        ({"statusReason": "still"}, ["AttributeValueChange"]),
        ({"lifecycleStatus": "In Test", "statusReason": "x", "name": "Other"}, ["StateChange", "AttributeValueChange"]),
    ):
        Event.objects.all().delete()
        patched(uid, **changes)
        found = list(Event.objects.order_by("id").values_list("event_type", flat=True))
        assert found == [f"ProductOffering{kind}Event" for kind in kinds]
