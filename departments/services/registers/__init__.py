"""Registers: their definition, the life of their entries, the files they come from, what is counted of them."""
