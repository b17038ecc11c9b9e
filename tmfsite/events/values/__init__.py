"""Value types of events."""
