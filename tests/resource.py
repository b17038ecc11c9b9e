"""The REST contract of a resource (TMF630 part 1), tested from one declaration of it.

    class TestCategory(VersionedResourceTests):
        model = Category
        route = "/tmf-api/productCatalogManagement/v4/category"
        minimal = {"name": "Mobile"}
        full = {...}                 # a value for every attribute that clients can set, nested ones included
        patch = {"name": "Phones"}

What the declaration states is compared with what the server does, never with what it derives for itself. The
attributes of a declaration are explained in `tests.contract.declaration`.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.contract.access import Access
from tests.contract.changing import Changing
from tests.contract.creating import Creating
from tests.contract.declaration import Declaration
from tests.contract.effects import Effects
from tests.contract.reading import Reading
from tests.contract.versions import Versions


class ResourceTests(Creating, Reading, Changing, Access, Effects):
    """The whole contract."""


class VersionedResourceTests(Versions, ResourceTests):
    """The whole contract of an entity with versions and the catalog lifecycle."""


def contracts() -> Iterator[type[Declaration]]:
    """Yield every class that declares the contract of a resource, whichever tests were asked for."""
    here = Path(__file__).parent
    for path in sorted(here.glob("*/test_*.py")):
        if "ResourceTests" in path.read_text():
            import_module(f"tests.{path.parent.name}.{path.stem}")
    classes: list[type[Declaration]] = [ResourceTests]
    while classes:
        each = classes.pop()
        classes += each.__subclasses__()
        if hasattr(each, "model") and hasattr(each, "route"):
            yield each
