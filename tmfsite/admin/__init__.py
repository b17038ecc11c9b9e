"""The admin: forms, pages and dashboard of every resource, derived from its declaration."""
