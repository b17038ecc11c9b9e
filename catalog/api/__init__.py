"""REST APIs of the catalogs, one module per noun."""
