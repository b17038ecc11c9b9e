"""Parties and what is agreed with them: party, roles, customers, accounts, agreements, partnerships, bills, payments."""
