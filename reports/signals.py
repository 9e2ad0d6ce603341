"""What bulletins tell the rest of the house. Sent inside the transaction that makes it true."""

from django.dispatch import Signal

# Argument: issue (Issue), now issued.
bulletin_issued = Signal()

# Units are asked, or asked again, to check their figures. Arguments: issue (Issue), replies (list of Reply), at (datetime).
replies_opened = Signal()

# A publication was approved or withdrawn: its public pages are to be written. Argument: publication (Publication).
publication_changed = Signal()

# A schedule's run is to be carried out. Argument: run (ScheduleRun).
schedule_run_begun = Signal()
