"""Value types of ordering, one module per noun."""
