"""The admin pages of the catalogs, one module per noun."""

from catalog.admin import job

__all__ = ["job"]
