"""What can be handed on: presets, and everything else that is made from one request value."""
