"""报送要求: writing and handing out a request, the units' answers, reminding, and who has answered."""
