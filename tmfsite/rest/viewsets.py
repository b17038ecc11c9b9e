"""ResourceViewSet: the REST face of a resource (TMF630 part 1), derived from its declaration.

Reads go straight from columns to JSON; writes go through `tmfsite.operations`. DRF does routing, authentication,
permissions and throttling; its serializers, parsers and renderers are not used.
"""

import re
from functools import lru_cache
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet

from tmfsite import operations
from tmfsite.fields import json
from tmfsite.query import parse, project, top_level
from tmfsite.resources.errors import Invalid, NotFound
from tmfsite.resources.models import Resource
from tmfsite.resources.registry import OpenApi, Publication
from tmfsite.resources.schema import Schema, schema_of
from tmfsite.rest.body import read_document, read_patch
from tmfsite.rest.expand import expand
from tmfsite.rest.listing import listing, types_condition
from tmfsite.rest.negotiation import etag, if_match, is_known
from tmfsite.rest.pages import answer, page_answer, page_of
from tmfsite.rest.views import ApiView
from tmfsite.wire import statements
from tmfsite.wire.encode import collection_url, composer, href_of

_DIRECTIVE = re.compile(r"(?P<uid>.+):\(version=(?P<version>[^)]*)\)")


class ResourceViewSet(ApiView, ViewSet):
    """Serves one resource: set `model`, and `verbs` if it offers fewer than list, get, create, patch and delete.

    `verbs` holds the letters L, G, C, P, D, and U for PUT. `types`, `events` and `mandatory` are those of the
    `Publication`. With `has_hubs`, each resource has a `/hub` of its own, see `tmfsite.rest.hubs`.
    """

    model: ClassVar[type[Resource]]
    verbs: ClassVar[str] = "LGCPD"
    types: ClassVar[tuple[str, ...]] = ()
    events: ClassVar[tuple[str, ...] | None] = None
    mandatory: ClassVar[tuple[str, ...] | None] = None
    has_hubs: ClassVar[bool] = False
    publication: ClassVar[Publication]

    @property
    def api(self) -> OpenApi:
        """The API that publishes this resource."""
        return self.publication.api

    @property
    def schema_(self) -> Schema:
        """What is derived from the model."""
        return schema_of(self.model)

    @classmethod
    def described(cls, action: str, operation: dict[str, Any]) -> dict[str, Any]:
        """Return the OpenAPI operation of an action; overridden by those that do more than every resource does."""
        return operation

    # --- verbs -----------------------------------------------------------------------------------------------------

    def list(self, request: Request) -> HttpResponse:
        """Answer GET of the collection (TMF630 rules 12-47)."""
        text = request._request.META["QUERY_STRING"]
        query = parse(text)
        page = page_of(query)
        result = listing(self.publication, query, page, released_only=self._released_only(request))
        documents = result.documents
        if query.depth or query.expand:
            documents = [expand(document, self.model, query, request.auth) for document in documents]
        return page_answer(request, documents, page, result.total, exact=result.exact)

    def retrieve(self, request: Request, uid: str) -> HttpResponse:
        """Answer GET of one resource; of a versioned entity the latest version the caller may see."""
        schema, text = self.schema_, request._request.META["QUERY_STRING"]
        uid, version = _identity(request, uid)
        query = parse(text) if text else None
        names = top_level(query.fields) if query and query.fields is not None else None
        released_only = schema.versioned and self._released_only(request)
        which = "version" if version is not None and schema.versioned else "current" if released_only else "latest"
        parameters: list[str] = [uid, version] if which == "version" else [uid]  # type: ignore[list-item]
        types, vendor = self.publication.types, statements.vendor()
        rows = statements.run(
            _select_one(schema, vendor, names, which, released_only, types), [*parameters, *types, *types]
        )
        if not rows:
            raise NotFound(f"{schema.type_name} {uid} does not exist")
        parsed = query is not None and (query.fields is not None or bool(query.depth or query.expand))
        tag = "" if schema.inverses else etag(rows[0][1])
        known = request._request.META.get("HTTP_IF_NONE_MATCH")
        if tag and is_known(known, tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        document = composer(schema, vendor, names, parsed=parsed).page(rows, collection_url(self.publication))[0]
        if query is not None and parsed:
            if query.depth or query.expand:
                document = expand(document, self.model, query, request.auth)
            document = project(document, query.fields)
        if tag:
            return answer(document, headers={"ETag": tag})
        response = answer(document)
        response.headers["ETag"] = tag = etag(rows[0][1], response.content)
        return HttpResponse(status=304, headers={"ETag": tag}) if is_known(known, tag) else response

    def create(self, request: Request) -> HttpResponse:
        """Answer POST (TMF630 rules 50-57)."""
        document = self._typed(read_document(request._request))
        outcome = operations.create(self.model, document, actor=self._actor(request), within=self.publication)
        return self._written(outcome, status=201, Location=href_of(outcome.instance, self.publication))

    def _typed(self, document: json.Document) -> json.Document:
        """Give a new resource the type by which this collection will show it."""
        publication = self.publication
        if publication.types:
            document.setdefault("@type", publication.type_name)
            if not publication.shows(document["@type"]):
                document.setdefault("@baseType", publication.type_name)
            if not publication.shows(document["@type"], document.get("@baseType")):
                known = " or ".join(publication.types)
                raise Invalid(f"must be {known}, or a type with one of them as @baseType", path="@type")
        return document

    def partial_update(self, request: Request, uid: str) -> HttpResponse:
        """Answer PATCH in any of the dialects (TMF630 rules 58-65)."""
        uid, version = _identity(request, uid)
        patch = read_patch(request._request)
        return self._update(request, uid, version, patch)

    def update(self, request: Request, uid: str) -> HttpResponse:
        """Answer PUT, where an API has it: full replacement (TMF630 rule 66)."""
        uid, version = _identity(request, uid)
        document = read_document(request._request)

        def replacement(present: json.Document) -> json.Document:
            fixed = [each.wire for each in self.schema_.attributes.values() if not each.patchable]
            return {**document, **{name: present[name] for name in ("href", *fixed) if name in present}}

        return self._update(request, uid, version, replacement)

    def destroy(self, request: Request, uid: str) -> HttpResponse:
        """Answer DELETE (TMF630 rule 67)."""
        uid, version = _identity(request, uid)
        operations.delete(
            self.model,
            uid,
            actor=self._actor(request),
            version=version,
            if_match=_precondition(request),
            within=self.publication,
        )
        return HttpResponse(status=204)

    def _update(self, request: Request, uid: str, version: str | None, patch: operations.Patch) -> HttpResponse:
        outcome = operations.update(
            self.model,
            uid,
            patch,
            actor=self._actor(request),
            version=version,
            if_match=_precondition(request),
            within=self.publication,
        )
        return self._written(outcome)

    def _written(self, outcome: operations.Outcome[Any], *, status: int = 200, **headers: str) -> HttpResponse:
        document = {**outcome.document, "href": href_of(outcome.instance, self.publication)}
        return answer(document, status=status, headers={"ETag": etag(outcome.instance.revision), **headers})

    # --- who asks --------------------------------------------------------------------------------------------------

    def _released_only(self, request: Request) -> bool:
        return bool(request.auth.released_only(self.publication.api.key))

    def _actor(self, request: Request) -> operations.Actor:
        return request.auth.actor(getattr(request._request, "request_id", None))


@lru_cache(maxsize=1000)  # clients choose the names
def _select_one(
    schema: Schema, vendor: str, names: frozenset[str] | None, which: str, released_only: bool, types: tuple[str, ...]
) -> str:
    condition = statements.identity(schema, which)
    condition += " AND t.is_current" if which == "version" and released_only else ""
    condition += f" AND {types_condition(types)}" if types else ""
    return f"{statements.select(schema, vendor, names)} WHERE {condition}"


def _identity(request: Request, uid: str) -> tuple[str, str | None]:
    """Return uid and version of `42`, `42?version=1.0` or `42:(version=1.0)` (TMF630 rule 93)."""
    if uid.endswith(")") and (match := _DIRECTIVE.fullmatch(uid)):
        return match["uid"], match["version"]
    if "version=" in request._request.META["QUERY_STRING"]:
        return uid, request._request.GET.get("version")
    return uid, None


def _precondition(request: Request) -> Any:
    return if_match(request._request.META.get("HTTP_IF_MATCH"))
