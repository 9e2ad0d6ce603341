"""Packs (配置包): a directory of YAML and CSV files that sets up an office. Reference for their writers: docs/packs.md.

Reading (files → sources → schema → references → meanings) reports every fault with file and line and touches no
database; loading writes through the services; dumping writes back what was edited in the admin; demonstration also
enters the data and issues the bulletin.
"""

# Exit status of `manage.py demo` when the gate holds the bulletin: all is loaded, people must look at it.
HELD = 3
