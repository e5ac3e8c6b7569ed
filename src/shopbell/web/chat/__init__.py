"""The chat as the widget in a shop's page speaks to it: see docs/chat.md."""
