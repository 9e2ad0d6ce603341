"""What an office sets up, as table files in and out: units, accounts, items. Each row goes through the services."""
