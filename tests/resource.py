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

from tests.contract.access import Access
from tests.contract.changing import Changing
from tests.contract.creating import Creating
from tests.contract.effects import Effects
from tests.contract.reading import Reading
from tests.contract.versions import Versions


class ResourceTests(Creating, Reading, Changing, Access, Effects):
    """The whole contract."""


class VersionedResourceTests(Versions, ResourceTests):
    """The whole contract of an entity with versions and the catalog lifecycle."""
