"""Services of parties: what changes more than one resource, or has to look at several."""
