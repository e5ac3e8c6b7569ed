"""The verbs of lists."""
