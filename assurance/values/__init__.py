"""Value types of assurance, one module per noun."""
