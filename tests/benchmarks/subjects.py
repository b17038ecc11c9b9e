"""The resources that are measured besides product offerings: the documents are those of their contract tests."""

from importlib import import_module

from tests.contract.declaration import Declaration
from tmfsite.fields.json import Document

CONTRACTS = {
    "product": "tests.inventory.test_product.TestProduct",
    "service": "tests.inventory.test_service.TestService",
    "resource": "tests.inventory.test_resource.TestResource",
    "individual": "tests.party.test_party.TestIndividual",
    "troubleTicket": "tests.assurance.test_ticket.TestTroubleTicket",
}


def contract(name: str) -> type[Declaration]:
    """Return the contract test of a resource: its model, its route and a full document."""
    module, _, member = CONTRACTS[name].rpartition(".")
    found: type[Declaration] = getattr(import_module(module), member)
    return found


def document(name: str, number: int) -> Document:
    """Return what a client sends to create resource `number`."""
    full = contract(name).full
    named = "givenName" if "givenName" in full else "name"
    return {**full, named: f"{name} {number}"}
