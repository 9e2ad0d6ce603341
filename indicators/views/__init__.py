"""Pages of indicators, schemes and their explanations; nothing is written here but through the services."""
