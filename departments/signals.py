"""What collection tells the rest of the house. Sent inside the transaction that makes it true."""

from django.dispatch import Signal

# A submission's figures began or ceased to count. Arguments: submission (Submission), at (datetime).
counted_changed = Signal()
