"""Profiles: what to do in a session, written by a person as TOML, checked, and compiled for a board and a region."""
