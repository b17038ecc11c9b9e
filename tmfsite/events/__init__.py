"""Events: the outbox that operations write, the hubs of clients, and delivery to them (TMF630 hub)."""
