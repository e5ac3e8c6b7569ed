"""What changes the mirror of the shops. Callers import the module of the verb they need."""
