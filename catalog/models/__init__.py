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

__all__ = [
    "Catalog",
    "Category",
    "ExportJob",
    "ImportJob",
    "ProductOffering",
    "ProductOfferingPrice",
    "ProductSpecification",
]
