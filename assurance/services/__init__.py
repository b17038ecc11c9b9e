"""What assurance does, one module per verb."""
