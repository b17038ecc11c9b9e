"""Nested forms: editing a JSON column as cards and tables, generated from its value type."""

from tmfsite.admin.nested.options import NestedOptions, describe, options_of

__all__ = ["NestedOptions", "describe", "options_of"]
