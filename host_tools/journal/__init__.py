"""The journal: what a person said, what the device did, and what the next session may learn from it."""
