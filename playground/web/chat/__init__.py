"""The chat: its panes, and the frames that stream into them."""
