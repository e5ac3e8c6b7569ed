"""What the watch does when something happens."""
