"""What changes cases, notices and what a shop decided about them. Callers import the module of the verb."""
