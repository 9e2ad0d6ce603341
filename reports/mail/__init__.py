"""Ranking mails: one unit's edition of an issued bulletin, its message, and the way to the mail server."""
