"""The admin: resource pages, nested forms, references, lifecycle and history."""
