"""The parts of `tests.resource.ResourceTests`."""
