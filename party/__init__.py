"""What is agreed with whom: parties, roles, customers, accounts, agreements, partnerships, bills and payments."""
