"""Only `tmfsite.operations`, through `tmfsite.wire.statements`, stores a resource; SQL text has few homes."""

import ast
import re

import pytest
from django.apps import apps

from tests.architecture.sources import calls, modules, tree
from tmfsite.resources.models import Resource

WRITES = {
    "save", "save_base", "delete", "update", "create", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create", "asave", "adelete", "aupdate", "acreate",
}  # fmt: skip
MANAGERS = {"objects", "_default_manager", "_base_manager"}
OTHERS = {model.__name__ for model in apps.get_models() if not issubclass(model, Resource)} | {"User"}
NOT_MODELS = {"operations", "statements", "default_storage", "storage", "cache", "hashlib"}

ALLOWED: dict[str, str] = {
    "ordering/models/fulfilment.py": "the steps of orders",
    "tmfsite/events/admin.py": "hubs",
    "tmfsite/events/leases.py": "hubs",
    "tmfsite/events/services.py": "hubs, and events that clients post",
    "tmfsite/resources/models.py": "registered extension types",
    "tmfsite/rest/models.py": "API clients",
}
"""Files that store by an instance's own method, and what it is; none of it is a resource."""

SQL = re.compile(
    r"\s*(SELECT\s.*\sFROM\s|INSERT\s+INTO\s|UPDATE\s.*\sSET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s)", re.DOTALL
)
SQL_HOMES = (
    "tmfsite/wire/", "tmfsite/query/", "tmfsite/events/", "tmfsite/rest/listing.py", "tmfsite/operations.py",
)  # fmt: skip


def suspects(path: str) -> list[str]:
    """Return the calls in a file that might store or remove a resource without `operations`."""
    found = []
    for line, owner, names in calls(path):
        if len(names) < 2 or names[-1] not in WRITES:
            continue
        root, manager = names[0], bool(MANAGERS & set(names))
        if root in OTHERS or root in NOT_MODELS or (root in ("self", "cls", "") and owner in OTHERS):
            continue
        if manager or names[-1] in ("save", "save_base", "delete", "asave", "adelete"):
            found.append(f"{path}:{line} {'.'.join(names)}")
    return found


@pytest.mark.parametrize("path", modules())
def test_only_operations_stores_resources(path: str) -> None:
    assert path in ALLOWED or suspects(path) == []


@pytest.mark.parametrize("path", [path for path in modules() if not path.startswith(SQL_HOMES)])
def test_sql_stays_at_home(path: str) -> None:
    texts = [
        node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in texts if SQL.match(text)] == []
