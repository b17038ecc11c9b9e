"""References to catalog entities that several noun modules use."""

from typing import ClassVar

from tmfsite.fields.values import Reference, TargetSchema, VersionedReference


class CategoryRef(VersionedReference):
    """A product category."""

    target: ClassVar = "catalog.category"


class ProductOfferingRef(Reference):
    """A product offering."""

    target: ClassVar = "catalog.productoffering"


class ProductSpecificationRef(VersionedReference):
    """A product specification, and the schema that its products follow."""

    target: ClassVar = "catalog.productspecification"
    target_product_schema: TargetSchema | None = None


class ServiceSpecificationRef(VersionedReference):
    """A service specification (TMF633)."""

    target: ClassVar = "catalog.servicespecification"


class ResourceSpecificationRef(VersionedReference):
    """A resource specification (TMF634)."""

    target: ClassVar = "catalog.resourcespecification"


class ServiceCategoryRef(VersionedReference):
    """A category of services (TMF633)."""

    target: ClassVar = "catalog.servicecategory"


class ServiceCandidateRef(VersionedReference):
    """A service candidate (TMF633)."""

    target: ClassVar = "catalog.servicecandidate"


class ResourceCategoryRef(VersionedReference):
    """A category of resources (TMF634)."""

    target: ClassVar = "catalog.resourcecategory"


class ResourceCandidateRef(VersionedReference):
    """A resource candidate (TMF634)."""

    target: ClassVar = "catalog.resourcecandidate"


class ConstraintRef(VersionedReference):
    """A policy or rule kept elsewhere."""
