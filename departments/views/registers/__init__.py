"""Pages of registers: the list of registers, a register's entries, one entry, closing."""
