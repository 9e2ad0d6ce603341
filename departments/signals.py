"""What collection tells the rest of the house. Sent inside the transaction that makes it true."""

from django.dispatch import Signal

# A submission's figures began or ceased to count. Arguments: submission (Submission), at (datetime).
counted_changed = Signal()

# A submission changed its state. Arguments: submission (Submission), event (SubmissionEvent).
submission_moved = Signal()

# A re-opening was asked for, granted, refused or has ended. Arguments: reopening (Reopening), at (datetime).
reopening_changed = Signal()

# A notice is to be carried out of the house. Arguments: notice (Notice).
notice_created = Signal()

# Which issued documents hold a submission's figures? Argument: submission. Receivers answer with (title, address) pairs.
issued_with = Signal()

# An uploaded file of figures waits for a worker. Argument: upload (Upload).
upload_waiting = Signal()

# An entry of a register was entered, changed its status or its unit. Arguments: entry (Entry), event (EntryEvent).
entry_moved = Signal()
