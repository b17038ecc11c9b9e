"""Running the suite."""
