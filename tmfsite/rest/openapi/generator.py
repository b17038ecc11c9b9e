"""One OpenAPI document: drf-spectacular walks the routes of an API, the operations are described by `operations`."""

from typing import TYPE_CHECKING, Any

from drf_spectacular.drainage import reset_generator_stats, warn
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import normalize_result_object, sanitize_result_object

from tmfsite.resources import registry
from tmfsite.resources.extensions import Registered
from tmfsite.resources.registry import OpenApi
from tmfsite.rest.hubs import HubView
from tmfsite.rest.nested import NestedViewSet
from tmfsite.rest.openapi import components, operations
from tmfsite.rest.openapi.examples import resource_examples
from tmfsite.rest.openapi.schemas import nested_components, resource_components, summary
from tmfsite.rest.viewsets import ResourceViewSet

if TYPE_CHECKING:
    from tmfsite.rest.routers import ApiRouter

# 3.1, because registered extension types are JSON Schemas of any dialect, which only its schemas can hold.
OPENAPI_VERSION = "3.1.0"


class ApiSchema(AutoSchema):
    """Describes an operation from the declaration of its resource: our views have no serializers to look into."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any] | None:
        """Return the OpenAPI Operation Object of a route and method."""
        view = self.view
        if isinstance(view, ResourceViewSet):
            operation = operations.resource_operation(view.publication, view.action, view.registered)
            return view.described(view.action, operation)
        if isinstance(view, HubView):
            return operations.hub_operation(view.api, method, item="{id}" in path, above=view.above)
        if isinstance(view, NestedViewSet):
            return operations.nested_operation(view, view.action)
        warn(f"{type(view).__name__} at {path} is not described")
        return None


class ApiGenerator(SchemaGenerator):
    """Describes one API below a public root, with the extension types registered for it."""

    def __init__(self, router: "ApiRouter", *, root: str, registered: Registered) -> None:
        super().__init__(patterns=router.urlpatterns())
        self.router = router
        self.root = root
        self.registered = registered

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        """Return the view of a route, which then knows the extension types."""
        view = super().create_view(callback, method, request)
        view.registered = self.registered
        return view

    def coerce_path(self, path: str, method: str, view: Any) -> str:
        """Return the path as TMF writes it: no trailing slash, and the key is `id`."""
        return path.rstrip("/").replace("{uid}", "{id}").replace("{above}", f"{{{getattr(view, 'above', '')}Id}}")

    def get_schema(self, request: Any = None, public: bool = True) -> dict[str, Any]:
        """Return the document."""
        reset_generator_stats()
        api = self.router.api
        publications = registry.publications(api)
        schemas = resource_components(publications, self.registered) | components.shared_schemas(publications)
        schemas |= nested_components(self.router.nested)
        document = {
            "openapi": OPENAPI_VERSION,
            "info": _info(api),
            "servers": [{"url": f"{self.root}{api.base_path}"}],
            "security": [{"bearer": []}],
            "tags": [
                *({"name": name, "description": summary(view)} for name, view in self.router.viewsets.items()),
                *({"name": each.collection, "description": summary(each)} for each in self.router.nested),
                {"name": "hub", "description": "Subscriptions to events."},
            ],
            "paths": self.parse(request, public),
            "components": {
                "schemas": dict(sorted(schemas.items())),
                "parameters": components.parameters(self.router),
                "headers": components.HEADERS,
                "responses": components.responses(),
                "examples": resource_examples(publications, schemas, self.root),
                "securitySchemes": components.SECURITY_SCHEMES,
            },
        }
        return sanitize_result_object(normalize_result_object(document))


def openapi_document(router: "ApiRouter", root: str, registered: Registered | None = None) -> dict[str, Any]:
    """Return the OpenAPI document of an API; without `registered` that of the code alone."""
    return ApiGenerator(router, root=root, registered=registered or Registered()).get_schema()


def _info(api: OpenApi) -> dict[str, Any]:
    return {
        "title": f"TMF{api.number} {api.title}",
        "version": api.version,
        "description": f"{api.description}\n\n{operations.GUIDE}".strip(),
    }
