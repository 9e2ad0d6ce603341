"""All writes to collection go through here: keyword-only, verb first, atomic."""
