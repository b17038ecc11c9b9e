"""The framework of the suite, and the composition root on top of it."""
