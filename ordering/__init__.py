"""Orders of products, services and resources, and their decomposition."""
