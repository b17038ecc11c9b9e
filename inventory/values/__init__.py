"""Value types of the inventory, one module per noun."""
