"""Tells agents what happened, after the fact."""
