"""What chats do when something happens in a conversation."""
