"""预警: what units are warned of in the morning, what they answer, and how often that happened."""
