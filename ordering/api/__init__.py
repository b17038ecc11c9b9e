"""REST APIs of ordering, one module per noun."""
