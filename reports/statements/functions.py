"""The table of the constructs of bulletin text: one typed function each (design: bulletins, Sentences).

Every function gets the Source as its context. Groups default to the bulletin's own; only units that are asked for the
figures take part.
"""

from expressions import CORE, FunctionTable
from reports.statements.table_figures import FIGURES_TABLE
from reports.statements.table_lists import MORE_LISTS
from reports.statements.table_time import TIME
from reports.statements.table_units import LISTS_TABLE

FUNCTIONS = FunctionTable([*CORE, *FIGURES_TABLE, *LISTS_TABLE, *TIME, *MORE_LISTS])
