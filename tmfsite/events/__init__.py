"""Events: the outbox that operations write, the subscriptions of clients, and delivery to them (TMF630 hub)."""
