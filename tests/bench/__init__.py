"""`python -m tests.bench`: how long the things people wait for take, on this machine, on the data of a real quarter.

Everything runs in a temporary directory (and, where DATABASE_URL names a PostgreSQL, in a database made for the run and
dropped after it). Seconds belong to the machine that is printed above them; what travels are the ratios.
"""
