"""REST APIs of assurance, one module per noun."""
