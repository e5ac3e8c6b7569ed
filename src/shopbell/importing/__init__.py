"""Mail out of other programs: where it lies, in what form, and when it came. Needs no Django."""
