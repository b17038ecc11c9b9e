"""What is done with orders, and how their states follow each other."""
