"""Value types of the catalogs."""
