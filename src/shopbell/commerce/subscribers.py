"""What the mirror does when something happens."""
