"""Tickets, alarms, problems, quality and performance."""
