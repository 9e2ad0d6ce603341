"""All writes to indicators go through here: keyword-only, verb first, atomic."""
