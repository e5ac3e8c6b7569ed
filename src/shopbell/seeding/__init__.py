"""Load data: as many conversations as one likes, written in bulk, the same for the same seed."""
