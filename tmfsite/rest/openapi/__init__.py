"""OpenAPI documents, one per API and version, derived from routes, declarations and registered extension types.

The routes are walked by drf-spectacular, so only verbs that exist are described; everything else comes from `Schema`.
"""

from tmfsite.rest.openapi.generator import ApiSchema, openapi_document

__all__ = ["ApiSchema", "openapi_document"]
