"""Made-up studies with known answers, and the synthetic replica of the Connecting People pilot."""
