"""Methods, media types and rights."""

from tests.caller import Caller
from tests.contract.declaration import Declaration
from tests.contract.samples import VERB_OF
from tmfsite.resources.schema import schema_of


class Access(Declaration):
    """Methods, media types and rights."""

    def test_methods_not_offered(self) -> None:
        document = self.create()
        for url, letters in ((self.route, "LC"), (self.url(document), "GPUD")):
            offered = {VERB_OF[letter] for letter in letters if letter in self.verbs}
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - offered:
                answer = self.api(method, url, {})
                answer.refused(405, "61")
                allowed = {each.strip() for each in answer.headers["Allow"].split(",")}
                assert allowed - {"HEAD", "OPTIONS"} == offered, (method, url)

    def test_only_json_is_served(self) -> None:
        self.api.get(self.route, headers={"Accept": "text/html"}).refused(406, "406")
        for accept in ("*/*", "application/*", "application/json;charset=utf-8", "text/html, */*;q=0.1"):
            assert self.api.get(self.route, headers={"Accept": accept}).status == 200

    def test_who_may_do_what(self) -> None:
        document = self.create()
        key = schema_of(self.model) and f"tmf{self.number()}"
        other = "tmf999"
        written = 201 if "C" in self.verbs else 405
        rights: dict[tuple[str, ...], tuple[int, int]] = {
            ("all",): (200, written),
            (f"{key}:write",): (200, written),
            (f"{key}:read",): (200, 403),
            ("all:read",): (200, 403),
            (f"{other}:write",): (403, 403),
            (f"{other}:read", f"{key}:write"): (200, written),
        }
        for scopes, (reading, writing) in rights.items():
            caller = Caller(*scopes)
            answers = [caller.get(self.route), caller.get(self.url(document)), caller.post(self.route, self.minimal)]
            assert [each.status for each in answers] == [reading, reading, writing], scopes
            if writing == 403:
                if "P" in self.verbs:
                    caller.patch(self.url(document), self.patch).refused(403, "50")
                if "D" in self.verbs:
                    caller.delete(self.url(document)).refused(403, "50")
        nobody = Caller()
        for answer in (nobody.get(self.route), nobody.post(self.route, self.minimal), nobody.get(self.url(document))):
            answer.refused(401, "40")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        nobody.headers["Authorization"] = "Bearer tmf_wrong"
        nobody.get(self.route).refused(401, "41")

    def number(self) -> int:
        """Number of the API, from its module's name in the docstring of the tests or the route's publication."""
        from tmfsite.resources import registry

        return next(each.api.number for each in registry.publications() if each.route == self.route)
