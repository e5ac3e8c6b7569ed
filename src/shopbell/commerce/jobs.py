"""Periodic work on the mirror of the shops."""
