"""System checks of what resources declare."""
