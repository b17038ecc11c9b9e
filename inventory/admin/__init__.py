"""Admin of the inventory, one module per noun."""
