"""Periodic work of the watch."""
