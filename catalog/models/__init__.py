"""Models of the catalogs, one module per noun."""

from catalog.models.product import (
    Catalog,
    Category,
    ExportJob,
    ImportJob,
    ProductOffering,
    ProductOfferingPrice,
    ProductSpecification,
)
from catalog.models.resource import (
    ResourceCandidate,
    ResourceCatalog,
    ResourceCategory,
    ResourceExportJob,
    ResourceImportJob,
    ResourceSpecification,
)
from catalog.models.service import (
    ServiceCandidate,
    ServiceCatalog,
    ServiceCategory,
    ServiceExportJob,
    ServiceImportJob,
    ServiceSpecification,
)

__all__ = [
    "Catalog",
    "Category",
    "ExportJob",
    "ImportJob",
    "ProductOffering",
    "ProductOfferingPrice",
    "ProductSpecification",
    "ResourceCandidate",
    "ResourceCatalog",
    "ResourceCategory",
    "ResourceExportJob",
    "ResourceImportJob",
    "ResourceSpecification",
    "ServiceCandidate",
    "ServiceCatalog",
    "ServiceCategory",
    "ServiceExportJob",
    "ServiceImportJob",
    "ServiceSpecification",
]
