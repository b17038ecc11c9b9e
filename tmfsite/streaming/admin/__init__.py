"""Admin of topics."""
