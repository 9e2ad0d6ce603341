"""The read-only interface: what people see on the pages, as JSON for other systems, with the same rights."""
