"""REST API of topics."""
