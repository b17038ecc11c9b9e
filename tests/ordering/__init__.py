"""Orders of products, services and resources."""
