"""Who changed what, when and why: one `Change` row per write, in the same transaction."""
