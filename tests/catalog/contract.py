"""What the jobs of the three catalogs have in common."""

from typing import ClassVar

from tests.resource import ResourceTests
from tests.samples import TYPED


class JobTests(ResourceTests):
    """What both jobs share; they are worked by a task and never patched."""

    __test__ = False
    minimal: ClassVar = {"url": "https://elsewhere.example.com/catalog.json"}
    full: ClassVar = {**TYPED, **minimal, "contentType": "application/json", "path": "productOffering"}
    mandatory = ("url",)
    defaults: ClassVar = {"status": "Not Started"}
    stamped = ("creationDate",)
    server_set: ClassVar = {
        "status": "Succeeded",
        "errorLog": "none",
        "creationDate": "2001-01-01T00:00:00.000Z",
        "completionDate": "2001-01-01T00:00:00.000Z",
    }
    verbs = "LGCD"
    state = "status"
    moves: ClassVar = {
        "Not Started": ("Running",),
        "Running": ("Succeeded", "Failed"),
        "Succeeded": (),
        "Failed": (),
    }
    events = ()
