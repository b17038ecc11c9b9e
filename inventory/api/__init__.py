"""REST APIs of the inventory, one module per noun."""
