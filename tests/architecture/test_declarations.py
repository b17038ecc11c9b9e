"""Every resource is published, has an admin page and a contract test, and says which events it has."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import resolve

from tests.resource import contracts
from tmfsite.resources import registry
from tmfsite.resources.models import Resource
from tmfsite.resources.schema import schema_of

KINDS = {
    "Create", "AttributeValueChange", "StateChange", "StatusChange", "ExecutionStateChange", "Delete", "Batch",
    "Change", "InformationRequired", "Resolved", "Milestone", "Jeopardy", "FilesReady",
    "FilesPreparationError",
}  # fmt: skip

RESOURCES = [model for model in apps.get_models() if issubclass(model, Resource)]
each_resource = pytest.mark.parametrize("model", RESOURCES, ids=lambda model: model._meta.label)


def covered() -> set[tuple[type[Resource], str]]:
    """Return (model, route) of every contract test."""
    return {(each.model, each.route) for each in contracts()}


def test_there_are_resources() -> None:
    assert {"ProductOffering", "ImportJob"} <= {model.__name__ for model in RESOURCES}


@each_resource
def test_resource_is_published(model: type[Resource]) -> None:
    routes = [each.route for each in registry.publications() if each.model is model]
    assert routes
    for route in routes:
        assert resolve(route).func.cls.model is model


@each_resource
def test_resource_has_an_admin(model: type[Resource]) -> None:
    assert admin.site.is_registered(model)


@each_resource
def test_resource_has_a_contract_test(model: type[Resource]) -> None:
    routes = {each.route for each in registry.publications() if each.model is model}
    assert routes <= {route for model_, route in covered() if model_ is model}


@each_resource
def test_resource_says_which_events_it_has(model: type[Resource]) -> None:
    kinds = schema_of(model).api.events
    assert isinstance(kinds, tuple)
    assert set(kinds) <= KINDS
    assert len(set(kinds)) == len(kinds)


@each_resource
def test_resource_says_what_it_is(model: type[Resource]) -> None:
    assert (model.__doc__ or "").strip()
    assert not (model.__doc__ or "").startswith(f"{model.__name__}(")  # Django's own
