"""Versions of catalog entities (TMF630 part 4)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tests.caller import Caller, footprint
from tests.contract.declaration import Declaration
from tmfsite.fields.json import Document


class Versions(Declaration):
    """Versions of an entity, and the catalog lifecycle."""

    mandatory = ("name",)
    defaults: ClassVar[Document] = {"lifecycleStatus": "In Study", "version": "1.0"}
    stamped = ("lastUpdate",)
    server_set: ClassVar[Document] = {"lastUpdate": "2001-01-01T00:00:00.000Z"}
    unpatchable: ClassVar[Document] = {"lastUpdate": "2001-01-01T00:00:00.000Z"}
    state = "lifecycleStatus"
    moves: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "In Study": ("In Design",),
        "In Design": ("In Test",),
        "In Test": ("Active", "Rejected"),
        "Active": ("Launched", "Retired"),
        "Launched": ("Retired",),
        "Retired": ("Obsolete",),
        "Rejected": (),
        "Obsolete": (),
    }

    def versions(self, *versions: str, **more: Any) -> str:
        """Create versions of one entity; return its id."""
        uid = str(self.create(version=versions[0], **more)["id"])
        for version in versions[1:]:
            self.create(id=uid, version=version, **more)
        return uid

    def test_client_ids_count_with_a_version(self) -> None:
        document = self.create(id="mine", version="3.0")
        assert (document["id"], document["version"]) == ("mine", "3.0")
        assert document["href"] == f"http://testserver{self.route}/mine"
        for bad in ("a b", "a/b", "", "x" * 256, 7, "a?b", "a#b"):
            self.api.post(self.route, {**self.minimal, "id": bad, "version": "1.0"}).refused(400, "24", about="id")

    def test_latest_version_is_served(self) -> None:
        uid = self.versions("1.9", "1.10", "1.2")
        url = f"{self.route}/{uid}"
        assert self.api.get(url).body["version"] == "1.10"
        for version in ("1.9", "1.10", "1.2"):
            for form in (f"{url}?version={version}", f"{url}:(version={version})"):
                assert self.api.get(form).body["version"] == version
        self.api.get(f"{url}?version=7").refused(404, "60")
        self.api.get(f"{url}:(version=7)").refused(404, "60")
        assert [each["version"] for each in self.api.get(self.route, id=uid).body] == ["1.9", "1.10", "1.2"]
        assert [each["version"] for each in self.api.get(self.route, id=uid, version="1.9").body] == ["1.9"]

    def test_the_same_version_is_a_conflict(self) -> None:
        uid = self.versions("1.0", "2.0")
        before = footprint(self.model)
        for version in ("1.0", "2.0"):
            self.api.post(self.route, {**self.minimal, "id": uid, "version": version}).refused(409, "409", about=uid)
        self.unchanged(before)

    def test_writes_go_to_the_latest_version(self) -> None:
        uid = self.versions("1.0", "2.0")
        url = f"{self.route}/{uid}"
        assert self.api.patch(url, {"description": "second"}).body["version"] == "2.0"
        assert self.api.patch(f"{url}:(version=1.0)", {"description": "first"}).body["version"] == "1.0"
        assert [each["description"] for each in self.api.get(self.route, id=uid).body] == ["first", "second"]
        assert self.api.delete(url).status == 204
        assert self.api.get(url).body["version"] == "1.0"
        assert self.api.delete(f"{url}?version=1.0").status == 204
        self.api.get(url).refused(404, "60")

    def test_a_version_can_be_renamed_but_not_to_a_taken_one(self) -> None:
        uid = self.versions("1.0", "2.0")
        url = f"{self.route}/{uid}"
        self.api.patch(url, {"version": "1.0"}).refused(409, "409")
        assert self.api.patch(f"{url}:(version=1.0)", {"version": "3.0"}).body["version"] == "3.0"
        assert self.api.get(url).body["version"] == "3.0"

    def test_readers_of_released_versions(self) -> None:
        reader = Caller(f"tmf{self.number()}:read-released")
        hidden = self.versions("1.0", lifecycleStatus="In Design")
        uid = self.versions("1.0", "2.0", lifecycleStatus="Launched")
        self.create(id=uid, version="3.0", lifecycleStatus="In Test")
        url = f"{self.route}/{uid}"
        assert self.api.get(url).body["version"] == "3.0"
        assert reader.get(url).body["version"] == "2.0"
        assert [each["version"] for each in reader.get(self.route).body] == ["2.0"]
        assert reader.get(self.route).headers["X-Total-Count"] == "1"
        for address in (f"{self.route}/{hidden}", f"{url}?version=3.0", f"{url}:(version=1.0)"):
            reader.get(address).refused(404, "60")
        assert reader.get(f"{url}?version=2.0").status == 200
        reader.patch(url, self.patch).refused(403, "50")
        self.api.patch(f"{url}?version=2.0", {self.state: "Retired"})
        assert reader.get(url).body["version"] == "1.0"
        self.api.patch(f"{url}?version=1.0", {self.state: "Retired"})
        reader.get(url).refused(404, "60")

    def test_states_are_compared_generously(self) -> None:
        for spelling in ("inStudy", "IN_STUDY", "in study"):
            document = self.create(lifecycleStatus=spelling)
            assert document["lifecycleStatus"] == spelling
            assert (
                self.api.patch(self.url(document), {"lifecycleStatus": "IN_DESIGN"}).body["lifecycleStatus"]
                == "IN_DESIGN"
            )

    def test_any_state_may_be_the_first(self) -> None:
        for state in (*self.moves, "Some Other"):
            assert self.create(lifecycleStatus=state)["lifecycleStatus"] == state
