"""Unfinished visits' files."""
