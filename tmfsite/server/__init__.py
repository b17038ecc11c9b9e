"""Running the suite: start and stop, health, metrics, logs and what every request passes."""
