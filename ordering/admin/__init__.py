"""Admin pages of ordering, one module per noun."""
