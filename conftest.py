"""What every test runs under."""
