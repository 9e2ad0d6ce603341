"""All writes to bulletins go through here: keyword-only, verb first, atomic."""
