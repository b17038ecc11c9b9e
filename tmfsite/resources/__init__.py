"""Resources: what every TMF resource is made of, and what is derived from its declaration."""
